/**
 * Notifications as R4 has them: a Bundle of type history that begins with the status as Parameters
 * (https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/notifications.html).
 */
import { randomUUID } from 'node:crypto';
import type { SubscriptionEvent } from './event.ts';
import type { Content, Status } from './plan.ts';

export type NotificationType =
  | 'handshake'
  | 'heartbeat'
  | 'event-notification'
  | 'query-status'
  | 'query-event';

/** An event as the subscriber may know it now. */
export interface Told {
  readonly event: SubscriptionEvent;
  /** Whether they may know what it was about: they could when it happened. */
  readonly isShown: boolean;
  /** JSON text, of full-resource. */
  readonly body: string | undefined;
  /** What the topic has go along with it, as it is now; bodies of full-resource alone. */
  readonly included?: readonly Along[];
}

interface Along {
  readonly type: string;
  readonly id: string;
  readonly body: string | undefined;
}

export interface Notification {
  readonly baseUrl: string;
  readonly id: string;
  readonly topic: string | undefined;
  readonly status: Status;
  readonly type: NotificationType;
  readonly content: Content;
  /** Of all events so far. */
  readonly events: number;
  readonly told: readonly Told[];
  /** What went wrong lately, in words for the subscriber. */
  readonly error?: string | undefined;
}

const PROFILE = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription-';

/** JSON text. Stored resources are spliced in as they are. */
export function notificationBundle(notification: Notification, now: number): string {
  const { baseUrl, id, content, told } = notification;
  const status = statusParameters(notification);
  const first = {
    fullUrl: `urn:uuid:${status.id}`,
    resource: status,
    request: { method: 'GET', url: `${baseUrl}/Subscription/${id}/$status` },
    response: { status: '200' },
  };
  const shown = content === 'empty' ? [] : told.filter(({ isShown }) => isShown);
  const along = new Map(
    shown.flatMap(({ included = [] }) => included).map((each) => [`${each.type}/${each.id}`, each]),
  );
  const entries = [
    JSON.stringify(first),
    ...shown.map((each) => entryText(baseUrl, each)),
    ...[...along.values()].map((each) => alongText(baseUrl, each)),
  ];
  const head = {
    resourceType: 'Bundle',
    id: randomUUID(),
    meta: { profile: [`${PROFILE}notification-r4`] },
    type: 'history',
    timestamp: new Date(now).toISOString(),
  };
  return `${JSON.stringify(head).slice(0, -1)},"entry":[${entries.join(',')}]}`;
}

interface StatusParameters {
  readonly resourceType: 'Parameters';
  readonly id: string;
  readonly meta: object;
  readonly parameter: readonly object[];
}

/** The profile backport-subscription-status-r4. */
export function statusParameters(notification: Notification): StatusParameters {
  const { baseUrl, id, topic, status, type, content, events, told, error } = notification;
  const names = type === 'handshake' || content !== 'empty';
  return {
    resourceType: 'Parameters',
    id: randomUUID(),
    meta: { profile: [`${PROFILE}status-r4`] },
    parameter: [
      { name: 'subscription', valueReference: { reference: `${baseUrl}/Subscription/${id}` } },
      ...(topic !== undefined && names ? [{ name: 'topic', valueCanonical: topic }] : []),
      { name: 'status', valueCode: status },
      { name: 'type', valueCode: type },
      { name: 'events-since-subscription-start', valueString: String(events) },
      ...told.map((each) => eventParameter(baseUrl, each, content)),
      ...(error === undefined ? [] : [{ name: 'error', valueCodeableConcept: { text: error } }]),
    ],
  };
}

function eventParameter(baseUrl: string, { event, isShown, included = [] }: Told, content: Content): object {
  const named = (name: string, reference: string): object => ({
    name,
    valueReference: { reference: `${baseUrl}/${reference}` },
  });
  const around = new Set([
    ...(event.patients ?? []).map((id) => `Patient/${id}`),
    ...included.map(({ type, id }) => `${type}/${id}`),
  ]);
  const about = [
    named('focus', `${event.type}/${event.id}`),
    ...[...around].map((each) => named('additional-context', each)),
  ];
  return {
    name: 'notification-event',
    part: [
      { name: 'event-number', valueString: String(event.number) },
      { name: 'timestamp', valueInstant: new Date(event.at).toISOString() },
      ...(content === 'empty' || !isShown ? [] : about),
    ],
  };
}

const REQUESTS = {
  create: { method: 'POST', status: '201' },
  update: { method: 'PUT', status: '200' },
  delete: { method: 'DELETE', status: '204' },
} as const;

function entryText(baseUrl: string, { event, body }: Told): string {
  const { method, status } = REQUESTS[event.change];
  const { type, id } = event;
  const url = method === 'POST' ? type : `${type}/${id}`;
  const resource = body === undefined ? '' : `"resource":${body},`;
  const rest = JSON.stringify({ request: { method, url }, response: { status } }).slice(1);
  return `{"fullUrl":"${baseUrl}/${type}/${id}",${resource}${rest}`;
}

/** What was not changed by the event is as a read finds it. */
function alongText(baseUrl: string, { type, id, body }: Along): string {
  const resource = body === undefined ? '' : `"resource":${body},`;
  const rest = JSON.stringify({
    request: { method: 'GET', url: `${type}/${id}` },
    response: { status: '200' },
  }).slice(1);
  return `{"fullUrl":"${baseUrl}/${type}/${id}",${resource}${rest}`;
}
