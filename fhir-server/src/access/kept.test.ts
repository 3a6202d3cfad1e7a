import { expect, it } from 'vitest';
import type { QueryNode } from '../search/query.ts';
import { type Known, matches } from '../store/contract/naive-search.ts';
import { type Entries, entries } from '../store/contract/resources.ts';
import { type AccessContext, accessContext } from './access-context.ts';
import { readCondition } from './read-condition.ts';

const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
const scope = 'launch/patient patient/*.rs';
const person = (fhirUser: string, more: Partial<AccessContext> = {}): AccessContext => ({
  ...accessContext({ active: true, scope, patient: 'p', fhirUser }),
  ...more,
});
// New ones each time: what they may see is derived once for each.
const proxy = () => person('RelatedPerson/mother');
const themself = () => person('Patient/p');
const staff = (scopes: string): AccessContext =>
  accessContext({ active: true, scope: scopes, fhirUser: 'Practitioner/doc' });

const R = { param: '_security', system: CONFIDENTIALITY, code: 'R' };
const known = (name: string, given: Entries): Known => {
  const [type = '', id = ''] = name.split('/');
  return { type, id, entries: entries({ owners: ['p'], ...given }) };
};
const file = (target: string): Entries => ({ links: [{ by: 'file', target }] });
const about = (target: string): Entries => ({ links: [{ by: 'about', target }] });

/** What of these somebody sees. */
function seen(access: AccessContext, all: readonly Known[]): string[] {
  return all
    .filter((each) => {
      const condition = readCondition(access, each.type, 's');
      return condition !== undefined && matches(all, each, condition);
    })
    .map(({ type, id }) => `${type}/${id}`);
}

it('a file is kept from whom one of its documents is kept, whatever other documents say', () => {
  const all = [
    known('Binary/a', {}),
    known('Binary/b', {}),
    known('DocumentReference/a', { tokens: [R], ...file('Binary/a') }),
    known('Media/a', file('Binary/a')),
    known('Media/b', file('Binary/b')),
  ];
  expect(seen(proxy(), all)).toEqual(['Binary/b', 'Media/a', 'Media/b']);
  expect(seen(themself(), all)).toHaveLength(5);
});

it('a document of another record keeps nothing', () => {
  const all = [
    known('Binary/a', {}),
    known('DocumentReference/a', { owners: ['q'], tokens: [R], ...file('Binary/a') }),
  ];
  expect(seen(proxy(), all)).toEqual(['Binary/a']);
});

it('a Patient keeps no photo by a label: it is shown whatever its labels are', () => {
  const all = [known('Binary/a', {}), known('Patient/p', { tokens: [R], ...file('Binary/a') })];
  expect(seen(proxy(), all)).toEqual(['Binary/a', 'Patient/p']);
});

it('what is about something kept is kept, also where that is kept by what it is a file of', () => {
  const all = [
    known('Observation/kept', { tokens: [R] }),
    known('Task/kept', about('Observation/kept')),
    known('Task/of-task', about('Task/labelled')),
    known('Task/labelled', { tokens: [R] }),
    known('Task/open', about('Observation/none')),
    known('Binary/a', {}),
    known('DocumentReference/a', { tokens: [R], ...file('Binary/a') }),
    known('Provenance/of-file', about('Binary/a')),
    known('Condition/same', about('Observation/kept')),
  ];
  expect(seen(proxy(), all)).toEqual(['Task/open', 'Condition/same']);
  expect(seen(themself(), all)).toHaveLength(9);
});

it('what was deleted keeps what it kept before: its files, and what is about it', () => {
  const all = [
    known('Binary/a', {}),
    { ...known('DocumentReference/a', { tokens: [R], ...file('Binary/a') }), deleted: true },
    known('Task/a', about('Observation/a')),
    { ...known('Observation/a', { tokens: [R] }), deleted: true },
  ];
  const there = (access: AccessContext) => seen(access, all).filter((name) => /^(Binary|Task)/.test(name));
  expect(there(proxy())).toEqual([]);
  expect(there(themself())).toEqual(['Binary/a', 'Task/a']);
});

it('who signs in for another patient, whoever they are, is told what is open to those who act for somebody', () => {
  const all = [
    known('Observation/a', { owners: ['q'], tokens: [R] }),
    known('Task/a', { owners: ['q'], ...about('Observation/a') }),
  ];
  expect(seen(person('Patient/p', { patient: 'q' }), all)).toEqual([]);
  expect(seen(person('Patient/q', { patient: 'q' }), all)).toHaveLength(2);
});

