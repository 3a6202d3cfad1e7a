/** `$validate` by stored profiles that bind codes to stored value sets, through other profiles and slices, over real HTTP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;

const R4 = 'http://hl7.org/fhir/StructureDefinition';
const CS = 'http://ex.org/cs';
const GENDER = 'http://hl7.org/fhir/administrative-gender';
const sd = (name: string) => `http://ex.org/sd/${name}`;
const bound = (name: string) => ({ binding: { strength: 'required', valueSet: `http://ex.org/${name}` } });

const profile = (name: string, type: string, ...element: Record<string, unknown>[]) => ({
  resourceType: 'StructureDefinition',
  id: name,
  url: sd(name),
  name: name.replaceAll('-', ''),
  status: 'active',
  kind: /^(?:CodeableConcept)$/.test(type) ? 'complex-type' : 'resource',
  abstract: false,
  type,
  derivation: 'constraint',
  baseDefinition: `${R4}/${type}`,
  differential: { element: element.map((each) => ({ id: each.path, ...each })) },
});
const valueSet = (name: string, include: object[], exclude?: object[]) => ({
  resourceType: 'ValueSet',
  id: name,
  url: `http://ex.org/${name}`,
  status: 'active',
  compose: { include, ...(exclude ? { exclude } : {}) },
});
const categories = (name: string, rules: string, ...slices: [string, string, number][]) =>
  profile(
    name,
    'Observation',
    {
      path: 'Observation.category',
      slicing: { discriminator: [{ type: 'value', path: '$this' }], rules },
    },
    ...slices.map(([slice, set, min]) => ({
      id: `Observation.category:${slice}`,
      path: 'Observation.category',
      sliceName: slice,
      min,
      max: '1',
      ...bound(set),
    })),
  );
const subject = (name: string, ...targetProfile: string[]) =>
  profile(name, 'Observation', {
    path: 'Observation.subject',
    type: [{ code: 'Reference', targetProfile }],
  });
const entries = (name: string, ...type: object[]) =>
  profile(name, 'Bundle', { path: 'Bundle.entry.resource', type });

const DEFINITIONS = [
  {
    resourceType: 'CodeSystem',
    id: 'cs',
    url: CS,
    status: 'active',
    content: 'complete',
    caseSensitive: true,
    concept: [{ code: 'A', concept: [{ code: 'D', concept: [{ code: 'P' }] }] }, { code: 'B' }],
  },
  valueSet(
    'v1',
    [{ system: CS, filter: [{ property: 'concept', op: 'is-a', value: 'D' }] }],
    [{ system: CS, concept: [{ code: 'P' }] }],
  ),
  valueSet('v9', [{ system: CS, concept: [{ code: 'B' }] }]),
  valueSet('vsg', [{ system: GENDER, concept: [{ code: 'male' }] }]),
  profile('s6', 'Patient', { path: 'Patient.gender', ...bound('vsg') }),
  profile('s7', 'Patient', { path: 'Patient.birthDate', min: 1 }),
  profile('odd', 'Patient', {
    path: 'Patient',
    constraint: [{ key: 'odd-1', severity: 'error', human: 'x', expression: 'gender.nonsense()' }],
  }),
  entries('b6', { code: 'Patient', profile: [sd('s6')] }),
  entries('b-any', { code: 'Resource', profile: [sd('s6')] }),
  entries('b67', { code: 'Patient', profile: [sd('s6'), sd('s7')] }),
  entries('b-odd', { code: 'Patient', profile: [sd('odd')] }),
  entries('b-nobody', { code: 'Patient', profile: [sd('nobody')] }),
  entries('b-either', { code: 'Patient', profile: [sd('s7'), sd('nobody')] }),
  subject('o6', sd('s6')),
  subject('o67', sd('s6'), sd('s7')),
  subject('o-nobody', sd('nobody')),
  profile(
    'sliced',
    'Bundle',
    {
      path: 'Bundle.entry',
      slicing: { discriminator: [{ type: 'profile', path: 'resource' }], rules: 'closed' },
    },
    { id: 'Bundle.entry:p', path: 'Bundle.entry', sliceName: 'p', min: 0, max: '*' },
    {
      id: 'Bundle.entry:p.resource',
      path: 'Bundle.entry.resource',
      type: [{ code: 'Patient', profile: [sd('s6')] }],
    },
  ),
  profile(
    'members',
    'Observation',
    {
      path: 'Observation.hasMember',
      slicing: { discriminator: [{ type: 'profile', path: 'resolve()' }], rules: 'closed' },
    },
    {
      id: 'Observation.hasMember:m',
      path: 'Observation.hasMember',
      sliceName: 'm',
      min: 0,
      max: '1',
      type: [{ code: 'Reference', targetProfile: [sd('k')] }],
    },
  ),
  profile('cctype', 'CodeableConcept', { path: 'CodeableConcept', ...bound('v1') }),
  profile('method', 'Observation', {
    path: 'Observation.method',
    type: [{ code: 'CodeableConcept', profile: [sd('cctype')] }],
  }),
  categories('k', 'open', ['k', 'v1', 0]),
  categories('k-closed', 'closed', ['k', 'v1', 0]),
  categories('k-end', 'openAtEnd', ['k', 'v1', 0]),
  categories('kl', 'open', ['k', 'v1', 1], ['l', 'v9', 1]),
  categories('nowhere', 'closed', ['k', 'nowhere', 1]),
];

beforeAll(async () => {
  world = await openWorld();
  for (const each of DEFINITIONS) {
    const path = `/${each.resourceType}/${each.id}`;
    const { status, text } = await world.ask('PUT', path, { token: world.system, body: each });
    expect(status, text).toBe(201);
  }
});
afterAll(() => world.close());

/** Errors and warnings of the profile's, without what R4 advises of every resource. */
async function told(resource: Record<string, unknown>, name: string): Promise<string[]> {
  const url = name.startsWith('http') ? name : sd(name);
  const { status, body, text } = await world.ask(
    'POST',
    `/${resource.resourceType}/$validate?profile=${encodeURIComponent(url)}`,
    { token: world.system, body: resource },
  );
  expect(status, text).toBe(200);
  return body.issue
    .filter(({ severity, diagnostics }: Record<string, string>) =>
      severity === 'information'
        ? /not looked at|not checked: the value set/.test(diagnostics ?? '')
        : !/^dom-6/.test(diagnostics ?? ''),
    )
    .map(({ severity, code, expression }: Record<string, unknown>) => `${severity} ${code} ${expression}`);
}

