/** The table of what a patient may change, held against a reading of its own: over all types, statuses and changes. */
import { resourceTypes } from '@wellspring/profiles';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccessContext } from './access-context.ts';
import { WRITTEN_BY } from './authorship.ts';
import { checkWrite } from './check-write.ts';
import { OWNER_ELEMENTS } from './owner-table.ts';
import { parseScopes } from './scope.ts';
import { type Json, PATIENT_RULES } from './write-rules.ts';

const PERSONS = {
  patient: { type: 'Patient', id: 'ana' },
  proxy: { type: 'RelatedPerson', id: 'mum' },
} as const;
type Person = keyof typeof PERSONS;

const SCOPES = parseScopes('patient/*.cruds');
const contextOf = (person: Person): AccessContext => ({
  subject: person,
  clientId: 'app',
  fhirUser: PERSONS[person],
  patient: 'ana',
  scopes: SCOPES,
  readsOwnUser: false,
});

const STATUSES = [
  'draft',
  'proposed',
  'requested',
  'received',
  'accepted',
  'rejected',
  'ready',
  'in-progress',
  'on-hold',
  'pending',
  'waitlist',
  'booked',
  'arrived',
  'checked-in',
  'fulfilled',
  'noshow',
  'active',
  'intended',
  'stopped',
  'not-taken',
  'completed',
  'cancelled',
  'inactive',
  'current',
  'superseded',
  'final',
  'entered-in-error',
  'preparation',
  'not-done',
  'failed',
  'amended',
] as const;
const ELEMENTS = [
  'cancelationReason',
  'participant',
  'received',
  'payor',
  'subscriberId',
  'period',
  'class',
  'type',
  'effectivePeriod',
  'effectiveDateTime',
  'note',
  'dosage',
  'telecom',
  'address',
  'contact',
  'communication',
  'extension',
  'item',
  'authored',
  'statusReason',
  'code',
  'payload',
  'name',
  'birthDate',
  'priority',
  'contained',
  'modifierExtension',
  'implicitRules',
  'language',
  'identifier',
  'reasonCode',
  'value',
  'valueString',
  'restriction',
  'output',
  'focus',
  'sender',
  'recipient',
  'owner',
  'requester',
  'author',
  'informationSource',
  'performer',
  'docStatus',
  'content',
  'provision',
  'start',
  'end',
  'slot',
  'description',
] as const;

/** What a careful reader of docs/SECURITY.md would say, line by line, without the table. */
interface Case {
  readonly type: string;
  readonly person: Person;
  readonly from: string;
  readonly to: string;
  readonly element: string | undefined;
  readonly writer: 'ana' | 'mum' | 'clinic';
  readonly owner: string;
  readonly requester: string;
  readonly sender: string;
  readonly wasReceived: boolean;
  /** Hours until the visit begins; it takes one. */
  readonly hours: number;
}

const NOW = Date.parse('2027-03-01T09:00:00Z');
const inHours = (hours: number): string => new Date(NOW + hours * 3_600_000).toISOString();

