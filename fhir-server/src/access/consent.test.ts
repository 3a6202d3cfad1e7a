/** What an active Consent closes and opens, as conditions on the data; what can't be told is read in favour of the patient. */
import { describe, expect, it } from 'vitest';
import { createMemory, type Resource, ref } from '../../test/in-memory.ts';
import { and, not } from '../search/query.ts';
import { consentCondition, isClosed } from './consent-condition.ts';
import {
  bindsSomebody,
  type ConsentRule,
  deniedBy,
  labelsPermitted,
  onlyPermitted,
  type Provision,
  permits,
  permitsBy,
  ruleOf,
} from './consent-rules.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const DOC = 'Practitioner/doc';
const ACTORS = new Set([DOC, 'Organization/north']);
const R = { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' };
const TYPES = 'http://hl7.org/fhir/resource-types';
const REASON = 'http://terminology.hl7.org/CodeSystem/v3-ActReason';
const actor = (...references: (string | undefined)[]) =>
  references.map((each) => (each === undefined ? {} : { reference: ref(each) }));
const period = (start?: string, end?: string) => ({ ...(start ? { start } : {}), ...(end ? { end } : {}) });

const find = createMemory([
  { resourceType: 'Patient', id: 'a' },
  { resourceType: 'Patient', id: 'b' },
  ...['a', 'b'].flatMap((of): Resource[] => [
    {
      resourceType: 'Condition',
      id: `plain-${of}`,
      subject: ref(`Patient/${of}`),
      code: { coding: [{ system: 'urn:c', code: 'asthma' }] },
      onsetDateTime: '2020-06-01',
    },
    {
      resourceType: 'Condition',
      id: `secret-${of}`,
      subject: ref(`Patient/${of}`),
      meta: { security: [R] },
      code: { coding: [{ system: 'urn:c', code: 'hiv' }] },
    },
    {
      resourceType: 'Binary',
      id: `file-${of}`,
      contentType: 'text/plain',
      securityContext: ref(`Patient/${of}`),
    },
  ]),
] as Resource[]);
const PLAIN = 'plain-a';
const SECRET = 'secret-a';
const BOTH = [PLAIN, SECRET];

const rule = (provision: Provision, patient = 'a'): ConsentRule => ({ id: 'c', patient, provision });
/** Conditions of `a` that the provision closes to the doctor. */
const denied = (provision: Provision, actors: ReadonlySet<string> = ACTORS, now = NOW): string[] =>
  find(
    'Condition',
    and({ kind: 'owner', patients: ['a'] }, deniedBy(rule(provision), actors, 'Condition', now)),
  );

describe('a Consent', () => {
  it('binds when it is active, somebody’s, and says something', () => {
    const consent = { id: 'c', status: 'active', patient: ref('Patient/a'), provision: { type: 'deny' } };
    expect(ruleOf(consent)).toEqual({ id: 'c', patient: 'a', provision: { type: 'deny' } });
    for (const change of [
      { status: 'inactive' },
      { status: undefined },
      { id: undefined },
      { patient: undefined },
      { patient: ref('Group/a') },
      { patient: ref('Patient/a/x') },
      { patient: ref('xPatient/a') },
      { provision: undefined },
    ])
      expect(ruleOf({ ...consent, ...change }), JSON.stringify(change)).toBeUndefined();
  });

  it.each<[string, Provision, string[]]>([
    ['a denial to all', { type: 'deny' }, BOTH],
    ['a permission', { type: 'permit' }, []],
    ['no type', {}, []],
    ['a denial to them', { type: 'deny', actor: actor(DOC) }, BOTH],
    [
      'a denial to their organization, among others',
      { type: 'deny', actor: actor('Practitioner/x', 'Organization/north') },
      BOTH,
    ],
    ['a denial to others', { type: 'deny', actor: actor('Practitioner/other') }, []],
    ['a denial to somebody unnamed', { type: 'deny', actor: actor(undefined) }, BOTH],
    ['a denial to a care team', { type: 'deny', actor: actor('CareTeam/x') }, BOTH],
    ['a denial to a group', { type: 'deny', actor: actor('Group/x') }, BOTH],
    ['a denial to what is no type', { type: 'deny', actor: actor('xGroup/x') }, BOTH],
    ['a denial to somebody contained', { type: 'deny', actor: actor('#x') }, BOTH],
    [
      'a denial to somebody elsewhere',
      { type: 'deny', actor: actor('https://x.example/Practitioner/x') },
      BOTH,
    ],
    ['a denial to another', { type: 'deny', actor: actor('Practitioner/another/_history/1') }, []],
    ['a denial that began', { type: 'deny', period: period('2026-06-01', '2026-06-02') }, BOTH],
    ['a denial that ends with today', { type: 'deny', period: period(undefined, '2026-06-01') }, BOTH],
    ['a denial that is over', { type: 'deny', period: period(undefined, '2026-05-31') }, []],
    ['a denial to come', { type: 'deny', period: period('2026-06-02') }, []],
    ['a denial since this moment', { type: 'deny', period: period('2026-06-01T12:00:00Z') }, BOTH],
    ['a denial until this moment', { type: 'deny', period: period(undefined, '2026-06-01T11:59:59Z') }, []],
    ['a denial of dates that can not be read', { type: 'deny', period: period('soon', 'later') }, BOTH],
    ['a denial of reading', { type: 'deny', action: [{ coding: [{ code: 'disclose' }] }] }, BOTH],
    ['a denial of use', { type: 'deny', action: [{ coding: [{ code: 'x' }, { code: 'use' }] }] }, BOTH],
    ['a denial of access', { type: 'deny', action: [{ coding: [{ code: 'access' }] }] }, BOTH],
    ['a denial of correction', { type: 'deny', action: [{ coding: [{ code: 'correct' }] }] }, []],
    ['a denial of an action in words', { type: 'deny', action: [{}] }, BOTH],
    ['a denial of an action without code', { type: 'deny', action: [{ coding: [{}] }] }, []],
    ['a denial for treatment', { type: 'deny', purpose: [{ system: REASON, code: 'TREAT' }] }, BOTH],
    ['a denial for payment', { type: 'deny', purpose: [{ system: REASON, code: 'HPAYMT' }] }, BOTH],
    ['a denial for operations', { type: 'deny', purpose: [{ system: REASON, code: 'HOPERAT' }] }, BOTH],
    ['a denial for any purpose', { type: 'deny', purpose: [{ system: REASON, code: 'PurposeOfUse' }] }, BOTH],
    ['a denial for research', { type: 'deny', purpose: [{ system: REASON, code: 'HRESCH' }] }, []],
    [
      'a denial for research and treatment',
      {
        type: 'deny',
        purpose: [
          { system: REASON, code: 'HRESCH' },
          { system: REASON, code: 'TREAT' },
        ],
      },
      BOTH,
    ],
    [
      'a denial for a purpose of another system',
      { type: 'deny', purpose: [{ system: 'urn:x', code: 'y' }] },
      BOTH,
    ],
    ['a denial for a purpose without code', { type: 'deny', purpose: [{ system: REASON }] }, BOTH],
    ['a denial for care management', { type: 'deny', purpose: [{ system: REASON, code: 'CAREMGT' }] }, BOTH],
    ['a denial for marketing', { type: 'deny', purpose: [{ system: REASON, code: 'HMARKT' }] }, []],
    ['a denial of this type', { type: 'deny', class: [{ system: TYPES, code: 'Condition' }] }, BOTH],
    [
      'a denial of types, this among them',
      {
        type: 'deny',
        class: [
          { system: TYPES, code: 'Task' },
          { system: TYPES, code: 'Condition' },
        ],
      },
      BOTH,
    ],
    ['a denial of another type', { type: 'deny', class: [{ system: TYPES, code: 'Task' }] }, []],
    [
      'a denial of a class that is no type',
      { type: 'deny', class: [{ system: 'urn:x', code: 'letters' }] },
      BOTH,
    ],
    ['a denial of a label', { type: 'deny', securityLabel: [R] }, [SECRET]],
    ['a denial of a label of any system', { type: 'deny', securityLabel: [{ code: 'R' }] }, [SECRET]],
    ['a denial of all labels of a system', { type: 'deny', securityLabel: [{ system: R.system }] }, [SECRET]],
    [
      'a denial of a label of another system',
      { type: 'deny', securityLabel: [{ system: 'urn:x', code: 'R' }] },
      [],
    ],
    [
      'a denial of a code of another system',
      { type: 'deny', code: [{ coding: [{ system: 'urn:x', code: 'hiv' }] }] },
      [],
    ],
    ['a denial of all codes of a system', { type: 'deny', code: [{ coding: [{ system: 'urn:c' }] }] }, BOTH],
    ['a denial of another label', { type: 'deny', securityLabel: [{ ...R, code: 'V' }] }, []],
    [
      'a denial of a code',
      { type: 'deny', code: [{ coding: [{ system: 'urn:c', code: 'asthma' }] }] },
      [PLAIN],
    ],
    [
      'a denial of two codes',
      {
        type: 'deny',
        code: [{ coding: [{ system: 'urn:c', code: 'asthma' }] }, { coding: [{ code: 'hiv' }] }],
      },
      BOTH,
    ],
    ['a denial of a code in words', { type: 'deny', code: [{}] }, BOTH],
    ['a denial of data of a time', { type: 'deny', dataPeriod: period('2020-01-01', '2020-12-31') }, BOTH],
    ['a denial of data of another time', { type: 'deny', dataPeriod: period('2021-01-01') }, [SECRET]],
    [
      'a denial of data up to a time',
      { type: 'deny', dataPeriod: period(undefined, '2019-12-31') },
      [SECRET],
    ],
    [
      'a denial of data of a time that can not be read',
      { type: 'deny', dataPeriod: period('long ago') },
      BOTH,
    ],
    [
      'a denial of data of an end that can not be read',
      { type: 'deny', dataPeriod: period(undefined, 'some day') },
      BOTH,
    ],
    ['a denial of one resource', { type: 'deny', data: [{ reference: ref(`Condition/${PLAIN}`) }] }, [PLAIN]],
    [
      'a denial of a resource of another type',
      { type: 'deny', data: [{ reference: ref(`Task/${PLAIN}`) }] },
      [],
    ],
    ['a denial of a resource without id', { type: 'deny', data: [{ reference: ref('Condition') }, {}] }, []],
    [
      'a permission with an exception',
      { type: 'permit', provision: [{ type: 'deny', securityLabel: [R] }] },
      [SECRET],
    ],
    [
      'a permission to others with an exception',
      { type: 'permit', actor: actor('Practitioner/x'), provision: [{ type: 'deny' }] },
      BOTH,
    ],
    [
      'a permission that is over, with an exception',
      { type: 'permit', period: period(undefined, '2020'), provision: [{ type: 'deny' }] },
      [],
    ],
    ['a denial but to them', { type: 'deny', provision: [{ type: 'permit', actor: actor(DOC) }] }, []],
    [
      'a denial but to others',
      { type: 'deny', provision: [{ type: 'permit', actor: actor('Practitioner/x') }] },
      BOTH,
    ],
    [
      'a denial but to a group',
      { type: 'deny', provision: [{ type: 'permit', actor: actor('Group/x') }] },
      BOTH,
    ],
    [
      'a denial but to somebody unnamed',
      { type: 'deny', provision: [{ type: 'permit', actor: actor(undefined) }] },
      BOTH,
    ],
    [
      'a denial but for a time that is over',
      { type: 'deny', provision: [{ type: 'permit', period: period(undefined, '2020') }] },
      BOTH,
    ],
    [
      'a denial but for research',
      { type: 'deny', provision: [{ type: 'permit', purpose: [{ system: REASON, code: 'HRESCH' }] }] },
      BOTH,
    ],
    [
      'a denial but of a label',
      { type: 'deny', provision: [{ type: 'permit', securityLabel: [R] }] },
      [PLAIN],
    ],
    [
      'a denial but of a class that is no type',
      { type: 'deny', provision: [{ type: 'permit', class: [{ system: 'urn:x', code: 'y' }] }] },
      BOTH,
    ],
    ['a denial but of a code in words', { type: 'deny', provision: [{ type: 'permit', code: [{}] }] }, BOTH],
    [
      'a denial but of data of a time',
      { type: 'deny', provision: [{ type: 'permit', dataPeriod: period('2020') }] },
      [SECRET],
    ],
    [
      'a denial but of data of an unreadable time',
      { type: 'deny', provision: [{ type: 'permit', dataPeriod: period('x') }] },
      BOTH,
    ],
    [
      'a denial with a denial in it',
      { type: 'deny', provision: [{ type: 'deny', actor: actor('Practitioner/x') }] },
      BOTH,
    ],
    [
      'a denial with a denial to them in it',
      { type: 'deny', provision: [{ type: 'deny', actor: actor(DOC) }] },
      BOTH,
    ],
    [
      'a denial to others, one of them unnamed',
      { type: 'deny', actor: actor('Practitioner/x', undefined) },
      BOTH,
    ],
    [
      'a denial but for a part of treatment',
      { type: 'deny', provision: [{ type: 'permit', purpose: [{ system: REASON, code: 'CAREMGT' }] }] },
      BOTH,
    ],
    [
      'a denial with two exceptions',
      {
        type: 'deny',
        provision: [
          { type: 'permit', securityLabel: [R] },
          { type: 'permit', code: [{ coding: [{ code: 'asthma' }] }] },
        ],
      },
      [],
    ],
    [
      'an exception’s exception',
      {
        type: 'deny',
        provision: [{ type: 'permit', actor: actor(DOC), provision: [{ type: 'deny', securityLabel: [R] }] }],
      },
      [SECRET],
    ],
  ])('with %s closes what it says', (_, provision, expected) => {
    expect(denied(provision)).toEqual(expected);
  });

  it.each(['TREAT', 'HPAYMT', 'HOPERAT', 'PurposeOfUse'])('that permits for %s permits staff', (code) => {
    const purpose = [{ system: REASON, code }];
    expect(denied({ type: 'deny', provision: [{ type: 'permit', purpose }] })).toEqual([]);
    // By that code in another system, or in none, it can't be told what for.
    for (const other of [{ code }, { system: 'urn:x', code }]) {
      expect(denied({ type: 'deny', provision: [{ type: 'permit', purpose: [other] }] })).toEqual(BOTH);
      const named: Provision = { type: 'permit', actor: actor(DOC), purpose: [other] };
      expect(permits(rule(named), ACTORS, NOW)).toBe(false);
    }
    expect(permits(rule({ type: 'permit', actor: actor(DOC), purpose }), ACTORS, NOW)).toBe(true);
  });

  it.each([
    ...['HMARKT', 'FUNDRAISING', 'HRESCH', 'BIORCH', 'CLINTRCH', 'CLINTRCHNPC', 'CLINTRCHPC', 'PRECLINTRCH'],
    ...['DSRCH', 'POARCH', 'TRANSRCH', 'PATRQT', 'FAMRQT', 'PWATRNY', 'SUPNWK', 'PUBHLTH', 'DISASTER'],
    ...['THREAT', 'ETREAT', 'BTG'],
  ])('of what is for %s alone says nothing of what staff open a record for', (code) => {
    const purpose = [{ system: REASON, code }];
    expect(denied({ type: 'deny', purpose })).toEqual([]);
    expect(denied({ type: 'deny', provision: [{ type: 'permit', purpose }] })).toEqual(BOTH);
    expect(permits(rule({ type: 'permit', actor: actor(DOC), purpose }), ACTORS, NOW)).toBe(false);
  });

  it.each<[string, Provision, permitted: boolean, bound: boolean]>([
    ['a permission by name', { type: 'permit', actor: actor(DOC) }, true, false],
    ['one that is over', { type: 'permit', actor: actor(DOC), period: period('2001', '2002') }, true, false],
    ['a permission of others', { type: 'permit', actor: actor('Practitioner/x') }, false, false],
    ['a permission of all', { type: 'permit' }, false, false],
    ['a denial by name', { type: 'deny', actor: actor(DOC) }, false, true],
    [
      'a denial that is over',
      { type: 'deny', actor: actor(DOC), period: period('2001', '2002') },
      false,
      true,
    ],
    ['a denial of all', { type: 'deny' }, false, true],
    ['a denial of others', { type: 'deny', actor: actor('Practitioner/x') }, false, false],
    [
      'an exception by name among others',
      {
        type: 'permit',
        provision: [
          { type: 'permit', actor: actor('Practitioner/x') },
          {
            type: 'deny',
            actor: actor('Practitioner/x'),
            provision: [{ type: 'permit', actor: actor(DOC) }],
          },
        ],
      },
      true,
      false,
    ],
    [
      'a denial by name in an exception',
      { type: 'permit', provision: [{ type: 'permit' }, { type: 'deny', actor: actor(DOC) }] },
      false,
      true,
    ],
    ['nothing', {}, false, false],
  ])(
    'that is %s is known for whom it is to write down, and whom it binds',
    (_, provision, permitted, bound) => {
      expect(permitsBy(rule(provision), ACTORS)).toBe(permitted);
      expect(bindsSomebody(rule(provision), ACTORS)).toBe(bound);
    },
  );

  it('of a code or a time says nothing that can be told of types without such: closed, and not opened', () => {
    const files = (provision: Provision) => find('Binary', deniedBy(rule(provision), ACTORS, 'Binary', NOW));
    expect(files({ type: 'deny', code: [{ coding: [{ code: 'x' }] }] })).toEqual(['file-a', 'file-b']);
    expect(files({ type: 'deny', dataPeriod: period('2020') })).toEqual(['file-a', 'file-b']);
    const but = (child: Provision) => files({ type: 'deny', provision: [{ type: 'permit', ...child }] });
    expect(but({ code: [{ coding: [{ code: 'x' }] }] })).toEqual(['file-a', 'file-b']);
    expect(but({ dataPeriod: period('2020') })).toEqual(['file-a', 'file-b']);
    // Nor is a date asked for that the type does not have.
    expect(deniedBy(rule({ type: 'deny', dataPeriod: period('2020') }), ACTORS, 'Binary', NOW)).toEqual({
      kind: 'all',
    });
  });

  it.each<[string, Provision, boolean]>([
    ['names them', { type: 'permit', actor: actor(DOC) }, true],
    ['names others', { type: 'permit', actor: actor('Practitioner/x') }, false],
    ['names nobody', { type: 'permit' }, false],
    ['names somebody without reference', { type: 'permit', actor: [{}] }, false],
    ['is over', { type: 'permit', actor: actor(DOC), period: period(undefined, '2020') }, false],
    [
      'is for research',
      { type: 'permit', actor: actor(DOC), purpose: [{ system: REASON, code: 'HRESCH' }] },
      false,
    ],
    [
      'is of reading',
      { type: 'permit', actor: actor(DOC), action: [{ coding: [{ code: 'access' }] }] },
      true,
    ],
    [
      'is of writing',
      { type: 'permit', actor: actor(DOC), action: [{ coding: [{ code: 'correct' }] }] },
      false,
    ],
    ['denies', { type: 'deny', actor: actor(DOC) }, false],
    [
      'names them in an exception',
      { type: 'deny', provision: [{ type: 'permit', actor: actor(DOC) }] },
      true,
    ],
    [
      'is over, with an exception',
      { type: 'deny', period: period(undefined, '2020'), provision: [{ type: 'permit', actor: actor(DOC) }] },
      false,
    ],
    [
      'has an exception that is over',
      { provision: [{ type: 'permit', actor: actor(DOC), period: period('2030') }] },
      false,
    ],
  ])('that %s permits somebody by name: %o', (_, provision, expected) => {
    expect(permits(rule(provision), ACTORS, NOW)).toBe(expected);
  });
});

describe('a Consent that is more than about reading', () => {
  const action = (...codes: string[]) => [{ coding: codes.map((code) => ({ code })) }];
  const closed = (provision: Provision, doing: 'reading' | 'writing', patient = 'a') =>
    isClosed(
      { actors: ACTORS, rules: [rule(provision)], at: NOW, opened: undefined },
      'Condition',
      patient,
      doing,
    );

  it.each<[string, Provision, reading: boolean, writing: boolean]>([
    ['a denial', { type: 'deny' }, true, true],
    ['a denial of reading', { type: 'deny', action: action('access') }, true, false],
    ['a denial of correction', { type: 'deny', action: action('correct') }, false, true],
    ['a denial of collection', { type: 'deny', action: action('collect') }, false, true],
    ['a denial in words', { type: 'deny', action: [{}] }, true, true],
    ['a denial to others', { type: 'deny', actor: actor('Practitioner/x') }, false, false],
    ['a denial of a part', { type: 'deny', securityLabel: [R] }, false, false],
    [
      'a denial but of reading',
      { type: 'deny', provision: [{ type: 'permit', action: action('access') }] },
      false,
      true,
    ],
    [
      'a denial but of this type',
      { type: 'deny', provision: [{ type: 'permit', class: [{ system: TYPES, code: 'Condition' }] }] },
      false,
      false,
    ],
    [
      'a denial but of another type',
      { type: 'deny', provision: [{ type: 'permit', class: [{ system: TYPES, code: 'Task' }] }] },
      true,
      true,
    ],
    [
      'a denial but of reading and writing, for a time that is over',
      { type: 'deny', provision: [{ type: 'permit', period: period('2001', '2002') }] },
      true,
      true,
    ],
  ])('%s: closed to be read, to be written', (_, provision, reading, writing) => {
    expect([closed(provision, 'reading'), closed(provision, 'writing')]).toEqual([reading, writing]);
    expect([closed(provision, 'reading', 'b'), closed(provision, 'writing', 'b')]).toEqual([false, false]);
  });

  it.each<[string, Provision, string[]]>([
    ['names them and the labels', { type: 'permit', actor: actor(DOC), securityLabel: [R] }, ['R']],
    [
      'does so in an exception',
      { type: 'deny', provision: [{ type: 'permit', actor: actor(DOC), securityLabel: [R] }] },
      ['R'],
    ],
    ['names no label', { type: 'permit', actor: actor(DOC) }, []],
    ['names nobody', { type: 'permit', securityLabel: [R] }, []],
    ['names others', { type: 'permit', actor: actor('Practitioner/x'), securityLabel: [R] }, []],
    ['denies', { type: 'deny', actor: actor(DOC), securityLabel: [R] }, []],
    [
      'is over',
      { type: 'permit', actor: actor(DOC), securityLabel: [R], period: period('2001', '2002') },
      [],
    ],
    [
      'is in one that is over',
      {
        type: 'deny',
        period: period('2001', '2002'),
        provision: [{ type: 'permit', actor: actor(DOC), securityLabel: [R] }],
      },
      [],
    ],
    [
      'is of writing',
      { type: 'permit', actor: actor(DOC), securityLabel: [R], action: action('correct') },
      [],
    ],
    [
      'is of one type',
      { type: 'permit', actor: actor(DOC), securityLabel: [R], class: [{ system: TYPES, code: 'Task' }] },
      [],
    ],
    ['is of one code', { type: 'permit', actor: actor(DOC), securityLabel: [R], code: [{}] }, []],
    ['is of one resource', { type: 'permit', actor: actor(DOC), securityLabel: [R], data: [{}] }, []],
    ['is of one time', { type: 'permit', actor: actor(DOC), securityLabel: [R], dataPeriod: {} }, []],
    [
      'has exceptions',
      { type: 'permit', actor: actor(DOC), securityLabel: [R], provision: [{ type: 'deny' }] },
      [],
    ],
    [
      'is of a label of another system',
      { type: 'permit', actor: actor(DOC), securityLabel: [{ system: 'urn:x', code: 'R' }] },
      [],
    ],
  ])('opens labels where it %s', (_, provision, expected) => {
    expect(labelsPermitted(rule(provision), ACTORS, NOW)).toEqual(expected);
  });
});

describe('the Consents that bind somebody', () => {
  const left = (
    rules: ConsentRule[],
    type = 'Condition',
    { opened = undefined as object | undefined, owner = undefined as string | undefined } = {},
  ) => find(type, consentCondition({ actors: ACTORS, rules, at: NOW, opened } as never, type, owner));
  const ALL = ['plain-a', 'secret-a', 'plain-b', 'secret-b'];

  it('close each patient’s own record', () => {
    expect(left([])).toEqual(ALL);
    expect(left([rule({ type: 'deny' })])).toEqual(['plain-b', 'secret-b']);
    expect(left([rule({ type: 'deny' }), rule({ type: 'deny' }, 'b')])).toEqual([]);
    expect(left([rule({ type: 'deny' }), rule({ type: 'deny', securityLabel: [R] }, 'b')])).toEqual([
      'plain-b',
    ]);
    expect(left([rule({ type: 'permit' })])).toEqual(ALL);
    expect(left([rule({ type: 'deny' })], 'Patient')).toEqual(['b']);
    expect(left([rule({ type: 'deny' }), rule({ type: 'deny' }, 'b')], 'Patient')).toEqual([]);
  });

  it('of others than the one who is asked of need not be asked', () => {
    const both = [rule({ type: 'deny' }), rule({ type: 'deny' }, 'b')];
    const condition = (owner?: string) =>
      consentCondition({ actors: ACTORS, rules: both, at: NOW, opened: undefined }, 'Condition', owner);
    expect(JSON.stringify(condition('a'))).not.toContain('"b"');
    expect(left(both, 'Condition', { owner: 'a' })).toEqual(['plain-b', 'secret-b']);
    expect(condition('c')).toEqual({ kind: 'all' });
  });

  it('do not concern the directory, and what is nobody’s', () => {
    for (const type of ['Practitioner', 'ValueSet', 'Group'])
      expect(
        consentCondition(
          { actors: ACTORS, rules: [rule({ type: 'deny' })], at: NOW, opened: undefined },
          type,
        ),
        type,
      ).toEqual({ kind: 'all' });
  });

  it('give way to an emergency, for that record alone', () => {
    const both = [rule({ type: 'deny' }), rule({ type: 'deny' }, 'b')];
    const opened = { kind: 'id', ids: ['a'] };
    expect(left(both, 'Condition', { opened })).toEqual(['plain-a', 'secret-a']);
    expect(left(both, 'Patient', { opened })).toEqual(['a']);
    expect(left([rule({ type: 'deny' })], 'Condition', { opened })).toEqual(ALL);
  });

  it('are worked out once for a type, until the caller’s rights are looked at anew', () => {
    const consents = { actors: ACTORS, rules: [rule({ type: 'deny' })], at: NOW, opened: undefined };
    const condition = consentCondition(consents, 'Condition');
    expect(consentCondition(consents, 'Condition')).toBe(condition);
    expect(consentCondition({ ...consents, rules: [] }, 'Condition')).toEqual({ kind: 'all' });
  });

  it('of the same denial are asked once', () => {
    const condition = consentCondition(
      {
        actors: ACTORS,
        rules: [rule({ type: 'deny' }), rule({ type: 'deny' }, 'b')],
        at: NOW,
        opened: undefined,
      },
      'Condition',
    );
    expect(condition).toEqual(not({ kind: 'owner', patients: ['a', 'b'] }));
  });
});

describe('to whom nothing opens the record but a Consent', () => {
  const MUM = 'RelatedPerson/mum';
  const left = (rules: readonly ConsentRule[]): string[] => {
    const { patient, provision, id } = onlyPermitted(rules, MUM, 'a');
    expect([patient, id]).toEqual(['a', 'urn:wellspring:only-permitted']);
    const shut = deniedBy({ id, patient, provision }, new Set([MUM]), 'Condition', NOW);
    return find('Condition', and({ kind: 'owner', patients: ['a'] }, not(shut)));
  };
  const toMum = (more: Partial<Provision> = {}): Provision => ({
    type: 'permit',
    actor: actor(MUM),
    ...more,
  });

  it.each<[string, readonly ConsentRule[], string[]]>([
    ['where there is none, nothing is left', [], []],
    ['a permission by name leaves what it speaks of', [rule(toMum({ securityLabel: [R] }))], [SECRET]],
    ['a permission of all leaves all', [rule(toMum())], BOTH],
    [
      'several add up',
      [rule(toMum({ securityLabel: [R] })), rule(toMum({ code: [{ coding: [{ code: 'asthma' }] }] }))],
      BOTH,
    ],
    [
      'one that stands within another counts',
      [rule({ type: 'permit', provision: [toMum({ securityLabel: [R] })] })],
      [SECRET],
    ],
    [
      'its exceptions hold',
      [rule(toMum({ provision: [{ type: 'deny', actor: actor(MUM), securityLabel: [R] }] }))],
      [PLAIN],
    ],
    ['a permission of another patient’s is none', [rule(toMum(), 'b')], []],
    [
      'a permission of somebody else is none',
      [rule({ type: 'permit', actor: actor('RelatedPerson/other') })],
      [],
    ],
    ['a permission of everybody is none', [rule({ type: 'permit' })], []],
    ['a denial is none', [rule({ type: 'deny', actor: actor(MUM) })], []],
  ])('%s', (_, rules, expected) => {
    expect(left(rules)).toEqual(expected);
  });

  it('others are not bound by that', () => {
    const { provision } = onlyPermitted([], MUM, 'a');
    expect(denied(provision, new Set(['RelatedPerson/other']))).toEqual([]);
  });
});

it('a denial to somebody who is named, and is somebody else, binds nobody else', () => {
  expect(denied({ type: 'deny', actor: actor('Practitioner/other') })).toEqual([]);
  expect(bindsSomebody(rule({ type: 'deny', actor: actor('Practitioner/other') }), ACTORS)).toBe(false);
});
