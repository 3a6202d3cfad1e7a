/**
 * Every notification, of each kind and payload, against what the Subscriptions Backport says of its R4 shape
 * (https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/notifications.html, payloads.html, and the profile backport-subscription-status-r4).
 */
import { validateResource } from '@wellspring/profiles';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Notification, notificationBundle, type Told } from './notification.ts';

const BASE = 'https://fhir.example.org/fhir';
const NOW = Date.parse('2026-11-28T12:00:00Z');
const CONTENTS = ['empty', 'id-only', 'full-resource'] as const;
const WITHOUT_EVENTS = ['handshake', 'heartbeat', 'query-status'] as const;
const WITH_EVENTS = ['event-notification', 'query-event'] as const;

interface Parameter {
  readonly name: string;
  readonly part?: readonly Parameter[];
  readonly [value: string]: unknown;
}
interface Entry {
  readonly fullUrl?: string;
  readonly request?: { readonly method: string; readonly url: string };
  readonly response?: { readonly status: string };
  readonly resource?: { readonly resourceType: string; readonly id: string; readonly parameter: Parameter[] };
}

/** How often each may be there, and as what. */
const STATUS = {
  subscription: ['valueReference', 1, 1],
  topic: ['valueCanonical', 0, 1],
  status: ['valueCode', 1, 1],
  type: ['valueCode', 1, 1],
  'events-since-subscription-start': ['valueString', 0, 1],
  'notification-event': ['part', 0, Number.POSITIVE_INFINITY],
  error: ['valueCodeableConcept', 0, Number.POSITIVE_INFINITY],
} as const;
const EVENT = {
  'event-number': ['valueString', 1, 1],
  timestamp: ['valueInstant', 0, 1],
  focus: ['valueReference', 0, 1],
  'additional-context': ['valueReference', 0, Number.POSITIVE_INFINITY],
} as const;

function expectSlices(
  parameters: readonly Parameter[],
  slices: Readonly<Record<string, readonly [string, number, number]>>,
): void {
  for (const { name, ...value } of parameters) expect(Object.keys(value), name).toEqual([slices[name]?.[0]]);
  for (const [name, [, least, most]] of Object.entries(slices)) {
    const count = parameters.filter((each) => each.name === name).length;
    expect(count, name).toBeGreaterThanOrEqual(least);
    expect(count, name).toBeLessThanOrEqual(most);
  }
}

const id = fc.stringMatching(/^[A-Za-z0-9.-]{1,12}$/);
const told: fc.Arbitrary<Told> = fc
  .record({
    id,
    change: fc.constantFrom('create', 'update', 'delete'),
    at: fc.integer({ min: 0, max: NOW }),
    patients: fc.option(fc.uniqueArray(id, { maxLength: 2 }), { nil: undefined }),
    isShown: fc.boolean(),
    isThere: fc.boolean(),
  })
  .map(({ isShown, isThere, patients, ...event }) => ({
    event: {
      ...event,
      number: 0,
      type: 'Basic',
      version: 1,
      ...(patients ? { patients } : {}),
    } as Told['event'],
    isShown,
    body:
      isThere && event.change !== 'delete'
        ? JSON.stringify({ resourceType: 'Basic', id: event.id, code: { text: 'something' } })
        : undefined,
  }));

const common = {
  content: fc.constantFrom(...CONTENTS),
  status: fc.constantFrom('requested', 'active', 'error', 'off'),
  topic: fc.option(fc.constant('urn:wellspring:SubscriptionTopic:result'), { nil: undefined }),
  error: fc.option(fc.constant('503 at the last call'), { nil: undefined }),
  before: fc.integer({ min: 0, max: 1000 }),
};
const notification = fc
  .oneof(
    fc.record({ ...common, type: fc.constantFrom(...WITHOUT_EVENTS), told: fc.constant<Told[]>([]) }),
    fc.record({
      ...common,
      type: fc.constantFrom(...WITH_EVENTS),
      told: fc.array(told, { minLength: 1, maxLength: 4 }),
    }),
  )
  .map(({ before, told: some, content, ...rest }): Notification => {
    const numbered = some.map(({ event, body, isShown }, i) => ({
      event: { ...event, number: before + i + 1 },
      isShown,
      // As it is composed (jobs/subscriptions): only who is sent resources has them.
      body: content === 'full-resource' ? body : undefined,
    }));
    return { ...rest, baseUrl: BASE, id: 'sub', content, events: before + some.length, told: numbered };
  });