function mayChange(given: Case): boolean {
  const { type, person, from, to, element, writer } = given;
  const self = person === 'patient' ? 'Patient/ana' : 'RelatedPerson/mum';
  const theirs = writer !== 'clinic' && (person === 'patient' || writer === 'mum');
  const same = from === to;
  const only = (...names: string[]): boolean => element === undefined || names.includes(element);
  switch (type) {
    case 'Appointment': {
      const lives = ['proposed', 'pending', 'waitlist', 'booked', 'arrived', 'checked-in'];
      if (!lives.includes(from) || !only('cancelationReason')) return false;
      if (same) return element === undefined;
      if (to === 'cancelled')
        return ['proposed', 'pending', 'waitlist'].includes(from) || (from === 'booked' && given.hours > 0);
      const isHere =
        (to === 'arrived' && from === 'booked') ||
        (to === 'checked-in' && (from === 'booked' || from === 'arrived'));
      return isHere && given.hours <= 2 && given.hours >= -2;
    }
    case 'Communication':
      if (same && only('received') && !given.wasReceived && given.sender !== self) return true;
      return theirs && element === undefined && (same || (from === 'in-progress' && to === 'completed'));
    case 'Consent':
      return (
        theirs &&
        element === undefined &&
        (same ||
          (from === 'draft' && (to === 'proposed' || to === 'inactive')) ||
          (from === 'proposed' && to === 'inactive'))
      );
    case 'Coverage':
      return (
        theirs &&
        from === 'draft' &&
        only('payor', 'subscriberId', 'period', 'class', 'type') &&
        (same || to === 'cancelled')
      );
    case 'DocumentReference':
      return (
        theirs &&
        element === undefined &&
        (same || (from === 'current' && (to === 'superseded' || to === 'entered-in-error')))
      );
    case 'MedicationStatement': {
      if (!theirs || !only('effectivePeriod', 'effectiveDateTime', 'note', 'dosage')) return false;
      if (same) return true;
      if (to === 'entered-in-error')
        return ['active', 'intended', 'on-hold', 'stopped', 'completed'].includes(from);
      if (to === 'active') return ['intended', 'on-hold', 'stopped', 'completed'].includes(from);
      if (to === 'stopped') return from === 'active' || from === 'on-hold';
      if (to === 'not-taken') return from === 'intended';
      return from === 'active' && (to === 'completed' || to === 'on-hold');
    }
    case 'Observation':
      return theirs && element === undefined && (same || (from === 'final' && to === 'entered-in-error'));
    case 'Patient':
      return same && only('telecom', 'address', 'contact', 'communication');
    case 'QuestionnaireResponse':
      return (
        theirs &&
        from === 'in-progress' &&
        only('item', 'authored') &&
        (same || to === 'completed' || to === 'stopped')
      );
    case 'Task': {
      if (!only('statusReason') || (same && given.element === 'statusReason')) return false;
      const open = ['requested', 'received', 'accepted', 'ready', 'in-progress'];
      const forThem =
        (given.owner === 'Patient/ana' || given.owner === self) &&
        (same || (open.includes(from) && (to === 'completed' || to === 'cancelled')));
      const byThem =
        given.requester === self &&
        (same ||
          (from === 'draft' && to === 'requested') ||
          (to === 'cancelled' && [...open, 'draft', 'on-hold'].includes(from)));
      return forThem || byThem;
    }
    default:
      return false;
  }
}

function stored(given: Case): Json {
  const codes = { ana: 'Patient/ana', mum: 'RelatedPerson/mum', clinic: undefined } as const;
  const code = codes[given.writer];
  const owner = OWNER_ELEMENTS[given.type]?.[0]?.split('.')[0];
  const reference = { reference: 'Patient/ana' };
  const base: Record<string, unknown> = {
    resourceType: given.type,
    id: given.type === 'Patient' ? 'ana' : 'x',
    ...(code === undefined ? {} : { meta: { tag: [{ system: WRITTEN_BY, code }] } }),
    status: given.from,
    ...(given.wasReceived ? { received: 'before' } : {}),
    ...(given.type === 'Task'
      ? { owner: { reference: given.owner }, requester: { reference: given.requester } }
      : {}),
    ...(given.type === 'Communication' ? { sender: { reference: given.sender } } : {}),
  };
  if (given.type === 'Appointment')
    Object.assign(base, {
      participant: [{ actor: reference, status: 'accepted' }],
      start: inHours(given.hours),
      end: inHours(given.hours + 1),
    });
  else if (owner !== undefined) base[owner] = given.type === 'Provenance' ? [reference] : reference;
  return base as Json;
}

const WITH_ROWS = [
  'Appointment',
  'Communication',
  'Consent',
  'Coverage',
  'DocumentReference',
  'MedicationStatement',
  'Observation',
  'Patient',
  'QuestionnaireResponse',
  'Task',
] as const;

const cases: fc.Arbitrary<Case> = fc.record({
  type: fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom(...WITH_ROWS),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...resourceTypes.filter((type) => Object.hasOwn(OWNER_ELEMENTS, type))),
    },
  ),
  person: fc.constantFrom<Person>('patient', 'proxy'),
  from: fc.constantFrom(...STATUSES),
  to: fc.constantFrom(...STATUSES),
  element: fc.option(fc.constantFrom(...ELEMENTS), { nil: undefined }),
  writer: fc.constantFrom('ana' as const, 'mum' as const, 'clinic' as const),
  owner: fc.constantFrom('Patient/ana', 'RelatedPerson/mum', 'RelatedPerson/dad', 'Practitioner/p'),
  requester: fc.constantFrom('Patient/ana', 'RelatedPerson/mum', 'Practitioner/p'),
  sender: fc.constantFrom('Patient/ana', 'RelatedPerson/mum', 'Practitioner/p'),
  wasReceived: fc.boolean(),
  hours: fc.constantFrom(72, 2.01, 2, 1, 0, -0.5, -2, -2.01, -48),
});

const passes = (work: () => void): boolean => {
  try {
    work();
    return true;
  } catch (error) {
    const { status } = error as { status?: number };
    if (status !== 403 && status !== 422) throw error;
    return false;
  }
};