const patient = (gender: string, more: object = {}) => ({ resourceType: 'Patient', gender, ...more });
const bundle = (...resources: object[]) => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: resources.map((resource, i) => ({ fullUrl: `http://ex.org/fhir/Patient/${i}`, resource })),
});
const code = { text: 'x' };
const observation = (more: object) => ({ resourceType: 'Observation', status: 'final', code, ...more });
const about = (each: object) =>
  observation({ contained: [{ ...each, id: 'p' }], subject: { reference: '#p' } });
const category = (...codes: string[]) =>
  observation(
    codes.length === 0 ? {} : { category: codes.map((each) => ({ coding: [{ system: CS, code: each }] })) },
  );

describe('a code that a stored value set has not is told through', () => {
  it('the profile of an entry, of its type or of any', async () => {
    for (const name of ['b6', 'b-any']) {
      expect(await told(bundle(patient('male')), name)).toEqual([]);
      expect(await told(bundle(patient('male'), patient('female')), name)).toEqual([
        'error code-invalid Bundle.entry[1].resource.gender',
      ]);
    }
    expect(await told(bundle({ resourceType: 'Basic', code }), 'b-any')).toEqual([
      'error structure Bundle.entry[0].resource',
    ]);
  });

  it('one of several profiles, where another is not met', async () => {
    expect(await told(bundle(patient('male'), patient('female', { birthDate: '2000' })), 'b67')).toEqual([]);
    expect(await told(bundle(patient('female')), 'b67')).toEqual([
      'error code-invalid Bundle.entry[0].resource.gender',
    ]);
  });

  it('the profile of what a reference leads to', async () => {
    expect(await told(about(patient('male')), 'o6')).toEqual([]);
    expect(await told(about(patient('female')), 'o6')).toEqual(['error value Observation.subject']);
    expect(await told(about(patient('female', { birthDate: '2000' })), 'o67')).toEqual([]);
    expect(await told(about(patient('female')), 'o67')).toEqual(['error value Observation.subject']);
  });

  it('slices by the profile of a resource', async () => {
    expect(await told(bundle(patient('male')), 'sliced')).toEqual([]);
    expect(await told(bundle(patient('female')), 'sliced')).toEqual(['error structure Bundle.entry[0]']);
  });

  it('the profile of a data type', async () => {
    const by = (each: string) => observation({ method: { coding: [{ system: CS, code: each }] } });
    expect(await told(by('D'), 'method')).toEqual([]);
    expect(await told(by('P'), 'method')).toEqual(['error code-invalid Observation.method']);
  });
});

