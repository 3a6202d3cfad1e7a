/**
 * X3, X4, X13, and rows of later attacks: what one request may cost the others. The worst that is known of each kind is sent, while /healthz is asked without a pause: its longest answer
 * is how long the event loop was held.
 */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { PLAN_ACTIVITY, planActivityKey } from '@wellspring/profiles/plan-activity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, spawned, type World } from './world.ts';

let world: World;
let ana: string;
/** Milliseconds. The goal is 100; slower machines and the collector of garbage add their own. */
const MOST = 200;

beforeAll(async () => {
  world = await openWorld({ RATE_LIMIT_PER_SECOND: '0', NOTICE_SECONDS: '0.2' }, spawned);
  await world.ask('PUT', '/Patient/ana', {
    token: world.system,
    body: {
      resourceType: 'Patient',
      id: 'ana',
      extension: [{ url: 'urn:x', valueString: 'x' }],
      telecom: telecom(3000),
    },
  });
  ana = world.patient('ana', 'openid fhirUser launch/patient patient/*.cruds');
});
afterAll(() => world.close());

const many = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const telecom = (count: number) => many(count, (i) => ({ system: 'phone', value: `${i}` }));

/**
 * The longest that the server's main thread worked while /healthz waited, in milliseconds of its own processor time: how long the machine let it wait besides is not its
 * fault. Where the system does not tell: the time on the wall.
 */
async function longest(work: () => Promise<unknown>): Promise<number> {
  const url = world.base.replace(/\/fhir$/, '/healthz');
  let running = true;
  let most = 0;
  const asking = (async () => {
    while (running) {
      const start = worked();
      await (await fetch(url)).text();
      most = Math.max(most, worked() - start);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  })();
  await work();
  running = false;
  await asking;
  return most;
}

/** https://docs.kernel.org/scheduler/sched-stats.html: the first number is nanoseconds on a processor. */
function worked(): number {
  try {
    const text = readFileSync(`/proc/${world.pid}/task/${world.pid}/schedstat`, 'utf8');
    return Number(text.split(' ')[0]) / 1e6;
  } catch {
    return performance.now();
  }
}

const JSON_PATCH = { 'Content-Type': 'application/json-patch+json' };
const self = { reference: 'Patient/ana' };
const fhirPath = (path: string, count: number) => ({
  resourceType: 'Parameters',
  parameter: many(count, () => ({
    name: 'operation',
    part: [
      { name: 'type', valueCode: 'delete' },
      { name: 'path', valueString: path },
    ],
  })),
});
const constrained = (filters: number, value: string) => ({
  resourceType: 'ValueSet',
  url: 'urn:x',
  status: 'active',
  compose: {
    include: [
      {
        system: 'http://snomed.info/sct',
        filter: many(filters, () => ({ property: 'constraint', op: '=', value })),
      },
    ],
  },
});
const observation = (component: object[]) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  subject: self,
  performer: [self],
  component,
});
const chain = (step: string, count: number, end: string) => `${`${step}.`.repeat(count)}${end}`;
const bundle = (type: string, entry: object[]) => ({ resourceType: 'Bundle', type, entry });

/** Marks that have to be put in order: to do so for many takes the square of their number. */
const MARKS = '\u0301\u0316';
const FILE = {
  contentType: 'text/plain',
  data: Buffer.from('a b '.repeat(350_000)).toString('base64'),
};
const coded = () => ({
  ...observation([]),
  code: {
    coding: many(500, (i) => ({
      system: 'http://snomed.info/sct',
      code: `${i}:${'363698007=73211009,'.repeat(190)}`,
    })),
  },
});
const narrative = () => ({
  status: 'generated',
  div: `<div xmlns="http://www.w3.org/1999/xhtml">${'<b/>'.repeat(240_000)}x</div>`,
});
const tagged = () => ({
  ...observation([]),
  text: narrative(),
  contained: [
    { resourceType: 'Observation', id: 'a', status: 'final', code: { text: 'x' }, text: narrative() },
  ],
  hasMember: [{ reference: '#a' }],
});

const everything = () => ({ request: { method: 'GET', url: 'Patient/ana/$everything' } });

