/**
 * The operations of Subscriptions R5 Backport 1.1.0 (`$status`, `$events`, `$get-ws-binding-token`: https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/artifacts.html), and this
 * server's own: `$topics`, `$signing-secret`, `$dead-letters`, `$replay`.
 */
import { forbidden, invalid, notFound } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { requireWriteScope } from '../access/check-write.ts';
import { onBehalf } from '../access/on-behalf.ts';
import { requireReadCondition } from '../access/read-condition.ts';
import { granting } from '../access/scope.ts';
import { createBreath } from '../breath.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { searchset } from '../interactions/searchset.ts';
import { createPageRoom, PAGE_ROOM } from '../page-room.ts';
import { all, and, type QueryNode } from '../search/query.ts';
import type { StoredVersion } from '../store/store.ts';
import { countOf, type SubscriptionEvent } from '../subscriptions/event.ts';
import {
  type Notification,
  notificationBundle,
  statusParameters,
  type Told,
} from '../subscriptions/notification.ts';
import type { Content, Plan, Status } from '../subscriptions/plan.ts';
import { basicOf } from '../subscriptions/topic.ts';
import { oversees } from './exchange-state.ts';
import { inputOf, jsonReply, type OperationInput, parametersReply } from './parameters.ts';

const MOST_SUBSCRIPTIONS = 1000;
const MOST_EVENTS = 1000;
const EVENTS_AT_ONCE = 5;
/** Their criteria are read each time, in turns. */
const breath = createBreath();
const CONTENTS: readonly string[] = ['empty', 'id-only', 'full-resource'];
/** http://hl7.org/fhir/subscription-status */
const STATUSES: readonly string[] = ['requested', 'active', 'error', 'off'];

/** Of one, or of all that the caller may read: a searchset of statuses. */
export async function subscriptionStatus(services: Services, request: FhirRequest): Promise<Reply> {
  const found = await subscriptionsAsked(services, request, inputOf(request, { id: 'text', status: 'text' }));
  const { baseUrl } = services.repository;
  const entries: string[] = [];
  for (const version of found) {
    await breath();
    const status = statusParameters(await notificationOf(services, version, 'query-status'));
    entries.push(
      `{"fullUrl":"urn:uuid:${status.id}","resource":${JSON.stringify(status)},"search":{"mode":"match"}}`,
    );
  }
  const place = request.id === '' ? '' : `/${request.id}`;
  const self = { relation: 'self', url: `${baseUrl}/Subscription${place}/$status` };
  return { status: 200, headers: {}, body: searchset(entries.length, [self], entries) };
}

/** Events by number, those of some time ago too: what a subscriber has missed. */
export async function subscriptionEvents(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, {
    eventsSinceNumber: 'number',
    eventsUntilNumber: 'number',
    content: 'text',
  });
  const version = await services.repository.read(request.access, 'Subscription', request.id);
  const asked = input.one('content');
  if (asked !== undefined && !CONTENTS.includes(asked))
    throw invalid("'content' is empty, id-only or full-resource.", 'Parameters.parameter');
  const notification = await notificationOf(services, version, 'query-event');
  const content = (asked as Content | undefined) ?? notification.content;
  const from = numberOf(input, 'eventsSinceNumber') ?? 1;
  const until = numberOf(input, 'eventsUntilNumber') ?? notification.events;
  const events = await services.subscriptions.events(request.id, from, until, MOST_EVENTS);
  const shapes = services.subscriptions.plan(version.body ?? '{}')?.shapes ?? [];
  const told = await toldOf(services, request, events, { id: request.id, content, shapes });
  const body = notificationBundle({ ...notification, content, told }, services.now());
  return { status: 200, headers: {}, body };
}

/** As many as one answer has room for, one at least: by their numbers the rest can be asked for. */
async function toldOf(
  { subscriptions }: Services,
  { access }: FhirRequest,
  events: readonly SubscriptionEvent[],
  plan: Pick<Plan, 'id' | 'content' | 'shapes'>,
): Promise<Told[]> {
  const takes = createPageRoom(PAGE_ROOM);
  const told: Told[] = [];
  for (let from = 0; from < events.length; from += EVENTS_AT_ONCE) {
    await breath();
    const some = events.slice(from, from + EVENTS_AT_ONCE);
    for (const each of await subscriptions.compose(access, plan, some)) {
      const fits = [each, ...(each.included ?? [])].every(takes);
      if (!fits && told.length > 0) return told;
      told.push(each);
    }
  }
  return told;
}

/** What a websocket is opened with, for a while: by `bind-with-token [token]`. */
export async function webSocketToken(services: Services, request: FhirRequest): Promise<Reply> {
  const found = await subscriptionsAsked(
    services,
    request,
    inputOf(request, { id: 'text', ids: 'text' }),
    WEBSOCKET,
  );
  if (found.length === 0) throw invalid('There is no subscription with the channel websocket.');
  const ids = found.map(({ id }) => id);
  const { token, until } = await services.subscriptions.bindingToken(
    ids,
    request.access,
    request.headers.origin,
  );
  const url = services.repository.baseUrl.replace(/^http/, 'ws');
  return parametersReply(
    { name: 'token', valueString: token },
    { name: 'expiration', valueDateTime: new Date(until).toISOString() },
    ...ids.map((id) => ({ name: 'subscription', valueString: id })),
    { name: 'websocket-url', valueUrl: `${url}/websocket` },
  );
}

