/** What a patient allowed, written as RelatedPerson and Consent, is read from them again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  consent,
  type Entrusted,
  entrustedOf,
  KINDS,
  type Kind,
  RELATIONS,
  type Relation,
  relatedPerson,
  type StoredConsent,
  type StoredPerson,
} from './delegation.ts';

const SINCE = '2026-01-01T00:00:00Z';
const entrusted = (more: Partial<Entrusted> = {}): Entrusted => ({
  id: 'one',
  patient: 'ana',
  given: 'Leo',
  family: 'Quist',
  email: 'leo@example.net',
  relation: 'spouse',
  kinds: ['visits'],
  until: '2027-01-01',
  ...more,
});
/** The clinic's: its last day ends five hours after that of UTC. */
const ZONE = 'America/New_York';
const read = (each: Entrusted, person: object = {}, consented: object = {}) =>
  entrustedOf(
    { ...relatedPerson(each, SINCE, ZONE), ...person } as StoredPerson,
    { ...consent(each, SINCE, ZONE), ...consented } as StoredConsent,
  );

describe('family access', () => {
  it('is read as it was written', () => {
    const some = fc.subarray(['visits', 'messages', 'records'] as Kind[], { minLength: 1 });
    const kinds = fc.oneof(some, fc.constantFrom<Kind[]>(['everything'], ['everything', 'protected']));
    const relation = fc.constantFrom(...(Object.keys(RELATIONS) as Relation[]));
    fc.assert(
      fc.property(kinds, relation, (kinds, relation) => {
        const each = entrusted({ kinds, relation });
        expect(read(each)).toEqual(each);
      }),
    );
  });

  it.each([
    ['whom the clinic has on record', { identifier: [{ system: 'urn:clinic' }] }, {}],
    ['of nobody', { patient: undefined }, {}],
    ['whose Consent ended', {}, { status: 'inactive' }],
    ['whose Consent is of another record', {}, { patient: { reference: 'Patient/bob' } }],
  ])('is none of somebody %s', (_, person, consented) => {
    expect(read(entrusted(), person, consented)).toBeUndefined();
  });

  it('permits nothing without an action, a last day and a name', () => {
    for (const kind of KINDS) {
      const { provision } = consent(entrusted({ kinds: [kind] }), SINCE, ZONE) as { provision?: Rule };
      expect(provision?.type).toBe('deny');
      for (const each of provision?.provision ?? []) {
        expect([each.type, each.period?.end, each.action?.length]).toEqual([
          'permit',
          '2027-01-01T23:59:59-05:00',
          expect.any(Number),
        ]);
        expect(each.actor?.[0]?.reference.reference).toBe('RelatedPerson/one');
      }
    }
  });
});

interface Rule {
  readonly type?: string;
  readonly period?: { readonly end?: string };
  readonly action?: readonly object[];
  readonly actor?: readonly { readonly reference: { readonly reference: string } }[];
  readonly provision?: readonly Rule[];
}