const bundleOf = (given: Notification) => {
  const bundle = JSON.parse(notificationBundle(given, NOW));
  const [first, ...more] = bundle.entry as [Entry, ...Entry[]];
  return { bundle, first, more, parameters: first.resource?.parameter ?? [] };
};
const eventsOf = (parameters: readonly Parameter[]): (readonly Parameter[])[] =>
  parameters.filter(({ name }) => name === 'notification-event').map(({ part = [] }) => part);
const referencesOf = (parts: readonly Parameter[], name: string): unknown[] =>
  parts.filter((part) => part.name === name).map(({ valueReference }) => valueReference);

describe('a notification of whatever kind and payload', () => {
  const holds = (check: (given: Notification) => void): void =>
    fc.assert(fc.property(notification, check), { numRuns: 200 });

  it('is a history Bundle that is valid R4, and begins with its status, as $status is asked for', () => {
    holds((given) => {
      const { bundle, first, more } = bundleOf(given);
      expect(validateResource(bundle).filter(({ severity }) => severity === 'error')).toEqual([]);
      expect([bundle.type, bundle.timestamp]).toEqual(['history', '2026-11-28T12:00:00.000Z']);
      expect(first.resource?.resourceType).toBe('Parameters');
      expect(first.request).toEqual({ method: 'GET', url: `${BASE}/Subscription/sub/$status` });
      for (const { fullUrl, request, response } of more) {
        expect(fullUrl).toMatch(`${BASE}/Basic/`);
        expect([typeof request?.url, typeof response?.status]).toEqual(['string', 'string']);
      }
    });
  });

  it('has each element of the status as often and as the profile says, and no other', () => {
    holds((given) => {
      const { parameters } = bundleOf(given);
      expectSlices(parameters, STATUS);
      for (const parts of eventsOf(parameters)) expectSlices(parts, EVENT);
    });
  });

  it('numbers its events one after the other, up to the number of all when they are the last', () => {
    holds((given) => {
      const numbers = eventsOf(bundleOf(given).parameters).map(
        (parts) => parts.find(({ name }) => name === 'event-number')?.valueString,
      );
      expect(numbers).toEqual(given.told.map((_, i) => String(given.events - given.told.length + i + 1)));
    });
  });

  it('says as much as its payload: nothing, where it is, or all; and nothing of what may not be seen', () => {
    holds((given) => {
      const { more, parameters } = bundleOf(given);
      const shown = given.content === 'empty' ? [] : given.told.filter(({ isShown }) => isShown);
      const focus = shown.map(({ event }) => ({ reference: `${BASE}/Basic/${event.id}` }));
      const events = eventsOf(parameters);
      expect(events.flatMap((parts) => referencesOf(parts, 'focus'))).toEqual(focus);
      expect(events.flatMap((parts) => referencesOf(parts, 'additional-context'))).toEqual(
        shown.flatMap(({ event }) =>
          (event.patients ?? []).map((patient) => ({ reference: `${BASE}/Patient/${patient}` })),
        ),
      );
      expect(more.map(({ fullUrl }) => fullUrl)).toEqual(focus.map(({ reference }) => reference));
      expect(more.map(({ resource }) => resource?.id)).toEqual(
        shown.map(({ event, body }) => (body === undefined ? undefined : event.id)),
      );
    });
  });
});
