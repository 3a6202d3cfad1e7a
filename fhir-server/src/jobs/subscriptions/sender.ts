/** A notification, by the subscription's channel. Sockets are not written to here: each process has its own (sockets.ts). */

import { PermanentFailure } from '@wellspring/serving/message-ways';
import { type Notification, notificationBundle } from '../../subscriptions/notification.ts';
import type { Plan } from '../../subscriptions/plan.ts';
import type { Senders } from '../notices/senders.ts';
import type { Caller, Outcome } from './call.ts';
import type { Signer } from './signing.ts';

export type Send = (plan: Plan, notification: Notification) => Promise<Outcome>;

export interface SenderDependencies {
  readonly caller: Caller;
  readonly signer: Signer;
  readonly email: Senders['email'] | undefined;
  readonly portalUrl: string;
  readonly timeoutMs: number;
  readonly now: () => number;
}

const FHIR_JSON = 'application/fhir+json';
const TAKEN: Outcome = { kind: 'taken' };

export function createSend(dependencies: SenderDependencies): Send {
  return async (plan, notification) => {
    if (plan.channel.type === 'email') return mail(dependencies, plan, notification);
    return plan.isPlain ? plainly(dependencies, plan, notification) : hook(dependencies, plan, notification);
  };
}

async function hook(
  dependencies: SenderDependencies,
  plan: Plan,
  notification: Notification,
): Promise<Outcome> {
  const body = notificationBundle(notification, dependencies.now());
  return call(dependencies, plan, {
    method: 'POST',
    url: plan.channel.endpoint,
    // It matches what the subscription says (channels.html#rest-hook).
    type: plan.channel.payload ?? FHIR_JSON,
    body,
    name: nameOf(plan, notification),
  });
}

/** https://hl7.org/fhir/R4/subscription.html#2.45.7: nothing in the call, or the resource itself, as an update at the subscriber's. */
async function plainly(
  dependencies: SenderDependencies,
  plan: Plan,
  notification: Notification,
): Promise<Outcome> {
  const [told] = notification.told;
  // There is no handshake in R4's own: a call means that something happened.
  if (!told) return TAKEN;
  const { endpoint, payload } = plan.channel;
  const name = nameOf(plan, notification);
  if (payload !== undefined && told.body === undefined) return TAKEN;
  if (told.body === undefined)
    return call(dependencies, plan, { method: 'POST', url: endpoint, type: undefined, body: '', name });
  const { type, id } = told.event;
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${type}/${id}`;
  return call(dependencies, plan, {
    method: 'PUT',
    url: url.href,
    type: payload ?? FHIR_JSON,
    body: told.body,
    name,
  });
}

interface Sent {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly type: string | undefined;
  readonly body: string;
  /** The same when it is sent again. */
  readonly name: string;
}

async function call(
  { caller, signer, timeoutMs, now }: SenderDependencies,
  { id, channel }: Plan,
  { method, url, type, body, name }: Sent,
): Promise<Outcome> {
  const signed = await signer.sign(id, name, body, now());
  return caller.call({
    method,
    url,
    headers: {
      ...Object.fromEntries(channel.headers),
      ...signed,
      ...(type === undefined ? {} : { 'Content-Type': type }),
      'User-Agent': 'Wellspring',
    },
    body,
    timeoutMs: channel.timeoutSeconds === undefined ? timeoutMs : channel.timeoutSeconds * 1000,
  });
}

async function mail(
  { email, portalUrl }: SenderDependencies,
  plan: Plan,
  { type, told, events }: Notification,
): Promise<Outcome> {
  if (type === 'heartbeat') return TAKEN;
  if (!email) return { kind: 'failed', fault: 'This server sends no mail.', isRefused: true, wait: 0 };
  const to = plan.channel.endpoint.replace(/^mailto:/, '');
  const text = `${WORDS}\n\nSubscription/${plan.id}\n${portalUrl}\n`;
  try {
    await email({
      to,
      subject: WORDS,
      text,
      key: `subscription-${plan.id}-${told.at(-1)?.event.number ?? events}`,
    });
    return TAKEN;
  } catch (error) {
    const isRefused = error instanceof PermanentFailure;
    return {
      kind: 'failed',
      fault: isRefused ? 'The mail was refused.' : 'The mail could not be sent.',
      isRefused,
      wait: 0,
    };
  }
}

/** That there is something; never what, nor of whom. */
const WORDS = 'Something that you subscribed to has happened.';

const nameOf = ({ id }: Plan, { type, told, events }: Notification): string =>
  `${id}-${type}-${told[0]?.event.number ?? events}`;