it('a file is for whoever may read what its securityContext names', () => {
  const all = [
    known('Binary/open', { owners: [], ...about('DocumentReference/open') }),
    known('Binary/kept', { owners: [], ...about('DocumentReference/kept') }),
    known('Binary/others', { owners: [], ...about('DocumentReference/others') }),
    known('Binary/clinic', { owners: [], ...about('Organization/clinic') }),
    known('DocumentReference/open', {}),
    known('DocumentReference/kept', { tokens: [R] }),
    known('DocumentReference/others', { owners: ['q'] }),
    known('Organization/clinic', { owners: [] }),
    known('Binary/gone', { owners: [], ...about('DocumentReference/gone') }),
    { ...known('DocumentReference/gone', {}), deleted: true },
  ];
  const files = (access: AccessContext) => seen(access, all).filter((name) => name.startsWith('Binary/'));
  expect(files(proxy())).toEqual(['Binary/open']);
  expect(files(themself())).toEqual(['Binary/open', 'Binary/kept']);
  const app = (scopes: string) =>
    accessContext({ active: true, scope: `launch/patient ${scopes}`, patient: 'p', fhirUser: 'Patient/p' });
  for (const letters of ['r', 's', 'rs'])
    expect(files(app(`patient/Binary.rs patient/DocumentReference.${letters}`))).toEqual([
      'Binary/open',
      'Binary/kept',
    ]);
  expect(files(app('patient/Binary.rs patient/Media.rs'))).toEqual([]);
  expect(readCondition(app('patient/DocumentReference.rs'), 'Binary', 'r')).toBeUndefined();
});

it('of staff, a file follows what their scopes leave of the type that names it', () => {
  const card = { param: 'type', system: 'urn:t', code: 'card' };
  const all = [
    known('Binary/card', {}),
    known('Binary/letter', {}),
    known('Binary/report', {}),
    known('DocumentReference/card', { tokens: [card], ...file('Binary/card') }),
    known('DocumentReference/letter', file('Binary/letter')),
    known('DiagnosticReport/report', file('Binary/report')),
  ];
  const files = (scopes: string) =>
    all
      .filter(({ type }) => type === 'Binary')
      .filter((each) => matches(all, each, readCondition(staff(scopes), 'Binary', 'r') as QueryNode))
      .map(({ id }) => id);
  expect(files('user/Binary.r user/DocumentReference.rs')).toEqual(['card', 'letter']);
  for (const letter of ['r', 's'])
    expect(files(`user/Binary.r user/DocumentReference.${letter}`)).toEqual(['card', 'letter']);
  expect(files('user/Binary.r user/*.s')).toEqual(['card', 'letter', 'report']);
});

/** What a Consent leaves that denies a relative all of this type. */
const denied = (relative: string, type: string) => ({
  actors: new Set([relative]),
  rules: [
    {
      id: 'c',
      patient: 'p',
      provision: {
        type: 'deny',
        actor: [{ reference: { reference: relative } }],
        class: [{ system: 'http://hl7.org/fhir/resource-types', code: type }],
      },
    } as const,
  ],
  at: 0,
  opened: undefined,
});

it('a Consent that denies a type denies its files, and not to others', () => {
  const consents = denied('RelatedPerson/mother', 'Media');
  const all = [known('Binary/a', {}), known('Media/a', file('Binary/a')), known('Task/a', about('Media/a'))];
  expect(seen(person('RelatedPerson/mother', { consents }), all)).toEqual([]);
  const others = { ...consents, actors: new Set(['RelatedPerson/father']) };
  expect(seen(person('RelatedPerson/father', { consents: others }), all)).toHaveLength(3);
});

it('a Consent that denies the Patient itself denies the photo', () => {
  const consents = denied('RelatedPerson/mother', 'Patient');
  const all = [known('Binary/a', {}), known('Binary/b', {}), known('Patient/p', file('Binary/a'))];
  expect(seen(person('RelatedPerson/mother', { consents }), all)).toEqual(['Binary/b']);
});

it('a granular scope of an app leaves the files of what it leaves', () => {
  const all = [
    known('Binary/a', {}),
    known('DiagnosticReport/a', file('Binary/a')),
    known('Binary/b', {}),
    known('DiagnosticReport/b', {
      tokens: [{ param: 'category', system: 'urn:c', code: 'lab' }],
      ...file('Binary/b'),
    }),
  ];
  const narrow = 'launch/patient patient/Binary.rs patient/DiagnosticReport.rs?category=urn:c|lab';
  const app = accessContext({ active: true, scope: narrow, patient: 'p', fhirUser: 'Patient/p' });
  expect(seen(app, all)).toEqual(['Binary/b', 'DiagnosticReport/b']);
});

it('what an app was not given at all says nothing of the files that it was given', () => {
  const all = [known('Binary/a', {}), known('Media/a', file('Binary/a'))];
  const app = {
    active: true,
    scope: 'launch/patient patient/Binary.rs',
    patient: 'p',
    fhirUser: 'Patient/p',
  };
  const condition = readCondition(accessContext(app), 'Binary', 'r') as QueryNode;
  expect(all.filter((each) => matches(all, each, condition)).map(({ type }) => type)).toContain('Binary');
});
