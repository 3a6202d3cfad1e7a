/**
 * The gate for everything at once (docs/SECURITY.md): one sequence of requests as patient A, on two servers that differ only in the data of
 * patient B, gets the same answers byte for byte. What B's data is can therefore not be told from any answer.
 *
 * Left out of the comparison: what is new each time by its nature (server-made ids, times, the servers' ports).
 */
import { searchParameters } from '@wellspring/profiles';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoClinic } from '../../seed/src/clinic/demo-clinic.ts';
import { DIRECTORY_TYPES } from '../src/access/owner-table.ts';
import { observation } from './resources.ts';
import { type Answer, openWorld, type World } from './world.ts';

interface Stored {
  readonly resourceType: string;
  readonly id: string;
  readonly [element: string]: unknown;
}

const A = 'james-whitfield';
const B = 'maria-alvarez';
const clinic = demoClinic({ today: '2026-11-24' });
const recordOf = (patient: string): Stored[] => {
  const found = clinic.patients.find(({ story }) => story.id === patient);
  if (!found) throw new Error(`${patient} is not in the clinic`);
  return found.resources as unknown as Stored[];
};
const isShared = ({ resourceType }: Stored): boolean => DIRECTORY_TYPES.has(resourceType);
// The slots of a patient's visits lie in the record, but belong to everyone.
const directory = [
  ...(clinic.directory as unknown as Stored[]),
  ...[...recordOf(A), ...recordOf(B)].filter(isShared),
];

/** A few of each type: what matters is how they are reached, not how many there are. */
function some(resources: readonly Stored[], each: number): Stored[] {
  const chosen = [...Map.groupBy(resources, ({ resourceType }) => resourceType).values()].flatMap((list) =>
    list.slice(0, each),
  );
  return closure(chosen, resources);
}

/** With all that they refer to, so that nothing is refused for a missing reference. */
function closure(chosen: readonly Stored[], all: readonly Stored[]): Stored[] {
  const byName = new Map(all.map((resource) => [`${resource.resourceType}/${resource.id}`, resource]));
  const wanted = new Map<string, Stored>();
  const add = (resource: Stored): void => {
    const name = `${resource.resourceType}/${resource.id}`;
    if (wanted.has(name)) return;
    wanted.set(name, resource);
    for (const [, target = ''] of JSON.stringify(resource).matchAll(/"reference":"([^"]+)"/g)) {
      const referred = byName.get(target);
      if (referred) add(referred);
    }
  };
  chosen.forEach(add);
  return [...wanted.values()];
}

const ofA = some(
  recordOf(A).filter((each) => !isShared(each)),
  4,
);
const ofB = some(
  recordOf(B).filter((each) => !isShared(each)),
  6,
);
const labOfA = ofA.find(({ resourceType }) => resourceType === 'Observation') as Stored;
const visitOfA = ofA.find(({ resourceType }) => resourceType === 'Encounter') as Stored;
/** B's resources that lead to A's: the paths by which chains, _has and _revinclude could leak. */
const crossing: Stored[] = [
  { ...observation(B, 8.8), id: 'crossing-observation', encounter: ref(visitOfA), hasMember: [ref(labOfA)] },
  {
    resourceType: 'List',
    id: 'crossing-list',
    status: 'current',
    mode: 'working',
    subject: { reference: `Patient/${B}` },
    entry: [{ item: ref(labOfA) }],
  },
  {
    resourceType: 'Communication',
    id: 'crossing-message',
    status: 'completed',
    subject: { reference: `Patient/${B}` },
    about: [ref(visitOfA)],
    sender: { reference: `Patient/${B}` },
    recipient: [{ reference: `Patient/${A}` }],
    payload: [{ contentString: 'about your neighbour' }],
  },
  {
    resourceType: 'Provenance',
    id: 'crossing-provenance',
    target: [{ reference: 'Observation/crossing-observation' }],
    recorded: '2026-01-01T00:00:00Z',
    agent: [{ who: { reference: `Patient/${A}` } }],
    entity: [{ role: 'source', what: ref(labOfA) }],
  },
  {
    resourceType: 'Group',
    id: 'crossing-group',
    type: 'person',
    actual: true,
    member: [{ entity: { reference: `Patient/${A}` } }, { entity: { reference: `Patient/${B}` } }],
  },
];

function ref({ resourceType, id }: Stored): { reference: string } {
  return { reference: `${resourceType}/${id}` };
}

async function load(world: World, resources: readonly Stored[]): Promise<void> {
  const entry = resources.map((resource) => ({
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
  }));
  const body = { resourceType: 'Bundle', type: 'transaction', entry };
  const { status, text } = await world.ask('POST', '/', { token: world.system, body });
  if (status !== 200) throw new Error(text);
}