describe('what a patient may change', () => {
  const isAllowed = (given: Case): boolean => {
    const before = stored(given);
    const after = {
      ...before,
      status: given.to,
      ...(given.element === undefined ? {} : { [given.element]: changed(given.element, before) }),
    };
    return passes(() => checkWrite(contextOf(given.person), 'u', after as Json, before, NOW));
  };
  const given = (type: string, person: Person, change: Partial<Case>): Case => ({
    type,
    person,
    from: 'draft',
    to: change.from ?? 'draft',
    element: undefined,
    writer: 'clinic',
    owner: 'Practitioner/p',
    requester: 'Practitioner/p',
    sender: 'Practitioner/p',
    wasReceived: false,
    hours: 1,
    ...change,
  });
  const wrongOf = (all: readonly Case[]): readonly Case[] =>
    all.filter((each) => isAllowed(each) !== mayChange(each));

  it.each(WITH_ROWS)(
    'of %s is what the table says: each status from and to, each element, of each writer',
    (type) => {
      const tasks = [
        { owner: 'Patient/ana' },
        { owner: 'RelatedPerson/mum' },
        { owner: 'RelatedPerson/dad' },
        { requester: 'Patient/ana' },
        { requester: 'RelatedPerson/mum' },
      ] as const;
      const variants: readonly Partial<Case>[] = [
        { writer: 'ana' },
        { writer: 'mum' },
        {},
        ...(type === 'Task' ? tasks : []),
        ...(type === 'Appointment' ? [72, 2.01, 2, 0, -0.5, -2, -2.01, -48].map((hours) => ({ hours })) : []),
      ];
      const changes: readonly Partial<Case>[] = [
        ...STATUSES.flatMap((from) => STATUSES.map((to) => ({ from, to }))),
        ...['draft', 'in-progress', 'completed'].flatMap((from) =>
          ELEMENTS.map((element) => ({ from, element })),
        ),
      ];
      for (const person of ['patient', 'proxy'] as const)
        for (const variant of variants)
          expect(wrongOf(changes.map((change) => given(type, person, { ...variant, ...change })))).toEqual(
            [],
          );
    },
  );

  it('is what the table says and nothing more, over types, statuses, elements and writers together', () => {
    const check = (each: Case): void => {
      expect(wrongOf([each])).toEqual([]);
    };
    fc.assert(fc.property(cases, check), { numRuns: 5_000 });
    fc.assert(
      fc.property(
        cases.map((each) => ({ ...each, to: each.from })),
        check,
      ),
      { numRuns: 5_000 },
    );
  });

  it('nothing is theirs to delete, and no type without a row to make, but for what they subscribe to', () => {
    for (const type of resourceTypes.filter((each) => each !== 'Subscription'))
      for (const person of ['patient', 'proxy'] as const) {
        const resource = stored({
          type,
          person,
          from: 'draft',
          to: 'draft',
          element: undefined,
          writer: 'ana',
          owner: 'Patient/ana',
          requester: 'Patient/ana',
          sender: 'Patient/ana',
          wasReceived: false,
          hours: 1,
        });
        expect(
          passes(() => checkWrite(contextOf(person), 'd', resource, resource)),
          type,
        ).toBe(false);
        const makes = [
          'Appointment',
          'Communication',
          'Consent',
          'Coverage',
          'DocumentReference',
          'MedicationStatement',
          'Observation',
          'QuestionnaireResponse',
          'Task',
        ];
        if (!makes.includes(type))
          expect(
            passes(() => checkWrite(contextOf(person), 'c', resource, undefined)),
            type,
          ).toBe(false);
      }
  });

  it('is a new resource in its first status, signed by themself', () => {
    const AUTHORS: Record<string, string> = {
      Communication: 'sender',
      DocumentReference: 'author',
      MedicationStatement: 'informationSource',
      Observation: 'performer',
      QuestionnaireResponse: 'author',
      Task: 'requester',
    };
    const FIRST: Record<string, readonly string[]> = {
      Appointment: ['proposed'],
      Communication: ['completed', 'in-progress'],
      Consent: ['proposed', 'draft'],
      Coverage: ['draft'],
      MedicationStatement: ['active', 'completed', 'intended', 'on-hold', 'stopped'],
      Observation: ['final'],
      QuestionnaireResponse: ['in-progress', 'completed'],
      Task: ['requested', 'draft'],
    };
    for (const [type, first] of Object.entries(FIRST))
      for (const person of ['patient', 'proxy'] as const)
        for (const status of STATUSES)
          for (const author of ['Patient/ana', 'RelatedPerson/mum', 'Practitioner/p']) {
            const self = person === 'patient' ? 'Patient/ana' : 'RelatedPerson/mum';
            const element = AUTHORS[type];
            const resource = {
              ...stored({
                type,
                person,
                from: status,
                to: status,
                element: undefined,
                writer: 'clinic',
                owner: 'Practitioner/p',
                requester: author,
                sender: author,
                wasReceived: false,
                hours: 1,
              }),
            } as Record<string, unknown>;
            if (element !== undefined)
              resource[element] = element === 'performer' ? [{ reference: author }] : { reference: author };
            const signed = element === undefined || author === self;
            expect(
              passes(() => checkWrite(contextOf(person), 'c', resource as Json, undefined)),
              `${type} ${status} ${author}`,
            ).toBe(first.includes(status) && signed);
          }
  });

  it('of a Task asks the clinic for something: it is not their own to answer, and says no reason yet', () => {
    for (const person of ['patient', 'proxy'] as const) {
      const self = { reference: person === 'patient' ? 'Patient/ana' : 'RelatedPerson/mum' };
      const asks = (more: object) =>
        passes(() =>
          checkWrite(
            contextOf(person),
            'c',
            {
              resourceType: 'Task',
              status: 'requested',
              code: { coding: [{ system: 'urn:wellspring:task', code: 'letter' }] },
              for: { reference: 'Patient/ana' },
              requester: self,
              ...more,
            } as Json,
            undefined,
          ),
        );
      expect(asks({})).toBe(true);
      expect(asks({ owner: { reference: 'Practitioner/p' } })).toBe(true);
      expect(asks({ owner: { reference: 'Patient/ana' } })).toBe(false);
      expect(asks({ owner: self })).toBe(false);
      expect(asks({ statusReason: { text: 'The clinic says: pay' } })).toBe(false);
    }
  });
});

