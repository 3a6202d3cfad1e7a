/**
 * A Subscription resource → what the server does for it. Throws 422 with the element that is at fault for whatever could never work
 * (https://hl7.org/fhir/R4/subscription.html, https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/components.html).
 */
import { businessRule } from '@wellspring/profiles';
import { type Extended, extensions } from './backport.ts';
import { type Clause, type CriteriaContext, clausesOfCriteria, clausesOfTopic } from './clauses.ts';
import { type EndpointPolicy, endpointFault } from './endpoint.ts';
import { headersOf } from './headers.ts';
import type { Shape } from './shape.ts';
import type { Topic } from './topic.ts';

export type Content = 'empty' | 'id-only' | 'full-resource';
export type ChannelType = 'rest-hook' | 'websocket' | 'email';
export type Status = 'requested' | 'active' | 'error' | 'off';

export interface Channel {
  readonly type: ChannelType;
  /** '' for websocket. */
  readonly endpoint: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly payload: string | undefined;
  readonly heartbeatSeconds: number | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly maxCount: number;
}

export interface Plan {
  readonly id: string;
  readonly status: Status;
  /** As it was asked for, by its canonical URL with a version or without; undefined: the criteria is a search. */
  readonly topic: string | undefined;
  /** One that holds is an event. */
  readonly clauses: readonly Clause[];
  readonly channel: Channel;
  readonly content: Content;
  /** What goes along with what an event is about. */
  readonly shapes: readonly Shape[];
  /** R4's own: the resource itself is sent, or nothing; not a notification Bundle. */
  readonly isPlain: boolean;
  /** Milliseconds. */
  readonly end: number | undefined;
}

export interface PlanContext extends CriteriaContext {
  /** By its canonical URL: with a version that one, without the newest. */
  readonly topic: (url: string) => Topic | undefined;
  readonly endpoints: EndpointPolicy;
  /** Whether mail can be sent. */
  readonly hasMail: boolean;
}

export interface SubscriptionResource {
  readonly resourceType: string;
  readonly id?: string;
  readonly status?: Status;
  readonly end?: string;
  readonly criteria?: string;
  readonly _criteria?: Extended;
  readonly channel?: Extended & {
    readonly type?: string;
    readonly _type?: Extended;
    readonly endpoint?: string;
    readonly payload?: string;
    readonly _payload?: Extended;
    readonly header?: readonly string[];
  };
}

const CONTENTS: readonly string[] = ['empty', 'id-only', 'full-resource'];
const CHANNELS: readonly string[] = ['rest-hook', 'websocket', 'email'];
/** As calls have it in their Content-Type: a line break is in none. */
const JSON_TYPE = /^application\/(?:fhir\+)?json(?: *; *(?:charset=utf-8|fhirVersion=4\.0(?:\.1)?))*$/i;
const TEXT_TYPE = /^text\/plain(?:\s*;\s*charset=utf-8)?$/i;
const MOST_SECONDS = { heartbeat: 604_800, timeout: 60 };
const MOST_EVENTS = 100;

export function planOf(resource: SubscriptionResource, context: PlanContext): Plan {
  const { criteria = '', channel = {} } = resource;
  const filters = extensions(resource._criteria, 'filter-criteria').map(
    ({ valueString }) => valueString ?? '',
  );
  const isSearch = /^[A-Z][A-Za-z]+(?:\?|$)/.test(localCriteria(criteria, context.baseUrl));
  const topic = isSearch ? undefined : context.topic(criteria);
  if (!isSearch && !topic)
    throw businessRule(
      'The criteria is neither a search ([type]?…) nor a topic of this server (Subscription/$topics lists them).',
      'Subscription.criteria',
    );
  if (isSearch && filters.length > 0)
    throw businessRule(
      'Filters belong to topics: put them into the search.',
      'Subscription.criteria.extension',
    );
  const content = contentOf(channel);
  const isPlain = isSearch && content === undefined && channel.type === 'rest-hook';
  return {
    id: resource.id ?? '',
    status: resource.status ?? 'requested',
    topic: topic && criteria,
    clauses: topic
      ? clausesOfTopic(topic, filters, context)
      : clausesOfCriteria(localCriteria(criteria, context.baseUrl), context),
    channel: channelOf(channel, context, content),
    content: content ?? (isPlain && channel.payload !== undefined ? 'full-resource' : 'empty'),
    shapes: topic?.shapes ?? [],
    isPlain,
    end: resource.end === undefined ? undefined : Date.parse(resource.end),
  };
}