// ── what may be asked ──

const known = [...directory.slice(0, 12), ...ofA, ...ofB, ...crossing];
const types = [...new Set(known.map(({ resourceType }) => resourceType)), 'Group', 'AuditEvent', 'Account'];
const anyType = fc.constantFrom(...types);
const anyName = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...known.map((each) => `${each.resourceType}/${each.id}`)) },
  { weight: 1, arbitrary: anyType.map((type) => `${type}/nobody`) },
);
const person = fc.constantFrom(`Patient/${A}`, `Patient/${B}`, 'Patient/nobody');

/** Words and codes that stand in either record. */
const texts = fc.constantFrom(
  ...new Set(
    known.flatMap((each) =>
      [...JSON.stringify(each).matchAll(/"(?:code|value|family|text|display|status)":"([^"]{1,40})"/g)].map(
        ([, value = '']) => value,
      ),
    ),
  ),
);
const dates = fc
  .tuple(
    fc.constantFrom('', 'ge', 'lt', 'ap', 'sa'),
    fc.constantFrom('2020', '2024-03', '2026-11-20', '1960'),
  )
  .map(([prefix, date]) => prefix + date);
const numbers = fc
  .tuple(fc.constantFrom('', 'gt', 'le', 'ne'), fc.integer({ min: 0, max: 200 }))
  .map(([prefix, value]) => prefix + value);
const escaped = texts.map((text) => text.replace(/[\\$,|]/g, '\\$&'));

const valueFor: Readonly<Record<string, fc.Arbitrary<string>>> = {
  token: fc.oneof(
    escaped,
    escaped.map((code) => `|${code}`),
  ),
  string: escaped,
  reference: fc.oneof(
    anyName,
    person,
    person.map((name) => name.slice(8)),
  ),
  date: dates,
  number: numbers,
  quantity: numbers,
  uri: fc.constant('http://example.org'),
};

function anyCriterion(type: string, depth = 0): fc.Arbitrary<string> {
  const plain = searchParameters(type).filter((parameter) => valueFor[parameter.type]);
  if (plain.length === 0) return fc.constant('_id=nobody');
  return fc.constantFrom(...plain).chain((parameter) => {
    const value = (valueFor[parameter.type] as fc.Arbitrary<string>).map(
      (text) => `${parameter.code}=${encodeURIComponent(text)}`,
    );
    const missing = fc.boolean().map((flag) => `${parameter.code}:missing=${flag}`);
    const not = escaped.map((code) => `${parameter.code}:not=${encodeURIComponent(code)}`);
    const choices: { weight: number; arbitrary: fc.Arbitrary<string> }[] = [
      { weight: 5, arbitrary: value },
      { weight: 1, arbitrary: missing },
    ];
    if (parameter.type === 'token') choices.push({ weight: 1, arbitrary: not });
    if (parameter.type === 'reference' && depth < 2) {
      const to = parameter.targets.filter((target) => types.includes(target));
      if (to.length > 0) {
        const chained = fc
          .constantFrom(...to)
          .chain((target) =>
            anyCriterion(target, depth + 1).map((inner) => `${parameter.code}:${target}.${inner}`),
          );
        choices.push({ weight: 3, arbitrary: chained });
      }
    }
    return fc.oneof(...choices);
  });
}

/** `_has:Observation:patient:code=…` for a type that refers to this one. */
function anyHas(type: string): fc.Arbitrary<string> {
  return anyType.chain((source) => {
    const referring = searchParameters(source).filter((parameter) => parameter.targets.includes(type));
    if (referring.length === 0) return fc.constant('_id=nobody');
    return fc
      .tuple(fc.constantFrom(...referring), anyCriterion(source, 2))
      .map(([parameter, inner]) => `_has:${source}:${parameter.code}:${inner}`);
  });
}

function anyInclude(type: string): fc.Arbitrary<string> {
  const outward = searchParameters(type).filter((parameter) => parameter.targets.length > 0);
  const inward = types.flatMap((source) =>
    searchParameters(source)
      .filter((parameter) => parameter.targets.includes(type))
      .map((parameter) => `${source}:${parameter.code}`),
  );
  return fc.constantFrom(
    ...outward.map(({ code }) => `_include=${type}:${code}`),
    ...outward.map(({ code }) => `_include:iterate=${type}:${code}`),
    ...inward.map((name) => `_revinclude=${name}`),
    '_include=*',
    '_revinclude=*',
  );
}