it('the table names elements by their own names, and no paths below them', () => {
  for (const [type, { changes = [] }] of Object.entries(PATIENT_RULES))
    for (const { elements } of changes)
      for (const element of elements) expect(element, type).toMatch(/^[a-z][A-Za-z]*$/);
});

describe('what a patient ticks off of a plan of care', () => {
  const TICK = {
    code: { coding: [{ system: 'urn:wellspring:plan-activity', code: 'walk' }], text: 'Walk' },
    basedOn: [{ reference: 'CarePlan/p' }],
    valueBoolean: true,
  };
  const stores = (person: Person, more: object): boolean =>
    passes(() =>
      checkWrite(
        contextOf(person),
        'c',
        {
          resourceType: 'Observation',
          status: 'final',
          subject: { reference: 'Patient/ana' },
          performer: [{ reference: person === 'patient' ? 'Patient/ana' : 'RelatedPerson/mum' }],
          ...more,
        } as Json,
        undefined,
      ),
    );

  it.each(['patient', 'proxy'] as const)(
    'names the plan, and says that it was done and nothing else (%s)',
    (person) => {
      expect(stores(person, TICK)).toBe(true);
      expect(stores(person, { code: { text: 'Weight' } })).toBe(true);
      for (const wrong of [
        { basedOn: undefined },
        { basedOn: [] },
        { basedOn: [{ reference: 'ServiceRequest/s' }] },
        { basedOn: [{ reference: 'https://other.example/CarePlan/p' }] },
        { basedOn: [{ display: 'the plan' }] },
        { basedOn: [{ reference: 'CarePlan/p' }, { reference: 'CarePlan/q' }] },
        { basedOn: { reference: 'CarePlan/p' } },
        { valueBoolean: false },
        { valueBoolean: undefined, valueString: 'done' },
        { component: [{ code: { text: 'Weight' } }] },
        { hasMember: [{ reference: 'Observation/o' }] },
        { interpretation: [{ text: 'Normal' }] },
        // An answer to an order of the clinic, under the name of a tick or of a measurement.
        { code: { coding: [...TICK.code.coding, { system: 'http://loinc.org', code: '4548-4' }] } },
        { code: { coding: [{ system: 'http://loinc.org', code: '4548-4' }] } },
        { code: { text: 'Walk' } },
      ])
        expect(stores(person, { ...TICK, ...wrong }), JSON.stringify(wrong)).toBe(false);
    },
  );
});

it('what is asked for several times is the clinic’s to close: they may decline it, and finish what is asked for once', () => {
  const task = (repetitions: number | undefined, status: string) =>
    ({
      resourceType: 'Task',
      id: 'x',
      status,
      for: { reference: 'Patient/ana' },
      owner: { reference: 'Patient/ana' },
      ...(repetitions === undefined ? {} : { restriction: { repetitions } }),
    }) as Json;
  const becomes = (repetitions: number | undefined, status: string): boolean =>
    passes(() =>
      checkWrite(contextOf('patient'), 'u', task(repetitions, status), task(repetitions, 'requested')),
    );
  expect([undefined, 1, 2].map((count) => becomes(count, 'completed'))).toEqual([true, true, false]);
  expect(becomes(2, 'cancelled')).toBe(true);
});

