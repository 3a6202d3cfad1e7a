/** Staff: what a role's policy says, whom it reaches, and what both leave of a token. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { contextOf, createMemory, type Resource, ref } from '../../test/in-memory.ts';
import { or } from '../search/query.ts';
import type { AccessContext } from './access-context.ts';
import { openedInEmergency, reachCondition, reachOf, type StaffMember, type StaffRole } from './reach.ts';
import { readCondition } from './read-condition.ts';
import { type Relation, type RolePolicy, readRolePolicy, rulesFor } from './role-policy.ts';
import { narrowedByRoles } from './staff.ts';
import { checkStaffWrite, lastingBound, nameable, withinBound, writeBound } from './staff-writes.ts';

const folder = mkdtempSync(join(tmpdir(), 'wellspring-policy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const NOW = Date.parse('2026-06-01T12:00:00Z');
const DAY_MS = 86_400_000;
const at = (days: number): string => new Date(NOW + days * DAY_MS).toISOString();

const policyOf = (change: object = {}): object => ({
  everyone: 'Practitioner.rs',
  sharedPatients: false,
  recentDays: 10,
  tellPatient: true,
  roles: {
    nurse: {
      codes: ['urn:r|nurse', 'urn:n|16*'],
      grants: [{ scopes: 'Observation.rs Task.crus', patients: ['organization'] }],
      breakTheGlass: { minutes: 60 },
    },
    auditor: { codes: ['urn:r|auditor'], grants: [{ scopes: '*.rs', patients: ['everybody'] }] },
  },
  ...change,
});
function written(policy: unknown): string {
  const file = join(folder, 'policy.json');
  writeFileSync(file, typeof policy === 'string' ? policy : JSON.stringify(policy));
  return file;
}
const policy = (change: object = {}): RolePolicy => readRolePolicy(written(policyOf(change)));

describe('a role policy', () => {
  it('is read from its file, scopes parsed', () => {
    const { everyone, roles, ...rest } = policy();
    expect(rest).toEqual({ sharedPatients: false, recentDays: 10, tellPatient: true });
    expect(everyone).toEqual([
      { level: 'user', type: 'Practitioner', interactions: new Set(['r', 's']), filter: [] },
    ]);
    expect(roles.map(({ name, glassMinutes }) => [name, glassMinutes])).toEqual([
      ['nurse', 60],
      ['auditor', undefined],
    ]);
    expect(roles[0]?.grants[0]?.scopes.map(({ type }) => type)).toEqual(['Observation', 'Task']);
    expect(roles[0]?.grants[0]?.patients).toEqual(['organization']);
    expect(readRolePolicy().roles.length).toBeGreaterThan(3);
  });

  const nurse = (change: object) => ({
    roles: { nurse: { codes: ['a|b'], grants: [], ...change } },
  });
  it.each([
    ['no JSON', '{', 'no role policy can be read'],
    ['a scope that is none', policyOf({ everyone: 'Practitioner.rs Nothing.rs' }), 'everyone has something'],
    [
      'a scope with an unknown filter',
      policyOf(nurse({ grants: [{ scopes: 'Task.rs?x=y', patients: [] }] })),
      'roles.nurse.grants.0.scopes has something that is no scope',
    ],
    [
      'a relation that is none',
      policyOf(nurse({ grants: [{ scopes: 'Task.rs', patients: ['friend'] }] })),
      'patients',
    ],
    ['a code without its system', policyOf(nurse({ codes: ['nurse'] })), 'system|code'],
    ['a code of several words', policyOf(nurse({ codes: ['a|b c'] })), 'system|code'],
    ['a code with two bars', policyOf(nurse({ codes: ['a|b|c'] })), 'system|code'],
    ['no code', policyOf(nurse({ codes: [] })), 'codes'],
    ['no minute', policyOf(nurse({ breakTheGlass: { minutes: 0 } })), 'minutes'],
    ['too many minutes', policyOf(nurse({ breakTheGlass: { minutes: 1441 } })), 'minutes'],
    ['half a minute', policyOf(nurse({ breakTheGlass: { minutes: 1.5 } })), 'minutes'],
    ['days that are past', policyOf({ recentDays: -1 }), 'recentDays'],
    ['days without end', policyOf({ recentDays: 36_501 }), 'recentDays'],
    ['half a day', policyOf({ recentDays: 0.5 }), 'recentDays'],
    ['what it does not know', policyOf({ colour: 'red' }), 'colour'],
    ['what a role does not know', policyOf(nurse({ colour: 'red' })), 'colour'],
    [
      'what a grant does not know',
      policyOf(nurse({ grants: [{ scopes: 'Task.rs', patients: [], x: 1 }] })),
      'x',
    ],
    ['what an emergency does not know', policyOf(nurse({ breakTheGlass: { minutes: 1, x: 1 } })), 'x'],
  ])('is refused in one line with %s', (_, text, word) => {
    const file = written(text);
    const read = (): unknown => readRolePolicy(file);
    expect(read).toThrow(word as string);
    expect(read).toThrow(file);
    expect(read).not.toThrow('\n');
  });

  it('lets a role oversee and send to many only where it says so', () => {
    const { roles } = policy({
      roles: {
        lead: { codes: ['a|lead'], grants: [], oversight: true, broadcasts: { recipients: 10 } },
        nurse: { codes: ['a|nurse'], grants: [], oversight: false },
        clerk: { codes: ['a|clerk'], grants: [] },
      },
    });
    expect(roles.map(({ oversees, broadcastsTo }) => [oversees, broadcastsTo])).toEqual([
      [true, 10],
      [false, undefined],
      [false, undefined],
    ]);
  });

  it('takes the ends of its ranges', () => {
    const recipients = (count: number) =>
      policy(nurse({ broadcasts: { recipients: count } })).roles[0]?.broadcastsTo;
    expect([recipients(1), recipients(20_000)]).toEqual([1, 20_000]);
    const minutes = (count: number) =>
      policy(nurse({ breakTheGlass: { minutes: count } })).roles[0]?.glassMinutes;
    expect([minutes(1), minutes(1440)]).toEqual([1, 1440]);
    expect([policy({ recentDays: 0 }).recentDays, policy({ recentDays: 36_500 }).recentDays]).toEqual([
      0, 36_500,
    ]);
    expect(policy({ everyone: ' Practitioner.rs\n Slot.rs ' }).everyone).toHaveLength(2);
  });

  it('names rules by code, whole or by its beginning, several for several', () => {
    const names = (...codes: object[]) => rulesFor(policy(), codes).map(({ name }) => name);
    expect(names({ system: 'urn:r', code: 'nurse' })).toEqual(['nurse']);
    expect(names({ system: 'urn:n', code: '163W' })).toEqual(['nurse']);
    expect(names({ system: 'urn:n', code: '16' })).toEqual(['nurse']);
    expect(names({ system: 'urn:r', code: 'nurse' }, { system: 'urn:r', code: 'auditor' })).toEqual([
      'nurse',
      'auditor',
    ]);
    for (const other of [
      { system: 'urn:r', code: 'nurse2' },
      { system: 'urn:n', code: '1' },
      { system: 'urn:x', code: 'nurse' },
      { code: 'nurse' },
      { system: 'urn:r' },
      { code: 'urn:r|nurse' },
    ])
      expect(names(other), JSON.stringify(other)).toEqual([]);
    const anyOf = policy({ roles: { nurse: { codes: ['urn:all|*'], grants: [] } } });
    expect(rulesFor(anyOf, [{ system: 'urn:all', code: 'x' }])).toHaveLength(1);
    expect(rulesFor(anyOf, [{ system: 'urn:all' }])).toEqual([]);
  });
});

const role = (change: Partial<StaffRole> = {}): StaffRole => ({
  id: 'doc-role',
  organization: 'Organization/north',
  codes: [{ system: 'urn:r', code: 'nurse' }],
  ...change,
});
const doc: StaffMember = { practitioner: 'doc', roles: [role()] };
const emergency = (id: string, of: string, change: object = {}): Resource => ({
  resourceType: 'Consent',
  id,
  status: 'active',
  patient: ref(`Patient/${of}`),
  category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'ETREAT' }] }],
  provision: {
    period: { start: at(-0.01), end: at(0.01) },
    actor: [{ reference: ref('Practitioner/doc') }],
  },
  ...change,
});
const visit = (id: string, of: string, by: string, day: number, status = 'finished'): Resource => ({
  resourceType: 'Encounter',
  id,
  status,
  subject: ref(`Patient/${of}`),
  participant: [{ individual: ref(by) }],
  period: { start: at(day), end: at(day) },
});
const booking = (id: string, of: string, by: string, day: number, status = 'booked'): Resource => ({
  resourceType: 'Appointment',
  id,
  status,
  start: at(day),
  end: at(day),
  participant: [{ actor: ref(`Patient/${of}`) }, { actor: ref(by) }],
});
const team = (id: string, of: string, by: string, status = 'active'): Resource => ({
  resourceType: 'CareTeam',
  id,
  status,
  subject: ref(`Patient/${of}`),
  participant: [{ member: ref(by) }],
});
const people: Resource[] = [
  { resourceType: 'Patient', id: 'north', managingOrganization: ref('Organization/north') },
  { resourceType: 'Patient', id: 'south', managingOrganization: ref('Organization/south') },
  { resourceType: 'Patient', id: 'shared' },
  {
    resourceType: 'Patient',
    id: 'regular',
    managingOrganization: ref('Organization/south'),
    generalPractitioner: [ref('Practitioner/doc')],
  },
  {
    resourceType: 'Patient',
    id: 'regular-by-role',
    managingOrganization: ref('Organization/south'),
    generalPractitioner: [ref('PractitionerRole/doc-role')],
  },
  ...[
    'team',
    'team-over',
    'visit',
    'visit-old',
    'visit-far',
    'visit-void',
    'booked',
    'booked-by-role',
    'booked-off',
    'noshow',
    'error',
    'glass',
    'glass-over',
    'glass-later',
    'glass-other',
    'glass-plain',
    'glass-closed',
  ].map((id): Resource => ({ resourceType: 'Patient', id, managingOrganization: ref('Organization/south') })),
];
const find = createMemory([
  ...people,
  team('t1', 'team', 'Practitioner/doc'),
  team('t2', 'team-over', 'Practitioner/doc', 'inactive'),
  team('t3', 'south', 'Practitioner/other'),
  visit('v1', 'visit', 'Practitioner/doc', -9),
  visit('v2', 'visit-old', 'Practitioner/doc', -12),
  visit('v3', 'visit-far', 'Practitioner/doc', 12),
  visit('v4', 'visit-void', 'Practitioner/doc', -1, 'entered-in-error'),
  visit('v5', 'visit-void', 'Practitioner/doc', -1, 'cancelled'),
  visit('v6', 'south', 'Practitioner/other', -1),
  booking('b1', 'booked', 'Practitioner/doc', 9),
  booking('b2', 'booked-by-role', 'PractitionerRole/doc-role', 0),
  booking('b3', 'booked-off', 'Practitioner/doc', 1, 'cancelled'),
  booking('b4', 'noshow', 'Practitioner/doc', -1, 'noshow'),
  booking('b5', 'error', 'Practitioner/doc', -1, 'entered-in-error'),
  booking('b6', 'south', 'Practitioner/other', 1),
  emergency('e1', 'glass'),
  emergency('e2', 'glass-over', {
    provision: { period: { start: at(-2), end: at(-1) }, actor: [{ reference: ref('Practitioner/doc') }] },
  }),
  emergency('e3', 'glass-later', {
    provision: { period: { start: at(1), end: at(2) }, actor: [{ reference: ref('Practitioner/doc') }] },
  }),
  emergency('e4', 'glass-other', {
    provision: { period: { start: at(-1), end: at(1) }, actor: [{ reference: ref('Practitioner/other') }] },
  }),
  emergency('e5', 'glass-plain', { category: [{ coding: [{ system: 'urn:x', code: 'ETREAT' }] }] }),
  emergency('e6', 'glass-closed', { status: 'inactive' }),
]);
const all = people.map(({ id }) => id);

describe('a relation', () => {
  const reached = (relations: Relation[], { permitted = [] as string[], change = {}, who = role() } = {}) => {
    const reach = reachOf(policy(change), relations, { ...doc, roles: [who] }, who, permitted, NOW);
    return reach && find('Patient', or(reach, openedInEmergency(doc, NOW)));
  };
  const glass = ['glass'];

  it.each([
    ['organization', ['north', ...glass]],
    ['general-practitioner', ['regular', 'regular-by-role', ...glass]],
    ['care-team', ['team', ...glass]],
    ['encounter', ['visit', ...glass]],
    ['appointment', ['booked', 'booked-by-role', ...glass]],
    ['consent', glass],
  ] as [Relation, string[]][])(
    'by %s reaches whom it says, and records opened in an emergency',
    (relation, expected) => {
      expect(reached([relation])).toEqual(all.filter((id) => expected.includes(id)));
    },
  );

  it('to everybody has no bound; to nobody reaches records opened in an emergency only', () => {
    expect(reached(['everybody'])).toBeUndefined();
    expect(reached(['organization', 'everybody'])).toBeUndefined();
    expect(reached([])).toEqual(glass);
  });

  it('adds up with others', () => {
    expect(reached(['organization', 'care-team'])).toEqual(['north', 'team', 'glass']);
  });

  it('by organization includes patients of none where they are shared', () => {
    expect(reached(['organization'], { change: { sharedPatients: true } })).toEqual([
      'north',
      'shared',
      'glass',
    ]);
    expect(reached(['organization'], { who: role({ organization: undefined }) })).toEqual(glass);
    expect(
      reached(['organization'], { who: role({ organization: undefined }), change: { sharedPatients: true } }),
    ).toEqual(['shared', 'glass']);
  });

  it('that can reach nobody is not asked for at all', () => {
    const none = { kind: 'none' };
    const nowhere = role({ organization: undefined });
    expect(reachOf(policy(), ['organization'], doc, nowhere, [], NOW)).toEqual(none);
    expect(reachOf(policy(), ['consent'], doc, role(), [], NOW)).toEqual(none);
  });

  it('by consent reaches whom a Consent names', () => {
    expect(reached(['consent'], { permitted: ['south', 'shared'] })).toEqual(['south', 'shared', 'glass']);
  });

  it('of days counts back and ahead', () => {
    expect(reached(['encounter'], { change: { recentDays: 13 } })).toEqual([
      'visit',
      'visit-old',
      'visit-far',
      'glass',
    ]);
  });

  it('in an emergency is the person’s own, for its time, and begins within the next minute', () => {
    expect(find('Patient', openedInEmergency(doc, NOW))).toEqual(['glass']);
    expect(find('Patient', openedInEmergency(doc, NOW + DAY_MS - 59_000))).toEqual(['glass-later']);
    expect(find('Patient', openedInEmergency(doc, NOW + DAY_MS - 61_000))).toEqual([]);
  });
});

describe('a reach, for a type', () => {
  const onlyA = { kind: 'id', ids: ['a'] } as const;
  const records = createMemory([
    { resourceType: 'Patient', id: 'a' },
    { resourceType: 'Patient', id: 'b' },
    ...['Observation', 'Binary', 'Provenance', 'Device'].flatMap((resourceType): Resource[] => [
      ...['a', 'b'].map(
        (id): Resource => ({
          resourceType,
          id: `of-${id}`,
          subject: ref(`Patient/${id}`),
          patient: ref(`Patient/${id}`),
          securityContext: ref(`Patient/${id}`),
          target: [ref(`Patient/${id}`)],
        }),
      ),
      { resourceType, id: 'nobodys' },
    ]),
    ...[
      'Group',
      'ValueSet',
      'Practitioner',
      'Bundle',
      'Person',
      'Linkage',
      'MessageHeader',
      'Parameters',
      'Subscription',
      'AuditEvent',
    ].map((resourceType): Resource => ({ resourceType, id: 'one' })),
  ]);
  const reached = (type: string, reach: Parameters<typeof reachCondition>[1] = onlyA) =>
    records(type, reachCondition(type, reach));

  it('is the Patients themselves, and what is theirs', () => {
    expect(reached('Patient')).toEqual(['a']);
    expect(reached('Observation')).toEqual(['of-a', 'nobodys']);
    expect(reached('Device')).toEqual(['of-a', 'nobodys']);
  });

  it('does not include what is somebody’s without saying whose', () => {
    expect(reached('Binary')).toEqual(['of-a']);
    expect(reached('Provenance')).toEqual(['of-a']);
    for (const type of [
      'Group',
      'Bundle',
      'Person',
      'Linkage',
      'MessageHeader',
      'Parameters',
      'Subscription',
      'AuditEvent',
    ])
      expect(reachCondition(type, onlyA), type).toEqual({ kind: 'none' });
  });

  it('is no bound for what is nobody’s, nor without one', () => {
    expect(reached('Practitioner')).toEqual(['one']);
    expect(reached('ValueSet')).toEqual(['one']);
    for (const type of ['ValueSet', 'Practitioner'])
      expect(reachCondition(type, onlyA)).toEqual({ kind: 'all' });
    for (const type of ['Observation', 'Group', 'Binary', 'Patient'])
      expect(reachCondition(type, undefined), type).toEqual({ kind: 'all' });
  });
});

describe('a token of staff', () => {
  const token = (scope: string, user = 'Practitioner/doc', patient?: string): AccessContext =>
    contextOf(scope, { user, ...(patient ? { patient } : {}) });
  const narrowed = (scope: string, member: StaffMember | undefined = doc, change: object = {}) =>
    narrowedByRoles(token(scope), policy(change), member, [], NOW);
  const grants = ({ scopes }: AccessContext) =>
    scopes.map(
      ({ level, type, interactions, filter, reach }) =>
        `${level}/${type}.${[...interactions].join('')}${filter.map((pair) => `?${pair.join('=')}`).join('')}${reach ? ' bound' : ''}`,
    );

  it('has what both the app and the role were granted', () => {
    expect(grants(narrowed('user/*.cruds'))).toEqual([
      'user/Practitioner.rs',
      'user/Observation.rs bound',
      'user/Task.crus bound',
    ]);
    expect(grants(narrowed('user/Observation.cruds patient/Task.r'))).toEqual([
      'user/Observation.rs bound',
      'patient/Task.r bound',
    ]);
    expect(grants(narrowed('user/Condition.rs'))).toEqual([]);
    expect(grants(narrowed('user/Observation.cud'))).toEqual([]);
    expect(grants(narrowed('user/Observation.rs?status=final'))).toEqual([
      'user/Observation.rs?status=final bound',
    ]);
  });

  it('has filters of both', () => {
    const nurse = {
      codes: ['urn:r|nurse'],
      grants: [{ scopes: 'Observation.rs?code=x', patients: ['organization'] }],
    };
    expect(grants(narrowed('user/*.rs?status=final', doc, { everyone: '', roles: { nurse } }))).toEqual([
      'user/Observation.rs?status=final?code=x bound',
    ]);
  });

  it('has no bound where a role opens everybody’s records, and a bound for the directory never', () => {
    const auditor = { practitioner: 'doc', roles: [role({ codes: [{ system: 'urn:r', code: 'auditor' }] })] };
    expect(grants(narrowed('user/*.rs', auditor))).toEqual(['user/Practitioner.rs', 'user/*.rs']);
    expect(grants(narrowed('user/Task.rs', auditor))).toEqual(['user/Task.rs']);
    expect(grants(narrowed('user/Practitioner.cruds'))).toEqual(['user/Practitioner.rs']);
  });

  it('oversees by any of its roles, and sends to many in the name of those organizations alone where its role does', () => {
    const roles = {
      lead: { codes: ['a|lead'], grants: [], oversight: true, broadcasts: { recipients: 10 } },
      clerk: { codes: ['a|clerk'], grants: [] },
    };
    const as = (...held: [code: string, organization?: string][]) =>
      narrowed(
        'user/*.rs',
        {
          practitioner: 'doc',
          roles: held.map(([code, organization]) => role({ codes: [{ system: 'a', code }], organization })),
        },
        { roles },
      ).staff;
    const rights = (...held: [code: string, organization?: string][]) => {
      const { oversees, broadcastsTo, broadcastsFor } = as(...held) ?? {};
      return { oversees, broadcastsTo, broadcastsFor };
    };
    const clerk = { oversees: false, broadcastsTo: undefined, broadcastsFor: [] };
    expect(rights(['clerk', 'Organization/north'])).toEqual(clerk);
    const lead = { oversees: true, broadcastsTo: 10, broadcastsFor: ['Organization/north'] };
    expect(rights(['clerk', 'Organization/south'], ['lead', 'Organization/north'])).toEqual(lead);
    expect(rights(['lead', 'Organization/north'], ['clerk', 'Organization/south'])).toEqual(lead);
    expect(rights(['lead'])).toEqual({ ...lead, broadcastsFor: [] });
    // Who oversees is told what each role may.
    expect(as(['lead'])?.roles?.map(({ name }) => name)).toEqual(['lead', 'clerk']);
    expect(as(['clerk'])).not.toHaveProperty('roles');
  });

  it('without a valid role has nothing; somebody who is no staff keeps what they have', () => {
    for (const member of [undefined, { practitioner: 'doc', roles: [] }]) {
      const left = narrowedByRoles(token('user/*.cruds'), policy(), member, [], NOW);
      expect([left.scopes, left.staff]).toEqual([[], undefined]);
    }
    const patient = contextOf('patient/*.rs', { user: 'Patient/a', patient: 'a' });
    expect(narrowedByRoles(patient, policy(), undefined, [], NOW)).toBe(patient);
    expect(grants(narrowed('user/*.rs', { practitioner: 'doc', roles: [role({ codes: [] })] }))).toEqual([
      'user/Practitioner.rs',
    ]);
    const byRole = narrowedByRoles(
      token('user/Task.rs', 'PractitionerRole/doc-role'),
      policy(),
      doc,
      [],
      NOW,
    );
    expect(grants(byRole)).toEqual(['user/Task.rs bound']);
  });

  it('says how long the person may open a record in an emergency: the longest of their roles', () => {
    const allowed = (...codes: string[]) => {
      const roles = Object.fromEntries(
        [
          ['short', 10],
          ['long', 90],
          ['never', undefined],
        ].map(([name, minutes]) => [
          name,
          {
            codes: [`urn:r|${name}`],
            grants: [],
            ...(minutes === undefined
              ? {}
              : { breakTheGlass: { minutes }, broadcasts: { recipients: minutes } }),
          },
        ]),
      );
      const member = {
        practitioner: 'doc',
        roles: codes.map((code) => role({ codes: [{ system: 'urn:r', code }] })),
      };
      const { staff } = narrowedByRoles(token('user/*.rs'), policy({ roles }), member, [], NOW);
      expect(staff?.broadcastsTo).toBe(staff?.glassMinutes);
      return staff?.glassMinutes;
    };
    expect(allowed('short', 'long')).toBe(90);
    expect(allowed('long', 'short')).toBe(90);
    expect(allowed('never', 'short')).toBe(10);
    expect(allowed('short', 'never')).toBe(10);
    expect(allowed('never')).toBeUndefined();
  });

  it('keeps what later decisions need', () => {
    const { staff } = narrowed('user/*.rs', doc, { sharedPatients: true, tellPatient: false });
    expect(staff).toMatchObject({ member: doc, tellPatient: false, sharedPatients: true, glassMinutes: 60 });
    expect(find('Patient', staff?.opened ?? { kind: 'none' })).toEqual(['glass']);
  });
});

describe('a write of staff', () => {
  const onlyNorth = { kind: 'id', ids: ['north'] } as const;
  const onlySouth = { kind: 'id', ids: ['south'] } as const;
  const token = (...scopes: [string, object?][]): AccessContext => {
    const access = contextOf(scopes.map(([scope]) => scope).join(' '), {
      user: 'Practitioner/doc',
      patient: 'north',
    });
    return {
      ...access,
      scopes: access.scopes.map((scope, i) => ({
        ...scope,
        ...(scopes[i]?.[1] ? { reach: scopes[i]?.[1] } : {}),
      })),
    } as AccessContext;
  };
  const bound = (access: AccessContext, interaction: 'c' | 'u' | 'd' = 'u', type = 'Task') => {
    const found = writeBound(access, interaction, type);
    return found && find('Patient', found);
  };

  it('is bound by the scopes that allow it, together', () => {
    expect(bound(token(['user/Task.cu', onlyNorth]))).toEqual(['north']);
    expect(bound(token(['user/Task.u', onlyNorth], ['user/*.u', onlySouth]))).toEqual(['north', 'south']);
    expect(bound(token(['user/Task.u', onlyNorth], ['user/Task.c', onlySouth]))).toEqual(['north']);
    expect(bound(token(['user/Task.u', onlyNorth], ['user/Observation.u', onlySouth]))).toEqual(['north']);
    expect(bound(token(['user/Task.u', onlyNorth], ['user/Task.u?status=x', onlySouth]))).toEqual(['north']);
    expect(bound(token(['patient/Task.u', onlyNorth]))).toEqual(['north']);
  });

  it('has no bound with one scope that has none, without scopes, and for those who are no staff', () => {
    expect(bound(token(['user/Task.u', onlyNorth], ['user/Task.u']))).toBeUndefined();
    expect(bound(token(['user/Task.c', onlyNorth]))).toBeUndefined();
    expect(bound(contextOf('patient/*.cruds', { user: 'Patient/north', patient: 'north' }))).toBeUndefined();
    const system = contextOf('system/*.cruds');
    expect(
      bound({
        ...system,
        scopes: system.scopes.map((scope) => ({ ...scope, reach: onlyNorth })),
      } as AccessContext),
    ).toBeUndefined();
  });

  it('asks the same question while the rights are the same, so that an answer is found again, and another one where anything else is', () => {
    const access = token(['user/Task.cu', onlyNorth], ['user/Task.u', onlySouth]);
    const rule = { id: 'c', patient: 'north', provision: { type: 'deny' } } as const;
    const consents = { actors: new Set(['Practitioner/doc']), rules: [rule], at: NOW, opened: undefined };
    const asks = (who: AccessContext, interaction: 'c' | 'u') =>
      nameable(who, writeBound(who, interaction, 'Task'));
    const bound = { ...access, consents };
    expect(asks({ ...bound }, 'u')).toBe(asks({ ...bound }, 'u'));
    expect(lastingBound({ ...access }, 'u', 'Task')).toBe(lastingBound({ ...access }, 'u', 'Task'));
    const [all, creates, other, unbound] = [
      asks(bound, 'u'),
      asks(bound, 'c'),
      asks({ ...bound, consents: { ...consents, rules: [] } }, 'u'),
      asks(access, 'u'),
    ].map((condition) => find('Patient', condition));
    expect(all).toEqual(['south']);
    expect(creates).toEqual([]);
    expect(other).toEqual(['north', 'south']);
    expect(unbound).toEqual(['north', 'south']);
  });

  it('of records that name nobody is refused to who has a bound', () => {
    expect(() => writeBound(token(['user/*.cruds', onlyNorth]), 'c', 'Group')).toThrow(
      expect.objectContaining({ status: 403 }),
    );
    expect(bound(token(['user/*.cruds', onlyNorth]), 'd', 'ValueSet')).toEqual(['north']);
  });

  it('refers to what lies within the bound, whatever else the token reads', () => {
    const reader = withinBound(token(['user/Task.u', onlySouth]), onlyNorth);
    expect(find('Patient', readCondition(reader, 'Patient', 's') ?? { kind: 'none' })).toEqual(['north']);
    expect(find('CareTeam', readCondition(reader, 'CareTeam', 'r') ?? { kind: 'none' })).toEqual([]);
    expect(reader.scopes).toHaveLength(1);
  });

  const staff = {
    member: doc,
    glassMinutes: 60,
    broadcastsTo: 10,
    broadcastsFor: [],
    oversees: false,
    tellPatient: true,
    sharedPatients: false,
    opened: onlyNorth,
  };
  const writes = (
    resource: object,
    interaction: 'c' | 'u' | 'd' = 'c',
    { shared = false, isBound = true, isStaff = true } = {},
  ) => {
    const access = {
      ...token(['user/*.cruds']),
      ...(isStaff ? { staff: { ...staff, sharedPatients: shared } } : {}),
    };
    try {
      checkStaffWrite(access, interaction, resource as never, isBound);
      return 'allowed';
    } catch (error) {
      return (error as { status: number }).status;
    }
  };

  it('makes Patients of the person’s own organization, or of none where they are shared', () => {
    const made = (managingOrganization: unknown) => ({
      resourceType: 'Patient',
      ...(managingOrganization === undefined ? {} : { managingOrganization }),
    });
    expect(writes(made(ref('Organization/north')))).toBe('allowed');
    expect(writes(made(ref('Organization/south')))).toBe(403);
    expect(writes(made(undefined))).toBe(403);
    expect(writes(made(undefined), 'c', { shared: true })).toBe('allowed');
    expect(writes(made({ display: 'North' }), 'c', { shared: true })).toBe(403);
    expect(writes(made(ref('Organization/south')), 'c', { shared: true })).toBe(403);
    expect(writes(made(ref('Organization/south')), 'u')).toBe('allowed');
    expect(writes(made(ref('Organization/south')), 'c', { isBound: false })).toBe('allowed');
    expect(writes(made(ref('Organization/south')), 'c', { isStaff: false })).toBe('allowed');
    expect(writes({ resourceType: 'Task', managingOrganization: ref('Organization/south') })).toBe('allowed');
  });

  it('opens no record by a Consent that looks like an emergency', () => {
    const system = 'http://terminology.hl7.org/CodeSystem/v3-ActReason';
    const consent = (...codings: object[]) => ({
      resourceType: 'Consent',
      category: [{ text: 'x' }, { coding: codings }],
    });
    for (const interaction of ['c', 'u'] as const)
      for (const isBound of [true, false])
        expect(writes(consent({ code: 'x' }, { system, code: 'ETREAT' }), interaction, { isBound })).toBe(
          403,
        );
    expect(writes(consent({ system, code: 'TREAT' }))).toBe('allowed');
    expect(writes(consent({ system: 'urn:x', code: 'ETREAT' }))).toBe('allowed');
    expect(writes({ resourceType: 'Consent' })).toBe('allowed');
    expect(writes({ resourceType: 'Consent', category: [null, { coding: [null] }] })).toBe('allowed');
    expect(writes({ ...consent({ system, code: 'ETREAT' }), resourceType: 'List' })).toBe('allowed');
    expect(writes(consent({ system, code: 'ETREAT' }), 'c', { isStaff: false })).toBe('allowed');
  });
});