const anySearch = anyType.chain((type) =>
  fc
    .tuple(
      fc.array(
        fc.oneof({ weight: 3, arbitrary: anyCriterion(type) }, { weight: 1, arbitrary: anyHas(type) }),
        {
          maxLength: 2,
        },
      ),
      fc.array(anyInclude(type), { maxLength: 1 }),
      fc.constantFrom('', '_total=accurate', '_summary=count', '_count=1&_total=accurate', '_count=0'),
      fc.constantFrom('', '_sort=_lastUpdated', '_sort=-date', '_sort=-patient', '_elements=id'),
    )
    .map(([criteria, includes, total, order]) => {
      const query = [...criteria, ...includes, total, order].filter(Boolean).join('&');
      return { type, query };
    }),
);

interface Ask {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

const get = (path: string): Ask => ({ method: 'GET', path });
const anyRead: fc.Arbitrary<Ask> = anyName.chain((name) =>
  fc.constantFrom<Ask>(
    get(`/${name}`),
    { method: 'HEAD', path: `/${name}` },
    get(`/${name}/_history`),
    get(`/${name}/_history/1`),
    get(`/${name}/_history/2`),
    { ...get(`/${name}`), headers: { 'If-None-Match': 'W/"1"' } },
  ),
);
const anySearchAsk: fc.Arbitrary<Ask> = fc.oneof(
  { weight: 6, arbitrary: anySearch.map(({ type, query }) => get(`/${type}?${query}`)) },
  {
    weight: 1,
    arbitrary: anySearch.map(({ type, query }) => ({
      method: 'POST',
      path: `/${type}/_search`,
      body: query,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(person, anySearch).map(([name, { type, query }]) => get(`/${name}/${type}?${query}`)),
  },
  { weight: 1, arbitrary: fc.constantFrom(get('/_history'), get('/Observation/_history'), get('/Patient')) },
);

const written = fc.tuple(person, person, anyName).map(([about, by, near]) => ({
  ...observation(about.slice(8), 7),
  performer: [{ reference: by }],
  hasMember: near.startsWith('Observation/')
    ? [{ reference: near }]
    : [{ reference: `Observation/${labOfA.id}` }],
}));
const message = fc.tuple(person, anyName).map(([about, near]) => ({
  resourceType: 'Communication',
  status: 'completed',
  subject: { reference: about },
  sender: { reference: `Patient/${A}` },
  about: [{ reference: near }],
  payload: [{ contentString: 'hello' }],
}));
const anyResource = fc.oneof(written, message);
const anyWrite: fc.Arbitrary<Ask> = fc.oneof(
  anyResource.map((body) => ({ method: 'POST', path: `/${body.resourceType}`, body })),
  fc.tuple(anyResource, anySearch).map(([body, { query }]) => ({
    method: 'POST',
    path: `/${body.resourceType}`,
    body,
    headers: { 'If-None-Exist': query.split('&')[0] || '_id=nobody' },
  })),
  fc.tuple(anyResource, anyName).map(([body, name]) => {
    const id = name.split('/')[1] as string;
    return { method: 'PUT', path: `/${body.resourceType}/${id}`, body: { ...body, id } };
  }),
  fc.constantFrom(...known).map((resource) => ({
    method: 'PUT',
    path: `/${resource.resourceType}/${resource.id}`,
    body: { ...resource, language: 'en' },
    headers: { 'If-Match': 'W/"1"' },
  })),
  fc.tuple(anyResource, anySearch).map(([body, { query }]) => ({
    method: 'PUT',
    path: `/${body.resourceType}?${query.split('&')[0] || '_id=nobody'}`,
    body,
  })),
  anyName.map((name) => ({ method: 'DELETE', path: `/${name}` })),
  anySearch.map(({ type, query }) => ({ method: 'DELETE', path: `/${type}?${query}` })),
);

const anySingle = fc.oneof(
  { weight: 3, arbitrary: anyRead },
  { weight: 6, arbitrary: anySearchAsk },
  { weight: 3, arbitrary: anyWrite },
);
const anyBundle: fc.Arbitrary<Ask> = fc
  .tuple(fc.constantFrom('batch', 'transaction'), fc.array(anySingle, { minLength: 1, maxLength: 4 }))
  .map(([type, asks]) => ({
    method: 'POST',
    path: '/',
    body: {
      resourceType: 'Bundle',
      type,
      entry: asks.map(({ method, path, body, headers }) => ({
        ...(typeof body === 'object' ? { resource: body } : {}),
        request: {
          method,
          url: path.slice(1),
          ...(headers?.['If-None-Exist'] ? { ifNoneExist: headers['If-None-Exist'] } : {}),
          ...(headers?.['If-Match'] ? { ifMatch: headers['If-Match'] } : {}),
        },
      })),
    },
  }));
const anyAsk = fc.oneof({ weight: 8, arbitrary: anySingle }, { weight: 2, arbitrary: anyBundle });

// ── what is compared ──

const PRIVATE_HEADERS = new Set(['date', 'x-request-id', 'keep-alive', 'connection', 'content-length']);

/**
 * What one Bundle reads and what it writes can be recorded in the same millisecond: their order is then nobody's, and the two servers' may differ. The rows
 * are compared, in an order of their own.
 */
function auditRowsInOrder(names: ReadonlyMap<string, string>, text: string): string {
  if (!text.startsWith('{"resourceType":"Bundle"') || !text.includes('"resourceType":"AuditEvent"'))
    return text;
  const bundle = JSON.parse(text) as { entry?: { resource?: object }[] };
  const key = ({ resource }: { resource?: object }): string =>
    JSON.stringify({ ...resource, id: '' })
      .replace(UUID, (id) => names.get(id) ?? '')
      .replace(TIME, '');
  return JSON.stringify({
    ...bundle,
    entry: bundle.entry?.toSorted((a, b) => (key(a) < key(b) ? 1 : key(a) > key(b) ? -1 : 0)),
  });
}

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Ids that the server makes get names in the order in which they appear; times and ports lose their value. */
function normal(world: World, names: Map<string, string>, answer: Answer): string {
  const headers = [...answer.headers].filter(([name]) => !PRIVATE_HEADERS.has(name)).sort();
  return `${answer.status} ${JSON.stringify(headers)} ${auditRowsInOrder(names, answer.text)}`
    .replaceAll(world.base, 'BASE')
    .replace(UUID, (id) => {
      if (!names.has(id)) names.set(id, `id-${names.size}`);
      return names.get(id) as string;
    })
    .replace(TIME, 'TIME')
    .replace(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, 'TIME')
    .replace(/_cursor=[\w.%~-]+/g, (cursor) => `_cursor=${decodedCursor(cursor.slice(8))}`);
}

/** A cursor holds sort values; a time of writing among them is a time like any other. */
function decodedCursor(cursor: string): string {
  const text = Buffer.from(decodeURIComponent(cursor), 'base64url').toString('utf8');
  return text.replace(/\b1[6-9]\d{11}\b/g, 'TIME').replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID');
}

/** The first place where two long texts part, not both texts whole. */
function differ(asked: string, one: string, other: string): void {
  if (one === other) return;
  let at = 0;
  while (one[at] === other[at]) at += 1;
  const around = (text: string): string => text.slice(Math.max(0, at - 150), at + 150);
  expect.fail(`${asked}\n  with B's data: …${around(one)}…\n  without it:    …${around(other)}…`);
}

describe('as patient A', () => {
  let left: World;
  let right: World;
  const names = { left: new Map<string, string>(), right: new Map<string, string>() };
  const scope = 'openid fhirUser launch/patient patient/*.cruds';

  beforeAll(async () => {
    [left, right] = await Promise.all([
      openWorld({ RATE_LIMIT_PER_SECOND: '0' }),
      openWorld({ RATE_LIMIT_PER_SECOND: '0' }),
    ]);
    for (const world of [left, right]) await load(world, [...directory, ...ofA]);
    await load(left, [...ofB, ...crossing]);
    // On the right B is somebody else, with another history.
    await load(right, [
      { ...(ofB.find(({ resourceType }) => resourceType === 'Patient') as Stored), birthDate: '1999-09-09' },
      { ...observation(B, 1), id: 'only-on-the-right' },
    ]);
  }, 60_000);
  afterAll(() => Promise.all([left.close(), right.close()]));

  it('no answer tells anything about the data of patient B', async () => {
    const tokens = { left: left.patient(A, scope), right: right.patient(A, scope) };
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anyAsk, { minLength: 1, maxLength: 12 }), async (asks) => {
        for (const { method, path, body, headers } of asks) {
          const options = { body, ...(headers ? { headers } : {}) };
          const [one, other] = await Promise.all([
            left.ask(method, path, { ...options, token: tokens.left }),
            right.ask(method, path, { ...options, token: tokens.right }),
          ]);
          if (one.status < 400) answered += 1;
          const asked = `${method} ${path} ${JSON.stringify(body ?? '')}`;
          differ(asked, normal(left, names.left, one), normal(right, names.right, other));
          expect(one.status, asked).not.toBe(500);
        }
      }),
      { numRuns: Number(process.env.NON_INTERFERENCE_RUNS ?? 150), endOnFailure: true },
    );
    // A property over refusals only would prove nothing.
    expect(answered).toBeGreaterThan(100);
  }, 120_000);
});
