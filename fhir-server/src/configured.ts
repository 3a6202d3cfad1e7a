/** Parts of the server as the configuration wants them. */
import type { Config } from './config.ts';
import { createOutboxSenders } from './jobs/notices/outbox-senders.ts';
import { createSenders, type Senders } from './jobs/notices/senders.ts';
import {
  openSubscriptions,
  type Subscriptions,
  type SubscriptionsOptions,
} from './jobs/subscriptions/open.ts';
import { createTopics } from './repository/stored-topics.ts';
import type { SubscriptionRules } from './repository/subscription-writes.ts';
import type { ResourceStore } from './store/store.ts';

/** What is sent goes out where there is a mail server; without one, into a folder where developers named one; else there is none. */
export function sendersOf(config: Config): Senders | undefined {
  const { SMTP_URL, MAIL_FROM, SMS_URL, SMS_ACCOUNT_SID, SMS_AUTH_TOKEN, SMS_FROM } = config;
  if (SMTP_URL === undefined)
    return config.OUTBOX_DIR === undefined ? undefined : createOutboxSenders(config.OUTBOX_DIR, Date.now);
  const sms =
    SMS_URL && SMS_ACCOUNT_SID && SMS_AUTH_TOKEN && SMS_FROM
      ? { url: SMS_URL, account: SMS_ACCOUNT_SID, secret: SMS_AUTH_TOKEN, from: SMS_FROM }
      : undefined;
  return createSenders({ smtpUrl: SMTP_URL, from: MAIL_FROM, sms });
}

export async function subscriptionRules(config: Config, store: ResourceStore): Promise<SubscriptionRules> {
  const topics = createTopics(store);
  await topics.refresh();
  return {
    topics,
    baseUrl: config.FHIR_BASE_URL,
    now: Date.now,
    hasMail: config.SMTP_URL !== undefined,
    endpoints: {
      demandsHttps: config.FHIR_BASE_URL.startsWith('https:'),
      allowed: config.SUBSCRIPTION_ALLOWED_HOSTS,
    },
  };
}

/** Besides the minute that access has in all: sweeps and calls under way take their time. */
const STANDING_MS = 20_000;

export const subscriptionsOf = (
  config: Config,
  parts: Omit<SubscriptionsOptions, 'portalUrl' | 'retry' | 'timeoutMs' | 'standingMs' | 'everyMs' | 'now'>,
): Subscriptions =>
  openSubscriptions({
    ...parts,
    portalUrl: config.PORTAL_URL,
    retry: {
      firstMs: config.SUBSCRIPTION_RETRY_SECONDS * 1000,
      giveUpMs: config.SUBSCRIPTION_RETRY_HOURS * 3_600_000,
    },
    timeoutMs: config.SUBSCRIPTION_TIMEOUT_SECONDS * 1000,
    standingMs: Math.min(config.INTROSPECTION_CACHE_SECONDS * 1000, STANDING_MS),
    everyMs: config.SUBSCRIPTION_POLL_SECONDS * 1000,
    now: Date.now,
  });
