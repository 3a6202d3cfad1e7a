import { describe, expect, it } from 'vitest';
import { knownOf, offersOf } from './offers.ts';
import { scopeFor } from './scope-for.ts';

describe('P29: what a server offers', () => {
  const known = knownOf('https://fhir.example', {
    rest: [
      {
        interaction: [{ code: 'batch' }],
        resource: [
          { type: 'Patient', interaction: [{ code: 'read' }], operation: [{ name: 'everything' }] },
          { type: 'Appointment', operation: [{ name: '$book' }] },
          { type: 'Goal' },
        ],
      },
    ],
  });
  const offers = offersOf(known);

  it('is what it advertises: types, their interactions and operations', () => {
    expect([offers('Patient'), offers('Patient', 'read'), offers('Patient', '$everything')]).toEqual([
      true,
      true,
      true,
    ]);
    expect([offers('Patient', 'update'), offers('Patient', '$share-link'), offers('Task')]).toEqual([
      false,
      false,
      false,
    ]);
    expect([offers('constructor'), offers('__proto__', 'read')]).toEqual([false, false]);
  });

  it('is an interaction of a type of which none is named, and no operation', () => {
    expect([
      offers('Goal', 'create'),
      offers('Appointment', 'create'),
      offers('Appointment', '$book'),
    ]).toEqual([true, true, true]);
    expect(offers('Goal', '$book')).toBe(false);
  });

  it('is everything where the server says nothing', () => {
    expect(knownOf('https://fhir.example', {})).toBeUndefined();
    expect(offersOf(undefined)('Anything', '$at-all')).toBe(true);
  });
});

describe('what was granted', () => {
  const granted =
    'openid launch/patient patient/Appointment.crus patient/Patient.rs user/Task.read user/Goal.write patient/Observation.rs?category=a|b';
  const offers = offersOf(undefined, granted);

  it.each([
    ['Appointment', 'create', true],
    ['Appointment', 'update', true],
    ['Appointment', '$book', true],
    ['Patient', undefined, true],
    ['Patient', 'update', false],
    ['Task', undefined, true],
    ['Task', 'create', false],
    ['Goal', 'create', true],
    ['Observation', undefined, true],
    ['Observation', 'create', false],
    ['Condition', undefined, false],
    ['Condition', '$everything', false],
  ])('is all that is offered: of %s, %s: %s', (type, what, expected) => {
    expect(offers(type, what)).toBe(expected);
  });

  it('is everything where it was granted for all types, or where nobody says', () => {
    expect(offersOf(undefined, 'patient/*.cruds')('Condition', 'update')).toBe(true);
    expect(offersOf(undefined, 'patient/*.rs')('Condition', 'update')).toBe(false);
    expect(offersOf(undefined, undefined)('Condition', 'update')).toBe(true);
  });
});

describe('P29: the scopes that are asked for', () => {
  const WANTED =
    'openid fhirUser launch/patient online_access patient/Patient.rs patient/Patient.u patient/Task.cu';

  it('are as they are wanted where the server names none, or all of a level', () => {
    expect(scopeFor(WANTED, {})).toBe(WANTED);
    const own = ['openid', 'fhirUser', 'launch/patient', 'online_access', 'patient/*.rs', 'patient/*.read'];
    expect(
      scopeFor(WANTED, { scopes_supported: own, capabilities: ['permission-v2', 'permission-v1'] }),
    ).toBe(WANTED);
  });

  it('are of the first version where the server knows no other', () => {
    const supported = ['launch/patient', 'patient/*.read', 'patient/*.write'];
    expect(scopeFor(WANTED, { scopes_supported: supported })).toBe(
      'launch/patient patient/Patient.read patient/Patient.write patient/Task.write',
    );
  });

  it('leave out types that the server has no scope for', () => {
    const supported = ['openid', 'launch/patient', 'patient/Patient.rs'];
    expect(scopeFor(WANTED, { scopes_supported: supported })).toBe(
      'openid launch/patient patient/Patient.rs patient/Patient.u',
    );
  });
});
