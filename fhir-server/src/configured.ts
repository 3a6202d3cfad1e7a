/** Parts of the server as the configuration wants them. */
import type { Logger } from 'pino';
import type { Reopen } from './access/standing.ts';
import type { Config } from './config.ts';
import type { PushControl } from './interactions/request.ts';
import { createOutboxSenders } from './jobs/notices/outbox-senders.ts';
import { createPush, type Push } from './jobs/notices/push.ts';
import { openPushKey } from './jobs/notices/push-key.ts';
import { createSenders, type Senders } from './jobs/notices/senders.ts';
import { createCaller } from './jobs/subscriptions/call.ts';
import {
  openSubscriptions,
  type Subscriptions,
  type SubscriptionsOptions,
} from './jobs/subscriptions/open.ts';
import { createPushDevices } from './links/push-devices.ts';
import { createTopics } from './repository/stored-topics.ts';
import type { SubscriptionRules } from './repository/subscription-rules.ts';
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

/** Web Push: what operations see of it, and what tells the devices. */
export async function pushOf(
  config: Config,
  { store, reopen, log }: { readonly store: ResourceStore; readonly reopen: Reopen; readonly log: Logger },
): Promise<{ readonly control: PushControl; readonly push: Push } | undefined> {
  if (config.WEB_PUSH === 'off') return undefined;
  const key = await openPushKey(config.pushKeyFile);
  const devices = createPushDevices(store, Date.now);
  // RFC 8030, section 8: a push service is https, whatever this server is itself.
  const endpoints = { demandsHttps: true, allowed: config.SUBSCRIPTION_ALLOWED_HOSTS };
  const contact = config.PORTAL_URL.startsWith('https:') ? config.PORTAL_URL : `mailto:${addressOf(config)}`;
  const caller = createCaller(endpoints);
  const push = createPush({ store, devices, key, reopen, caller, contact, now: Date.now, log });
  return { control: { publicKey: key.publicKey, devices, endpoints }, push };
}

const addressOf = ({ MAIL_FROM }: Config): string => /<([^>]+)>/.exec(MAIL_FROM)?.[1] ?? MAIL_FROM;

export async function subscriptionRules(
  config: Config,
  store: ResourceStore,
  senders: Senders | undefined,
): Promise<SubscriptionRules> {
  const topics = createTopics(store);
  await topics.refresh();
  return {
    topics,
    baseUrl: config.FHIR_BASE_URL,
    now: Date.now,
    hasMail: senders !== undefined,
    endpoints: {
      demandsHttps: config.FHIR_BASE_URL.startsWith('https:'),
      allowed: config.SUBSCRIPTION_ALLOWED_HOSTS,
    },
  };
}

/** For how long it counts that what a job or a download rests on stands: as long as a token's answer. */
export const standsMsOf = (config: Config): number => config.INTROSPECTION_CACHE_SECONDS * 1000;

/** What was revoked is told nothing more after this. */
const STANDING_MS = 2000;
/** Besides the minute that access has in all: sweeps and calls under way take their time. */
const SWEEP_MS = 20_000;

export const subscriptionsOf = (
  config: Config,
  parts: Omit<
    SubscriptionsOptions,
    'portalUrl' | 'retry' | 'timeoutMs' | 'standingMs' | 'sweepMs' | 'everyMs' | 'now'
  >,
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
    sweepMs: Math.min(config.INTROSPECTION_CACHE_SECONDS * 1000, SWEEP_MS),
    everyMs: config.SUBSCRIPTION_POLL_SECONDS * 1000,
    now: Date.now,
  });