const WORST: readonly [
  what: string,
  method: string,
  path: string,
  body: () => unknown,
  headers?: Record<string, string>,
][] = [
  [
    'X3 a patch that copies into itself',
    'PATCH',
    '/Patient/ana',
    () =>
      many(20, () => [
        { op: 'copy', from: '/extension', path: '/extension/0/extension' },
        { op: 'copy', from: '/extension/0', path: '/extension/-' },
      ]).flat(),
    JSON_PATCH,
  ],
  [
    'X3 a patch that copies a long text',
    'PATCH',
    '/Patient/ana',
    () => [
      { op: 'add', path: '/address', value: [{ text: 'x'.repeat(400_000) }] },
      ...many(900, () => ({ op: 'copy', from: '/address/0', path: '/address/-' })),
    ],
    JSON_PATCH,
  ],
  [
    'X3 a patch that copies the text alone',
    'PATCH',
    '/Patient/ana',
    () => [
      { op: 'add', path: '/address', value: [{ text: 'x'.repeat(400_000), line: ['x'] }] },
      ...many(900, () => ({ op: 'copy', from: '/address/0/text', path: '/address/0/line/-' })),
    ],
    JSON_PATCH,
  ],
  [
    'X4 a question about a code system that is handed in',
    'POST',
    '/CodeSystem/$validate-code',
    () => ({
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'codeSystem',
          resource: {
            resourceType: 'CodeSystem',
            status: 'active',
            url: 'urn:y',
            content: 'complete',
            concept: many(50_000, (i) => ({ code: `c${i}` })),
          },
        },
        { name: 'code', valueCode: 'c49' },
      ],
    }),
  ],
  [
    'X4 an operation that is given far too much',
    'POST',
    '/Appointment/$book',
    () => ({
      resourceType: 'Parameters',
      parameter: many(38_000, () => ({ name: 'slot', valueString: 'x' })),
    }),
  ],
  [
    'X4 parameters without an end around what is validated',
    'POST',
    '/Patient/$validate',
    () => ({
      resourceType: 'Parameters',
      parameter: many(38_000, () => ({ name: 'profile', valueUri: 'urn:x' })),
    }),
  ],
  [
    'X3 paths that walk a long list',
    'PATCH',
    '/Patient/ana',
    () => fhirPath("Patient.telecom.where(value = 'none' and system = 'phone')", 900),
  ],
  [
    'X3 five thousand parentheses',
    'PATCH',
    '/Patient/ana',
    () => fhirPath(`${'('.repeat(5000)}Patient${')'.repeat(5000)}`, 1),
  ],
  [
    'X3 many patches in a batch',
    'POST',
    '',
    () =>
      bundle(
        'batch',
        many(300, () => ({
          resource: fhirPath("Patient.telecom.where(value = 'none')", 20),
          request: { method: 'PATCH', url: 'Patient/ana' },
        })),
      ),
  ],
  [
    'X4 a large CodeSystem',
    'POST',
    '/CodeSystem/$validate',
    () => ({
      resourceType: 'CodeSystem',
      status: 'active',
      content: 'complete',
      concept: many(40_000, (i) => ({ code: `c${i}` })),
    }),
  ],
  [
    'X4 a large StructureDefinition',
    'POST',
    '/StructureDefinition/$validate',
    () => ({
      resourceType: 'StructureDefinition',
      url: 'urn:x',
      name: 'X',
      status: 'active',
      kind: 'resource',
      abstract: false,
      type: 'Patient',
      snapshot: {
        element: many(9000, (i) => ({
          id: `Patient.x${i}`,
          path: `Patient.x${i}`,
          min: 0,
          max: '1',
          definition: 'x',
        })),
      },
    }),
  ],
  [
    'X4 a large ImplementationGuide',
    'POST',
    '/ImplementationGuide/$validate',
    () => ({
      resourceType: 'ImplementationGuide',
      url: 'urn:x',
      name: 'X',
      status: 'draft',
      packageId: 'x',
      fhirVersion: ['4.0.1'],
      definition: {
        grouping: many(9000, (i) => ({ id: `g${i}`, name: 'x' })),
        resource: many(9000, (i) => ({ reference: { display: 'x' }, groupingId: `g${i}` })),
      },
    }),
  ],
  [
    'many contained resources',
    'POST',
    '/List/$validate',
    () => ({
      resourceType: 'List',
      status: 'current',
      mode: 'working',
      contained: many(8000, (i) => ({ resourceType: 'Basic', id: `b${i}`, code: { text: 'x' } })),
      entry: many(8000, (i) => ({ item: { reference: `#b${i}` } })),
    }),
  ],
  [
    'a large Observation',
    'POST',
    '/Observation',
    () =>
      observation(
        many(12_000, (i) => ({
          code: { coding: [{ system: 'urn:x', code: `c${i}` }] },
          valueString: `word${i} and more`,
        })),
      ),
  ],
  [
    'a large message',
    'POST',
    '/Communication',
    () => ({
      resourceType: 'Communication',
      status: 'completed',
      subject: self,
      sender: self,
      payload: many(20_000, (i) => ({ contentString: `word${i} of many` })),
    }),
  ],
  [
    'one long text',
    'POST',
    '/Communication',
    () => ({
      resourceType: 'Communication',
      status: 'completed',
      subject: self,
      sender: self,
      payload: [{ contentString: 'many words '.repeat(90_000) }],
    }),
  ],
  [
    'many entries',
    'POST',
    '',
    () =>
      bundle(
        'batch',
        many(1000, () => ({ resource: observation([]), request: { method: 'POST', url: 'Observation' } })),
      ),
  ],
  [
    'many reads',
    'POST',
    '',
    () =>
      bundle(
        'batch',
        many(1000, () => ({ request: { method: 'GET', url: 'Patient/ana' } })),
      ),
  ],
  [
    'a transaction of many',
    'POST',
    '',
    () =>
      bundle(
        'transaction',
        many(1000, () => ({ resource: observation([]), request: { method: 'POST', url: 'Observation' } })),
      ),
  ],
  [
    'a value set that leaves out what it takes in',
    'POST',
    '/ValueSet/$expand',
    () => {
      const concept = many(15_000, (i) => ({ code: `c${i}` }));
      const parts = many(10, (part) => ({
        system: 'urn:x',
        concept: concept.filter((_, i) => i % 10 === part),
      }));
      return {
        resourceType: 'ValueSet',
        url: 'urn:x',
        status: 'active',
        compose: { include: parts, exclude: parts },
      };
    },
  ],
  [
    'a filter by a large pattern',
    'POST',
    '/ValueSet/$expand',
    () => ({
      resourceType: 'ValueSet',
      url: 'urn:x',
      status: 'active',
      compose: {
        include: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
            filter: many(20, (i) => ({
              property: 'code',
              op: 'regex',
              value: `(A|B)*A(A|B){500}${'a?'.repeat(10_000 + i)}`,
            })),
          },
        ],
      },
    }),
  ],
  [
    'a constraint that goes on and on',
    'POST',
    '/ValueSet/$expand',
    () => constrained(1, `<<123456:${many(60_000, () => '123456=123456').join(',')}`),
  ],
  [
    'many constraints',
    'POST',
    '/ValueSet/$expand',
    () => constrained(2000, many(40, () => '>73211009').join(' AND ')),
  ],
  [
    'a value set of sets that are not there',
    'POST',
    '/ValueSet/$expand',
    () => ({
      resourceType: 'ValueSet',
      url: 'urn:x',
      status: 'active',
      compose: { include: many(20_000, (i) => ({ system: `urn:x${i}`, concept: [{ code: 'a' }] })) },
    }),
  ],
  [
    'a code system whose concepts stand below one another',
    'POST',
    '/CodeSystem/$subsumes',
    () => ({
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'codeSystem',
          resource: {
            resourceType: 'CodeSystem',
            url: 'urn:x',
            status: 'active',
            content: 'complete',
            concept: many(15_000, (i) => ({
              code: `c${i}`,
              property: [{ code: 'parent', valueCode: `c${i + 1}` }],
            })),
          },
        },
        { name: 'codeA', valueCode: 'c0' },
        { name: 'codeB', valueCode: 'c14999' },
      ],
    }),
  ],
  ['a chain over any type', 'GET', `/Task?${chain('subject', 7, '_id=x')}`, () => undefined],
  [
    'a chain below _has',
    'GET',
    `/Patient?_has:Task:patient:${chain('based-on', 5, 'status=x')}`,
    () => undefined,
  ],
  [
    'a condition that is a chain',
    'POST',
    '/Task',
    () => ({ resourceType: 'Task', status: 'requested', intent: 'order', for: self, requester: self }),
    { 'If-None-Exist': chain('based-on', 5, 'status=x') },
  ],
  [
    'references by chains, and chains as entries',
    'POST',
    '',
    () =>
      bundle('batch', [
        ...many(40, () => ({ request: { method: 'GET', url: 'Task?focus.subject.name=x' } })),
        ...many(40, () => ({ request: { method: 'GET', url: `Task?${chain('subject', 6, '_id=x')}` } })),
      ]),
  ],
  [
    'a Bundle of nothing, in little gzip',
    'POST',
    '',
    () => gzipSync(`{"resourceType":"Bundle","type":"batch","entry":[${'{},'.repeat(2_000_000)}{}]}`),
    { 'Content-Encoding': 'gzip' },
  ],
  [
    'a Bundle of members in one entry',
    'POST',
    '',
    () => `{"resourceType":"Bundle","type":"batch","entry":[{"a":[${'{"a":1},'.repeat(500_000)}{}]}]}`,
  ],
  [
    'numbers that keep their spelling',
    'POST',
    '/Observation/$validate',
    () => `{"resourceType":"Observation","x":[${'1.10,'.repeat(29_000)}1.10]}`,
  ],
  [
    'a form of nothing',
    'POST',
    '/Patient/_search',
    () => 'a&'.repeat(900_000),
    { 'Content-Type': 'application/x-www-form-urlencoded' },
  ],
  [
    'one parameter many times',
    'POST',
    '/Patient/ana/$everything',
    () => ({
      resourceType: 'Parameters',
      parameter: many(39_000, () => ({ name: '_type', valueCode: 'Flag' })),
    }),
  ],
  [
    'conditions held against entries',
    'POST',
    '',
    () =>
      bundle(
        'transaction',
        many(400, (i) => ({
          resource: observation(
            many(15, (k) => ({ code: { coding: [{ system: 'urn:x', code: `c${k}` }] } })),
          ),
          request: {
            method: 'POST',
            url: 'Observation',
            ifNoneExist: `_filter=${many(40, (k) => `combo-code eq "x${k}"`).join(' or ')}&identifier=x${i}`,
          },
        })),
      ),
  ],
  [
    'conditions of a contained Questionnaire',
    'POST',
    '/QuestionnaireResponse/$validate',
    () => ({
      resourceType: 'QuestionnaireResponse',
      status: 'in-progress',
      questionnaire: '#q',
      subject: self,
      author: self,
      contained: [
        {
          resourceType: 'Questionnaire',
          id: 'q',
          status: 'active',
          item: many(3000, (i) => ({
            linkId: `a${i}`,
            type: 'string',
            enableWhen: [{ question: 'a0', operator: 'exists', answerBoolean: true }],
          })),
        },
      ],
      item: many(3000, (i) => ({ linkId: `a${i}`, answer: [{ valueString: 'x' }] })),
    }),
  ],
  ['keys to sort by', 'GET', `/Observation?_sort=${many(2000, () => 'code').join(',')}`, () => undefined],
  ['elements', 'GET', `/Observation?_elements=${many(2000, (i) => `x${i}`).join(',')}`, () => undefined],
  ['whole records in a batch', 'POST', '', () => bundle('batch', many(10, everything))],
  [
    'all that refers to a record, many times',
    'GET',
    `/Patient?${many(60, () => '_revinclude=*').join('&')}`,
    () => undefined,
  ],
  [
    'what a patient never writes',
    'POST',
    '/StructureDefinition',
    () => ({
      resourceType: 'StructureDefinition',
      url: 'urn:x',
      name: 'X',
      status: 'active',
      kind: 'resource',
      abstract: false,
      type: 'Patient',
      snapshot: {
        element: many(3000, (i) => ({ id: `Patient.x${i}`, path: `Patient.x${i}`, min: 0, max: '1' })),
      },
    }),
  ],
  [
    'marks behind one letter, in what is written',
    'POST',
    '/Observation',
    () => ({ ...observation([]), valueString: MARKS.repeat(60_000) }),
  ],
  [
    'marks behind one letter, in what is looked for',
    'POST',
    '/Practitioner/_search',
    () => `_content=${MARKS.repeat(60_000)}&name=${MARKS.repeat(60_000)}`,
    { 'Content-Type': 'application/x-www-form-urlencoded' },
  ],
  [
    'marks behind one letter, in a filter of codes',
    'POST',
    '/ValueSet/$expand',
    () => ({
      resourceType: 'Parameters',
      parameter: [
        { name: 'url', valueUri: 'http://hl7.org/fhir/ValueSet/administrative-gender' },
        { name: 'filter', valueString: MARKS.repeat(60_000) },
      ],
    }),
  ],
  [
    'letters that are phrases',
    'POST',
    '/Observation',
    () => ({ ...observation([]), valueString: '\uFDFA'.repeat(300_000) }),
  ],
  [
    'few words, many times',
    'POST',
    '/Observation',
    () => ({ ...observation([]), note: many(2, () => ({ text: 'a b '.repeat(240_000) })) }),
  ],
  [
    'digits and points in texts',
    'POST',
    '/Observation',
    () => ({ ...observation([]), note: many(2, () => ({ text: '12345678.'.repeat(110_000) })) }),
  ],
  [
    'a file of few words',
    'POST',
    '/QuestionnaireResponse',
    () => ({
      resourceType: 'QuestionnaireResponse',
      status: 'in-progress',
      subject: self,
      author: self,
      item: [{ linkId: 'a', answer: [{ valueAttachment: FILE }] }],
    }),
  ],
  ['narrative of tags', 'POST', '/Observation', () => tagged()],
  ['narrative of tags that is looked at', 'POST', '/Observation/$validate', () => tagged()],
  ['long codes', 'POST', '/Observation', () => coded()],
  ['long codes that are looked at', 'POST', '/Observation/$validate', () => coded()],
  [
    'as many names as may be asked for',
    'GET',
    `/Patient?name=${many(1000, (i) => `n${i}`).join(',')}`,
    () => undefined,
  ],
];