it('a rule that can not be evaluated is told of through the profile of an entry', async () => {
  expect(await told(bundle(patient('male')), 'b-odd')).toEqual([
    'warning not-supported Bundle.entry[0].resource',
  ]);
});

describe('slices told apart by a stored value set', () => {
  it('have what is in it, and others are in none of them', async () => {
    for (const codes of [['P'], ['D', 'P'], ['P', 'D'], ['D'], []])
      expect(await told(category(...codes), 'k')).toEqual([]);
    expect(await told(category('D', 'D'), 'k')).toEqual(['error structure Observation.category[1]']);
    expect(await told(category('D', 'P'), 'k-closed')).toEqual(['error structure Observation.category[1]']);
    expect(await told(category('P', 'D'), 'k-end')).toEqual(['error structure Observation.category[0]']);
    expect(await told(category('D', 'P'), 'k-end')).toEqual([]);
  });

  it('of which each has its own', async () => {
    expect(await told(category('D', 'B'), 'kl')).toEqual([]);
    expect(await told(category('B', 'P', 'D'), 'kl')).toEqual([]);
    expect(await told(category('D', 'P'), 'kl')).toEqual(['error required Observation.category']);
    expect(await told(category('B'), 'kl')).toEqual(['error required Observation.category']);
  });

  it('leave open what nobody can tell, and say so', async () => {
    expect(await told(category('D'), 'nowhere')).toEqual([
      'information not-supported Observation.category[0]',
    ]);
    expect(await told(category('D', 'B'), 'nowhere')).toEqual([
      'information not-supported Observation.category[0]',
      'information not-supported Observation.category[1]',
    ]);
    expect(await told(category(), 'nowhere')).toEqual(['error required Observation.category']);
  });
});

describe('a profile that is named by a profile and not known here', () => {
  const warning = (place: string) => [`warning not-supported ${place}`];
  it('is told of, once', async () => {
    expect(await told(bundle(patient('male'), patient('male')), 'b-nobody')).toEqual(
      warning('Bundle.entry[0].resource'),
    );
    expect(await told(about(patient('male')), 'o-nobody')).toEqual(warning('Observation.subject'));
    expect(await told(bundle(patient('male')), 'b-either')).toEqual(warning('Bundle.entry[0].resource'));
    expect(await told(bundle(patient('male', { birthDate: '2000' })), 'b-either')).toEqual([]);
  });
});

it('what a reference leads to elsewhere is not looked at, which is told of', async () => {
  const note = (place: string) => [`information informational ${place}`];
  const at = (reference: string) => observation({ subject: { reference } });
  expect(await told(at('Patient/1'), 'o6')).toEqual(note('Observation.subject'));
  expect(await told(at('Group/1'), 'o6')).toEqual(['error value Observation.subject']);
  const members = observation({
    hasMember: [{ reference: 'Observation/1' }, { reference: 'Observation/2' }],
  });
  expect(await told(members, 'members')).toEqual(note('Observation.hasMember[0]'));
});

it('a fault of a vital sign is told of once, by whichever profile', async () => {
  const rate = {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
    category: [
      {
        coding: [
          { system: `http://terminology.hl7.org/CodeSystem/observation-category`, code: 'vital-signs' },
        ],
      },
    ],
    effectiveDateTime: '2020-01-01',
    valueQuantity: { value: 60, system: 'http://unitsofmeasure.org', code: '/min', unit: '/min' },
  };
  for (const name of ['heartrate', 'vitalsigns'])
    expect((await told(rate, `${R4}/${name}`)).filter((each) => each.startsWith('error'))).toEqual([
      'error required Observation.subject',
    ]);
});