/** The server's own base may stand before it. */
const localCriteria = (criteria: string, baseUrl: string): string =>
  criteria.startsWith(`${baseUrl}/`) ? criteria.slice(baseUrl.length + 1) : criteria;

function contentOf({ _payload }: NonNullable<SubscriptionResource['channel']>): Content | undefined {
  const [extension] = extensions(_payload, 'payload-content');
  if (extension === undefined) return undefined;
  if (!CONTENTS.includes(extension.valueCode ?? ''))
    throw businessRule(
      'The payload content is empty, id-only or full-resource.',
      'Subscription.channel.payload.extension',
    );
  return extension.valueCode as Content;
}

function channelOf(
  channel: NonNullable<SubscriptionResource['channel']>,
  context: PlanContext,
  content: Content | undefined,
): Channel {
  const type = channel.type ?? '';
  if (!CHANNELS.includes(type) || extensions(channel._type, 'channel-type').length > 0)
    throw businessRule('The channels here are rest-hook, websocket and email.', 'Subscription.channel.type');
  if (type === 'rest-hook') checkHook(channel, context);
  if (type === 'websocket' && (channel.header ?? []).length > 0)
    throw businessRule('A websocket takes no headers.', 'Subscription.channel.header');
  if (type === 'email') checkMail(channel, context, content);
  const isJson = channel.payload === undefined || JSON_TYPE.test(channel.payload);
  if (type !== 'email' && !isJson)
    throw businessRule(
      'The payload here is application/fhir+json, of FHIR 4.0.',
      'Subscription.channel.payload',
    );
  return {
    type: type as ChannelType,
    endpoint: type === 'websocket' ? '' : (channel.endpoint ?? ''),
    headers: type === 'rest-hook' ? headersOf(channel.header ?? []) : [],
    payload: channel.payload,
    heartbeatSeconds: seconds(channel, 'heartbeat-period', MOST_SECONDS.heartbeat),
    timeoutSeconds: seconds(channel, 'timeout', MOST_SECONDS.timeout),
    maxCount: Math.min(extensions(channel, 'max-count')[0]?.valuePositiveInt ?? 1, MOST_EVENTS),
  };
}

function checkHook({ endpoint }: { readonly endpoint?: string }, { endpoints }: PlanContext): void {
  const fault = endpointFault(endpoint ?? '', endpoints);
  if (fault !== undefined) throw businessRule(fault, 'Subscription.channel.endpoint');
}

function checkMail(
  { endpoint, payload, header = [] }: NonNullable<SubscriptionResource['channel']>,
  { hasMail }: PlanContext,
  content: Content | undefined,
): void {
  if (!hasMail) throw businessRule('This server sends no mail.', 'Subscription.channel.type');
  if (!/^mailto:[^\s@,;?&%]+@[^\s@,;?&%]+$/.test(endpoint ?? ''))
    throw businessRule('The endpoint must be one address, mailto:…', 'Subscription.channel.endpoint');
  if ((content ?? 'empty') !== 'empty' || (payload !== undefined && !TEXT_TYPE.test(payload)))
    throw businessRule(
      'Mail says that there is something, never what: payload text/plain, content empty.',
      'Subscription.channel.payload',
    );
  if (header.length > 0) throw businessRule('Mail takes no headers.', 'Subscription.channel.header');
}

function seconds(element: Extended, name: string, most: number): number | undefined {
  const value = extensions(element, name)[0]?.valueUnsignedInt;
  if (value === undefined || value === 0) return undefined;
  return Math.min(value, most);
}