describe('what a patient measures', () => {
  const SYSTEM = 'http://terminology.hl7.org/CodeSystem/observation-category';
  const CATEGORIES = [
    ...['social-history', 'vital-signs', 'imaging', 'laboratory', 'procedure'],
    ...['survey', 'exam', 'therapy', 'activity'],
  ];
  /** What docs/SECURITY.md says that an observation of their own may hold. */
  const THEIRS = [
    ...['identifier', 'language', 'code', 'effectiveDateTime', 'valueQuantity', 'bodySite', 'note'],
    ...['device', 'dataAbsentReason', 'extension'],
  ];
  const CLINICS = [
    ...['basedOn', 'partOf', 'focus', 'encounter', 'issued', 'interpretation', 'method', 'specimen'],
    ...['referenceRange', 'hasMember', 'derivedFrom'],
  ];
  const stores = (person: Person, more: object): boolean =>
    passes(() =>
      checkWrite(
        contextOf(person),
        'c',
        {
          resourceType: 'Observation',
          status: 'final',
          code: { text: 'Weight' },
          subject: { reference: 'Patient/ana' },
          performer: [{ reference: person === 'patient' ? 'Patient/ana' : 'RelatedPerson/mum' }],
          ...more,
        } as Json,
        undefined,
      ),
    );

  it('is of the categories of what people observe of themselves, and says nothing that the clinic says', () => {
    const element = fc.constantFrom(...THEIRS, ...CLINICS);
    const coding = fc.record({
      system: fc.constantFrom(SYSTEM, 'http://terminology.hl7.org/CodeSystem/v2-0074', undefined),
      code: fc.constantFrom(...CATEGORIES, 'LAB', undefined),
    });
    const concept = fc.record({
      coding: fc.array(coding, { maxLength: 2 }),
      text: fc.constant('Laboratory'),
    });
    const part = fc.constantFrom('valueQuantity', 'interpretation', 'referenceRange', 'dataAbsentReason');
    fc.assert(
      fc.property(
        fc.constantFrom<Person>('patient', 'proxy'),
        fc.uniqueArray(element, { maxLength: 4 }),
        fc.option(fc.array(concept, { maxLength: 2 }), { nil: undefined }),
        fc.option(fc.array(part, { maxLength: 2 }), { nil: undefined }),
        (person, elements, category, parts) => {
          const own = ['vital-signs', 'survey', 'social-history', 'activity'];
          const isTheirs =
            elements.every((name) => THEIRS.includes(name)) &&
            (category ?? []).every(
              ({ coding: given }) =>
                given.length > 0 &&
                given.every(({ system, code }) => system === SYSTEM && own.includes(code ?? '')),
            ) &&
            !(parts ?? []).some((name) => name === 'interpretation' || name === 'referenceRange');
          const value = (name: string) => (name === 'code' ? { text: 'Weight' } : [{ text: 'x' }]);
          const more = {
            ...Object.fromEntries(elements.map((name) => [name, value(name)])),
            ...(category ? { category } : {}),
            ...(parts ? { component: parts.map((name) => ({ code: {}, [name]: {} })) } : {}),
          };
          expect(stores(person, more), JSON.stringify(more)).toBe(isTheirs);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('and of a tick the same holds', () => {
    const tick = {
      code: { coding: [{ system: 'urn:wellspring:plan-activity', code: 'walk' }] },
      basedOn: [{ reference: 'CarePlan/p' }],
      valueBoolean: true,
    };
    expect(stores('patient', tick)).toBe(true);
    for (const name of CLINICS.filter((each) => each !== 'basedOn'))
      expect(stores('patient', { ...tick, [name]: [{ text: 'x' }] }), name).toBe(false);
    expect(
      stores('patient', { ...tick, category: [{ coding: [{ system: SYSTEM, code: 'laboratory' }] }] }),
    ).toBe(false);
  });
});

/** Another value than before, that keeps whose record it is. */
function changed(element: string, before: Json): unknown {
  const value = before[element];
  if (element === 'participant' && Array.isArray(value))
    return [...value, { actor: { reference: 'Practitioner/p' }, status: 'accepted' }];
  if (element === 'extension') return [{ url: 'urn:other' }];
  if (['sender', 'owner', 'requester'].includes(element)) return { reference: 'Practitioner/else' };
  return { changed: true };
}