describe('no request of a patient holds up the others', () => {
  it.each(WORST)('%s', async (what, method, path, body, headers) => {
    const prepared = body();
    const held = await longest(() =>
      world.ask(method, path, { token: ana, body: prepared, ...(headers ? { headers } : {}) }),
    );
    process.stdout.write(process.env.HELD_UP ? `${Math.round(held)} ms: ${what}\n` : '');
    expect(held).toBeLessThan(MOST);
  });

  it.each([
    [
      'one entry that is a whole Bundle long',
      () =>
        `{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Basic","extension":[${'{"url":"urn:x"},'.repeat(800_000)}{"url":"urn:x"}]},"request":{"method":"POST","url":"Basic"}}]}`,
      413,
    ],
    [
      'as much beside the entries',
      () => `{"resourceType":"Bundle","type":"batch","signature":{"x":[${'{"a":1},'.repeat(1_400_000)}{}]}}`,
      413,
    ],
    [
      'many entries of some size',
      () =>
        JSON.stringify(
          bundle(
            'batch',
            many(1500, (i) => ({
              request: { method: 'GET', url: 'Patient/none' },
              resource: { resourceType: 'Basic', extension: many(300, (k) => ({ url: `urn:${i}:${k}` })) },
            })),
          ),
        ),
      200,
    ],
  ] as const)('nor does one of a system: %s', async (_, body, status) => {
    const text = body();
    let answer = 0;
    const held = await longest(async () => {
      answer = (await world.ask('POST', '', { token: world.system, body: text })).status;
    });
    expect(answer).toBe(status);
    expect(held).toBeLessThan(MOST);
  });

  it('X4: a token without a scope for the type may not validate', async () => {
    const token = world.patient('ana', 'openid fhirUser');
    expect(
      (
        await world.ask('POST', '/CodeSystem/$validate', {
          token,
          body: { resourceType: 'CodeSystem', status: 'active', content: 'complete' },
        })
      ).status,
    ).toBe(403);
    expect(
      (
        await world.ask('POST', '/Patient/$validate', {
          token: world.patient('ana', 'patient/Observation.rs'),
          body: { resourceType: 'Patient' },
        })
      ).status,
    ).toBe(403);
  });

  it('scope is asked before a search or a condition is read', async () => {
    const token = world.patient('ana', 'openid fhirUser');
    const query = chain('subject', 7, '_id=x');
    expect((await world.ask('GET', `/Task?${query}`, { token })).status).toBe(403);
    const headers = { 'If-None-Exist': query };
    const body = { resourceType: 'Task', status: 'requested', intent: 'order' };
    expect((await world.ask('POST', '/Task', { token, headers, body })).status).toBe(403);
    expect((await world.ask('GET', `/Task?${query}`, { token: ana })).body.issue[0].code).toBe('too-costly');
  });

  it('a token that opens nothing has no terminology worked out, and what a patient never writes is not validated', async () => {
    const token = world.patient('ana', 'openid fhirUser');
    for (const path of [
      '/ValueSet/$expand?url=x',
      '/CodeSystem/$lookup?system=x&code=y',
      '/ConceptMap/$translate?code=x',
    ])
      expect((await world.ask('GET', path, { token })).status, path).toBe(403);
    const body = { resourceType: 'StructureDefinition', nothing: 'valid' };
    expect((await world.ask('POST', '/StructureDefinition', { token: ana, body })).status).toBe(403);
  });

  it.each([
    `/Observation?_sort=${many(11, () => 'code').join(',')}`,
    `/Observation?_elements=${many(201, () => 'code').join(',')}`,
    `/Patient/ana?_elements=${many(201, () => 'name').join(',')}`,
    `/?_type=${many(201, () => 'Patient').join(',')}`,
    `/Patient/ana/$everything?_type=${many(201, () => 'Patient').join(',')}`,
    `/Patient?${many(1001, () => 'a').join('&')}`,
  ])('lists of what is named have an end: %.60s', async (path) => {
    expect((await world.ask('GET', path, { token: ana })).status).toBe(400);
  });

  it('a list as long as it may be is answered', async () => {
    const names = many(1000, (i) => `n${i}`).join(',');
    expect((await world.ask('GET', `/Patient?name=${names}`, { token: ana })).status).toBe(200);
  });

  it('X4: a large one is validated all the same', async () => {
    const resource = {
      resourceType: 'CodeSystem',
      status: 'active',
      content: 'complete',
      concept: many(5000, (i) => ({ code: `c${i}` })),
    };
    const fine = await world.ask('POST', '/CodeSystem/$validate', { token: world.system, body: resource });
    expect(fine.body.issue[0].diagnostics).toBe('No faults were found.');
    resource.concept.push({ code: 'c1' });
    const twice = await world.ask('POST', '/CodeSystem/$validate', { token: world.system, body: resource });
    expect(JSON.stringify(twice.body)).toContain('csd-1');
  });

  describe('a record of long resources (X3)', () => {
    let eve: string;
    beforeAll(async () => {
      const subject = { reference: 'Patient/eve' };
      const long = (i: number) => ({
        resource: {
          ...observation([]),
          id: `long${i}`,
          subject,
          code: { coding: [{ system: 'urn:x', code: `c${i}` }] },
          category: [
            {
              coding: [
                {
                  system: 'http://terminology.hl7.org/CodeSystem/observation-category',
                  code: 'vital-signs',
                },
              ],
            },
          ],
          valueString: 'x',
          component: many(500, (k) => ({ code: { coding: [{ code: `d${k}` }] }, valueInteger: k })),
          note: [{ text: 'long '.repeat(100_000) }],
        },
        request: { method: 'PUT', url: `Observation/long${i}` },
      });
      const answers = (i: number) => ({
        resourceType: 'QuestionnaireResponse',
        id: 'answers',
        status: 'in-progress',
        subject,
        item: many(400, (k) => ({ linkId: `${k}`, answer: [{ valueString: `${i} `.repeat(700) }] })),
      });
      const put = (body: { resourceType: string; id: string }) =>
        world.ask('PUT', `/${body.resourceType}/${body.id}`, { token: world.system, body });
      await put({ resourceType: 'Patient', id: 'eve' });
      const stored = await world.ask('POST', '', {
        token: world.system,
        body: bundle('transaction', many(30, long)),
      });
      expect(stored.status).toBe(200);
      for (let i = 0; i < 16; i++) await put(answers(i));
      eve = world.patient('eve', 'openid fhirUser launch/patient patient/*.rs');
    }, 60_000);

    it.each([
      ['a search', 'Observation?_count=1000'],
      ['what includes them', 'Patient?_revinclude=Observation:subject'],
      ['everything', 'Patient/eve/$everything'],
      ['a summary', 'Patient/eve/$summary'],
      ['the newest of each kind', 'Observation/$lastn?patient=eve&category=vital-signs'],
      ['a history', 'QuestionnaireResponse/answers/_history'],
    ])('%s, alone and many times', async (_, url) => {
      const batch = bundle(
        'batch',
        many(8, () => ({ request: { method: 'GET', url } })),
      );
      const held = await longest(async () => {
        const alone = await world.ask('GET', `/${url}`, { token: eve });
        expect([200, 413]).toContain(alone.status);
        expect(alone.text.length).toBeLessThan(8_000_000);
        expect((await world.ask('POST', '', { token: eve, body: batch })).status).toBe(200);
      });
      expect(held).toBeLessThan(MOST);
    });

    it.each([
      ['one of them by its name, many times', () => 'Observation/long0'],
      ['each of many', (i: number) => `Observation/short${i}`],
    ])('what refers to %s', async (_, named) => {
      const subject = { reference: 'Patient/eve' };
      const entry = many(1500, (i) => ({
        resource: { ...observation([{ code: { text: 'x' } }]), id: `short${i}`, subject },
        request: { method: 'PUT', url: `Observation/short${i}` },
      }));
      for (const some of [entry.slice(0, 750), entry.slice(750)]) {
        const body = bundle('transaction', some);
        expect((await world.ask('POST', '', { token: world.system, body })).status).toBe(200);
      }
      const token = world.patient('eve', 'openid fhirUser launch/patient patient/*.cruds');
      const message = {
        resourceType: 'Communication',
        status: 'completed',
        subject,
        sender: subject,
        about: many(3000, (i) => ({ reference: named(i % 1500), display: 'x' })),
      };
      const held = await longest(async () => {
        const { status, text } = await world.ask('POST', '/Communication', { token, body: message });
        expect([201, 413], text).toContain(status);
      });
      expect(held).toBeLessThan(MOST);
    });
  });

  it('many ticks of a long plan of care hold up nobody', async () => {
    const plan = {
      resourceType: 'CarePlan',
      id: 'long',
      status: 'active',
      intent: 'plan',
      subject: self,
      activity: many(4000, (i) => ({ detail: { status: 'in-progress', description: `Look at foot ${i}` } })),
    };
    expect((await world.ask('PUT', '/CarePlan/long', { token: world.system, body: plan })).status).toBe(201);
    const code = planActivityKey({ detail: { description: 'Look at foot 3999' } });
    const tick = {
      ...observation([]),
      component: undefined,
      code: { coding: [{ system: PLAN_ACTIVITY, code }] },
      basedOn: [{ reference: 'CarePlan/long' }],
      valueBoolean: true,
    };
    const entry = many(300, () => ({ resource: tick, request: { method: 'POST', url: 'Observation' } }));
    const held = await longest(async () => {
      const { body } = await world.ask('POST', '', { token: ana, body: bundle('batch', entry) });
      expect(body.entry.map((each: { response: { status: string } }) => each.response.status)).toEqual(
        many(300, () => '201 Created'),
      );
    });
    expect(held).toBeLessThan(MOST);
  });

  describe('a record of many values', () => {
    let liv: string;
    beforeAll(async () => {
      const subject = { reference: 'Patient/liv' };
      await world.ask('PUT', '/Patient/liv', {
        token: world.system,
        body: { resourceType: 'Patient', id: 'liv' },
      });
      const measured = many(600, (i) => ({
        resource: {
          ...observation([]),
          component: undefined,
          subject,
          effectiveDateTime: '2020-01-01',
          ...(i % 2 ? { valueString: 'x' } : { valueQuantity: { value: 5, system: 'urn:x', code: 'a' } }),
        },
        request: { method: 'POST', url: 'Observation' },
      }));
      const body = bundle('transaction', measured);
      expect((await world.ask('POST', '', { token: world.system, body })).status).toBe(200);
      liv = world.patient('liv', 'openid fhirUser launch/patient patient/*.rs');
    }, 60_000);

    const list = (make: (i: number) => string) => many(1000, make).join(',');
    it.each([
      ['quantities, each in a unit of its own', `value-quantity=${list((i) => `5|urn:x|b${i}`)}`, 200],
      ['times after which', `date=${list((i) => `ge2030-01-01T00:00:00.${i}Z`)}`, 200],
      ['parts of texts', `value-string:contains=${list((i) => `y${i}`)}`, 200],
      ['systems', `code=${list((i) => `urn:x:${i}|`)}`, 200],
      ['conditions that all hold', many(60, (i) => `date=ne2030-01-0${1 + (i % 9)}`).join('&'), 200],
      ['what means itself, in one long code', `code=${'\\,'.repeat(400_000)}`, 413],
      ['one long list of nothing', `code=${'|'.repeat(900_000)}`, 413],
      [
        'marks in long texts',
        many(60, () => `value-string:contains=${'\u00E9'.repeat(9000)}`).join('&'),
        413,
      ],
    ])('is asked for %s', async (_, body, expected) => {
      const held = await longest(async () => {
        const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
        const { status, text } = await world.ask('POST', '/Observation/_search', {
          token: liv,
          body,
          headers,
        });
        expect(status, text.slice(0, 300)).toBe(expected);
      });
      expect(held).toBeLessThan(MOST);
    });
  });

  describe('subscriptions', () => {
    const filter =
      'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria';
    const subscription = (criteria: string, filters: readonly string[] = []) => ({
      resourceType: 'Subscription',
      status: 'requested',
      reason: 'test',
      criteria,
      ...(filters.length > 0 && {
        _criteria: { extension: filters.map((valueString) => ({ url: filter, valueString })) },
      }),
      channel: { type: 'websocket', payload: 'application/fhir+json' },
    });
    const TOPIC = 'urn:wellspring:SubscriptionTopic:record-change';
    const ids = (of: number) => many(900, (i) => `p${of}-${i}`).join(',');
    const subscribe = (token: string, body: object) => world.ask('POST', '/Subscription', { token, body });

    it.each([
      ['names many records', many(64, (i) => `patient=${ids(i)}`)],
      ['asks much of every type', many(300, (i) => `_lastUpdated=gt20${10 + (i % 80)}`)],
      ['has very many filters', many(3000, (i) => `Observation?code=a${i}`)],
    ])('one that %s is refused before it is read to its end', async (_, filters) => {
      const held = await longest(async () => {
        expect((await subscribe(ana, subscription(TOPIC, filters))).status).toBe(422);
      });
      expect(held).toBeLessThan(MOST);
    });

    it('of a system are counted for the request, and what somebody asks for is told', async () => {
      const asked = subscription(TOPIC, [`patient=${many(900, (i) => `p${i}`).join(',')}`]);
      expect((await subscribe(world.system, asked)).status).toBe(201);
      expect((await subscribe(ana, asked)).status).toBe(422);
      const few = subscription(TOPIC, ['patient=ana', 'Observation?code=a,b', '_lastUpdated=gt2020']);
      expect((await subscribe(ana, few)).status).toBe(201);
    });

    it('twenty that ask for as much as they may hold up nobody while much is written', async () => {
      const max = world.patient('max', 'openid fhirUser launch/patient patient/*.cruds');
      await world.ask('PUT', '/Patient/max', {
        token: world.system,
        body: { resourceType: 'Patient', id: 'max' },
      });
      // The one that is there comes last, so that all are held against it.
      const codes = many(19, () => `code=${[...many(999, (k) => `x${k}`), 'c0'].join(',')}`).join('&');
      for (let i = 0; i < 20; i++) {
        const { status, text } = await subscribe(max, subscription(`Observation?${codes}&_id:not=x${i}`));
        expect(status, text).toBe(201);
      }
      const subject = { reference: 'Patient/max' };
      const coding = many(300, (i) => ({ system: 'urn:x', code: `c${i}` }));
      const entry = many(100, () => ({
        resource: {
          ...observation([]),
          component: undefined,
          subject,
          performer: [subject],
          code: { coding },
        },
        request: { method: 'POST', url: 'Observation' },
      }));
      const told = async () => {
        const { body } = await world.ask('GET', '/Subscription?type=websocket', { token: max });
        return body.total;
      };
      const held = await longest(async () => {
        const { status } = await world.ask('POST', '', { token: max, body: bundle('batch', entry) });
        expect(status).toBe(200);
        for (let i = 0; i < 40; i++) await told();
      });
      expect(held).toBeLessThan(MOST);
    }, 60_000);
  });

  it('many who count the log of a record at once take turns', async () => {
    await world.ask('PUT', '/Patient/ida', {
      token: world.system,
      body: { resourceType: 'Patient', id: 'ida' },
    });
    const ida = world.patient('ida');
    const reads = many(300, () => ({ request: { method: 'GET', url: 'Patient/ida' } }));
    expect((await world.ask('POST', '', { token: ida, body: bundle('batch', reads) })).status).toBe(200);
    const held = await longest(() =>
      Promise.all(
        many(100, () => world.ask('GET', '/AuditEvent?patient=ida&_total=accurate&_count=1', { token: ida })),
      ),
    );
    expect(held).toBeLessThan(MOST);
  }, 60_000);

  it('whoever waits for many days at many times holds up nobody (X16)', async () => {
    const hour = 3_600_000;
    const at = (hours: number): string =>
      new Date(Math.ceil(Date.now() / hour) * hour + (hours + 48) * hour).toISOString();
    const put = (resource: { resourceType: string; id: string; [element: string]: unknown }) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    });
    const theirs = [{ actor: self, status: 'accepted' }];
    const period = { start: '2099-01-01', end: '2099-01-02' };
    const slots = many(900, (i) =>
      put({
        resourceType: 'Slot',
        id: `s${i}`,
        schedule: { reference: 'Schedule/s' },
        status: 'free',
        start: at(i),
        end: at(i + 1),
      }),
    );
    const visit = { resourceType: 'Appointment', status: 'booked', start: at(2000), end: at(2001) };
    const far = { ...visit, id: 'far', participant: theirs };
    const ben = [{ actor: { reference: 'Patient/ben' }, status: 'accepted' }];
    const entry = [
      put({ resourceType: 'Schedule', id: 's', actor: [{ display: 'x' }] }),
      put({ resourceType: 'Patient', id: 'ben' }),
      ...slots,
      put({ resourceType: 'Appointment', id: 'last', status: 'waitlist', participant: ben }),
    ];
    expect((await world.ask('PUT', '/Appointment/far', { token: world.system, body: far })).status).toBe(201);
    const wish = (periods: number) => ({
      resourceType: 'Appointment',
      status: 'waitlist',
      participant: theirs,
      supportingInformation: [{ reference: 'Appointment/far' }],
      requestedPeriod: many(periods, () => period),
    });
    const send = (periods: number) => world.ask('POST', '/Appointment', { token: ana, body: wish(periods) });
    expect((await send(51)).status).toBe(422);
    const made = await Promise.all(many(30, () => send(50)));
    expect(made.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(20);
    const transaction = bundle(
      'transaction',
      many(25, () => ({ resource: wish(1), request: { method: 'POST', url: 'Appointment' } })),
    );
    expect((await world.ask('POST', '', { token: ana, body: transaction })).status).toBe(422);
    // Whoever came last has an offer when all before were looked at.
    const held = await longest(async () => {
      await world.ask('POST', '', { token: world.system, body: bundle('transaction', entry) });
      await expect
        .poll(
          async () => (await world.ask('GET', '/Appointment/last', { token: world.system })).body.status,
          {
            timeout: 20_000,
          },
        )
        .toBe('pending');
    });
    expect(held).toBeLessThan(MOST);
  });

  it.each([
    "Patient.name.family.where(matches('(a+)+b'))",
    "Patient.name.where(family.matches('^(([a-z])+.)+[A-Z]([a-z])+$')).family",
  ])('X13: the pattern of a stored search parameter costs no more than its text: %s', async (expression) => {
    const parameter = {
      resourceType: 'SearchParameter',
      url: `urn:test:${expression.length}`,
      name: 'x',
      status: 'active',
      description: 'x',
      code: `slow-${expression.length}`,
      base: ['Patient'],
      type: 'string',
      expression,
    };
    const stored = await world.ask('POST', '/SearchParameter', { token: world.system, body: parameter });
    expect(stored.status).toBe(201);
    const held = await longest(() =>
      world.ask('POST', '/Patient', {
        token: world.system,
        body: { resourceType: 'Patient', name: [{ family: 'a'.repeat(5000) }] },
      }),
    );
    expect(held).toBeLessThan(MOST);
  });

  it('long writes of one person at once take turns (E08)', async () => {
    const body = observation(
      many(1500, (i) => ({ code: { text: `${i}` }, valueString: 'word '.repeat(115) })),
    );
    let statuses: number[] = [];
    const held = await longest(async () => {
      const answers = await Promise.all(
        many(16, () => world.ask('POST', '/Observation', { token: ana, body })),
      );
      statuses = answers.map(({ status }) => status);
    });
    expect(new Set(statuses)).toEqual(new Set([201]));
    expect(held).toBeLessThan(MOST);
  }, 60_000);

  it.each([
    ["Patient.name.where(family.matches('(a)\\\\1'))", 'back-reference'],
    ['Patient.descendants().descendants()', 'walk'],
    [
      'Patient.name.where(%resource.name.where(%resource.name.exists()).exists())',
      'whole resource in a criterion',
    ],
  ])('X13: %s is refused (%s)', async (expression) => {
    const parameter = {
      resourceType: 'SearchParameter',
      url: 'urn:test:refused',
      name: 'x',
      status: 'active',
      description: 'x',
      code: 'refused',
      base: ['Patient'],
      type: 'string',
      expression,
    };
    expect(
      (await world.ask('POST', '/SearchParameter', { token: world.system, body: parameter })).status,
    ).toBe(422);
  });
});

it('whose compressed bodies broke off is answered as before: nothing of them is waited for', async () => {
  const { port, host, pathname } = new URL(world.base);
  const body = gzipSync(JSON.stringify({ resourceType: 'Patient', id: 'ana' }));
  const head = [
    `PUT ${pathname}/Patient/ana HTTP/1.1`,
    `Host: ${host}`,
    `Authorization: Bearer ${ana}`,
    'Content-Type: application/fhir+json',
    'Content-Encoding: gzip',
    `Content-Length: ${body.length}`,
  ];
  // As many as fill what one person may have in hand, several times over.
  for (let i = 0; i < 20; i++) {
    const socket = connect(Number(port), '127.0.0.1');
    await new Promise<void>((resolve) => {
      socket.write(`${head.join('\r\n')}\r\n\r\n`);
      socket.write(body.subarray(0, body.length - 8), () => resolve());
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.destroy();
  }
  const { status } = await world.ask('PUT', '/Observation/none', {
    token: ana,
    body: { resourceType: 'Observation', id: 'none' },
    headers: { 'Content-Type': 'application/fhir+json' },
  });
  expect(status).toBeGreaterThanOrEqual(400);
});