/** What can be subscribed to, as Basic resources. */
export async function subscriptionTopics(services: Services, request: FhirRequest): Promise<Reply> {
  requireReadCondition(request.access, 'Subscription', 's');
  inputOf(request, {});
  const entry = services.subscriptions
    .topics()
    .map((topic) => ({ resource: basicOf(topic), search: { mode: 'match' } }));
  return jsonReply({ resourceType: 'Bundle', type: 'searchset', total: entry.length, entry });
}

/** What calls of this subscription are signed with (https://www.standardwebhooks.com). */
export async function signingSecret(services: Services, request: FhirRequest): Promise<Reply> {
  inputOf(request, {});
  await services.repository.read(request.access, 'Subscription', request.id);
  const secret = await services.subscriptions.signingSecret(request.id);
  return parametersReply({ name: 'secret', valueString: secret });
}

/** What was given up: of one subscription for its maker, of all for whoever administrates. */
export async function deadLetters(services: Services, request: FhirRequest): Promise<Reply> {
  inputOf(request, {});
  if (request.id !== '') await services.repository.read(request.access, 'Subscription', request.id);
  else if (!seesAllLetters(request.access))
    throw forbidden('What was given up of all subscriptions is for system/Subscription.s.');
  const letters = await services.subscriptions.deadLetters(request.id === '' ? undefined : request.id);
  return parametersReply(
    ...letters.map(({ subscription, from, until, at, fault, isDue }) => ({
      name: 'dead-letters',
      part: [
        {
          name: 'subscription',
          valueReference: { reference: `${services.repository.baseUrl}/Subscription/${subscription}` },
        },
        { name: 'from', valueString: String(from) },
        { name: 'until', valueString: String(until) },
        { name: 'given-up', valueInstant: new Date(at).toISOString() },
        { name: 'reason', valueString: fault },
        { name: 'replaying', valueBoolean: isDue === true },
      ],
    })),
  );
}

/** They tell where something failed, and nothing that a Subscription holds. */
const seesAllLetters = ({ scopes }: AccessContext): boolean =>
  granting(scopes, 'Subscription', 's').some(
    ({ level, filter }) => level === 'system' && filter.length === 0,
  );

/** Of one's own, and for roles that oversee it of everybody's: sends what was given up again, before what is new. 202: `$dead-letters` tells how it went. */
export async function replay(services: Services, request: FhirRequest): Promise<Reply> {
  inputOf(request, {});
  const { access, id } = request;
  requireWriteScope(access, 'u', 'Subscription');
  // Whoever oversees it has it sent as its maker said, to whom and by the rights that its maker said; they see nothing of it.
  const reader = oversees(access) ? onBehalf(access, 'system/Subscription.r') : access;
  await services.repository.read(reader, 'Subscription', id);
  const letters = await services.subscriptions.deadLetters(request.id);
  await services.subscriptions.replay(request.id);
  const count = countOf(letters);
  return { ...parametersReply({ name: 'events', valueInteger: count }), status: 202 };
}

const WEBSOCKET: QueryNode = and(
  { kind: 'token', param: 'type', code: 'websocket' },
  { kind: 'token', param: 'status', code: 'active' },
);

/** 404 for an id that is not theirs to know. */
async function subscriptionsAsked(
  { repository }: Services,
  { access, id }: FhirRequest,
  input: OperationInput,
  further: QueryNode = all,
): Promise<readonly StoredVersion[]> {
  if (id !== '') {
    await repository.read(access, 'Subscription', id);
    return repository.find(access, 'Subscription', and({ kind: 'id', ids: [id] }, further), 1);
  }
  const split = (name: string): string[] => input.all(name).flatMap((each) => each.split(','));
  const ids = [...split('id'), ...split('ids')];
  const statuses = split('status');
  const unknown = statuses.find((status) => !STATUSES.includes(status));
  if (unknown !== undefined)
    throw invalid(
      `'status' is one of ${STATUSES.join(', ')}, not '${unknown.slice(0, 64)}'.`,
      'Parameters.parameter',
    );
  const found = await repository.find(
    access,
    'Subscription',
    and(
      further,
      ids.length === 0 ? all : { kind: 'id', ids },
      statuses.length === 0
        ? all
        : { kind: 'or', nodes: statuses.map((code) => ({ kind: 'token', param: 'status', code })) },
    ),
    MOST_SUBSCRIPTIONS,
  );
  const missing = ids.find((each) => !found.some((version) => version.id === each));
  if (missing !== undefined && statuses.length === 0) throw notFound('Subscription', missing.slice(0, 64));
  return found;
}

async function notificationOf(
  { subscriptions, repository }: Services,
  { id, body = '{}' }: StoredVersion,
  type: Notification['type'],
): Promise<Notification> {
  const plan = subscriptions.plan(body);
  const { events, fault } = await subscriptions.state(id);
  const { status } = JSON.parse(body) as { readonly status: Status };
  return {
    baseUrl: repository.baseUrl,
    id,
    topic: plan?.topic,
    status,
    type,
    content: plan?.content ?? 'empty',
    events,
    told: [],
    error: fault,
  };
}

function numberOf(input: OperationInput, name: string): number | undefined {
  const text = input.one(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,12}$/.test(text))
    throw invalid(`'${name}' takes the number of an event.`, 'Parameters.parameter');
  return Number(text);
}
