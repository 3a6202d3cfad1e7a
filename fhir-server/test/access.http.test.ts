/** A token for one patient gets nothing of another, by any path there is (docs/SECURITY.md, rules R1-R13). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encounter, observation, patient } from './resources.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let token: string;

beforeAll(async () => {
  world = await openWorld();
  const put = (resource: { resourceType: string; id: string; [element: string]: unknown }) =>
    world.ask('PUT', `/${resource.resourceType}/${resource.id}`, { token: world.system, body: resource });
  await put({ resourceType: 'Practitioner', id: 'doctor', name: [{ family: 'Osei' }] });
  for (const id of ['a', 'b']) {
    await put(patient(id, { generalPractitioner: [{ reference: 'Practitioner/doctor' }] }));
    await put(encounter(id, `visit-${id}`));
    await put({
      ...observation(id, id === 'a' ? 5.1 : 9.9),
      id: `lab-${id}`,
      encounter: { reference: `Encounter/visit-${id}` },
      performer: [{ reference: 'Practitioner/doctor' }],
    });
  }
  // Refers to both patients: an Observation of b that names an encounter of a, through which a chain could leak.
  await put({ ...observation('b', 8.8), id: 'crossed', encounter: { reference: 'Encounter/visit-a' } });
  token = world.patient('a');
});

afterAll(() => world.close());

const all = async (path: string, asked = token): Promise<string> => {
  const { status, text } = await world.ask('GET', path, { token: asked });
  return `${status} ${text}`;
};

describe("another patient's data", () => {
  const hidden = [
    '/Patient/b',
    '/Patient/b/_history',
    '/Patient/b/_history/1',
    '/Observation/lab-b',
    '/Observation/lab-b/_history',
    '/Observation/lab-b/_history/1',
    '/Encounter/visit-b',
    '/Patient/b/Observation',
  ];
  it.each(hidden)('is not there at %s', async (path) => {
    const { status, body } = await world.ask('GET', path, { token });
    expect(status).toBe(404);
    expect(body.resourceType).toBe('OperationOutcome');
  });

  it('and what never existed look the same', async () => {
    const denied = await world.ask('GET', '/Observation/lab-b', { token });
    const absent = await world.ask('GET', '/Observation/lab-c', { token });
    expect(denied.text.replaceAll('lab-b', 'X')).toBe(absent.text.replaceAll('lab-c', 'X'));
  });

  const empty = [
    '/Observation?patient=b',
    '/Observation?subject=Patient/b',
    '/Observation?_id=lab-b,crossed',
    '/Observation?value-quantity=gt8',
    '/Observation?subject:Patient.name=Family%20b',
    '/Patient?_id=b',
    '/Patient?name=Family%20b',
    '/Patient?_has:Observation:patient:value-quantity=gt8',
    '/Encounter?_has:Observation:encounter:value-quantity=gt8',
    '/Encounter?subject=b',
    '/Practitioner?_has:Observation:performer:value-quantity=gt8',
  ];
  it.each(empty)('matches nothing and counts nothing by %s', async (path) => {
    const { status, body } = await world.ask('GET', `${path}&_total=accurate`, { token });
    expect(status).toBe(200);
    expect(body.total).toBe(0);
    expect(body.entry).toBeUndefined();
  });

  it('does not come with _include, _revinclude or :iterate', async () => {
    const paths = [
      '/Observation?_include=Observation:subject&_include=Observation:encounter&_include=*',
      '/Encounter?_revinclude=Observation:encounter&_revinclude:iterate=Observation:patient',
      '/Practitioner?_revinclude=Observation:performer&_revinclude=Patient:general-practitioner',
      '/Patient?_revinclude=Observation:subject&_revinclude=Encounter:subject',
    ];
    for (const path of paths) {
      const answer = await all(path);
      expect(answer.startsWith('200')).toBe(true);
      expect(answer).not.toMatch(/lab-b|visit-b|crossed|Patient\/b|"value":(?:9\.9|8\.8)/);
    }
  });

  it('does not come in batch or transaction entries', async () => {
    const entry = [...hidden.slice(0, 7), ...empty.slice(0, 4)].map((path) => ({
      request: { method: 'GET', url: path.slice(1).replace('/_history/1', '') },
    }));
    const batch = await world.ask('POST', '/', {
      token,
      body: { resourceType: 'Bundle', type: 'batch', entry },
    });
    expect(batch.status).toBe(200);
    expect(batch.text).not.toMatch(/"value":(?:9\.9|8\.8)|"resource":\{"resourceType":"(?!Bundle)/);
    expect(batch.text).not.toContain('"entry":[{"fullUrl"');
    const transaction = await world.ask('POST', '/', {
      token,
      body: {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [{ request: { method: 'GET', url: 'Patient/b' } }],
      },
    });
    expect(transaction.status).toBe(404);
    expect(transaction.body.issue[0].expression).toEqual(['Bundle.entry[0]']);
  });

  it('is not found by POST _search either', async () => {
    const { body } = await world.ask('POST', '/Observation/_search', {
      token,
      body: 'patient=b&_total=accurate',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    expect(body.total).toBe(0);
  });

  it('can not be changed, deleted or made', async () => {
    const write = world.patient('a', 'patient/*.cruds');
    const changed = patient('b', { telecom: [{ system: 'phone', value: '1' }] });
    expect((await world.ask('PUT', '/Patient/b', { token: write, body: changed })).status).toBe(404);
    expect((await world.ask('DELETE', '/Observation/lab-b', { token: write })).status).toBe(403);
    const message = {
      resourceType: 'Communication',
      status: 'completed',
      subject: { reference: 'Patient/b' },
      sender: { reference: 'Patient/a' },
    };
    expect((await world.ask('POST', '/Communication', { token: write, body: message })).status).toBe(403);
    const told = {
      ...message,
      subject: { reference: 'Patient/a' },
      about: [{ reference: 'Observation/lab-b' }],
    };
    const refused = await world.ask('POST', '/Communication', { token: write, body: told });
    const absent = await world.ask('POST', '/Communication', {
      token: write,
      body: { ...told, about: [{ reference: 'Observation/lab-c' }] },
    });
    expect(refused.status).toBe(422);
    expect(refused.text.replaceAll('lab-b', 'X')).toBe(absent.text.replaceAll('lab-c', 'X'));
    expect((await world.ask('GET', '/Patient/b', { token: world.system })).body.meta.versionId).toBe('1');
  });
});

describe('scopes', () => {
  it('answers 403 for a type that the token does not name, in searches, chains, _has and batches', async () => {
    const narrow = world.patient('a', 'patient/Observation.rs');
    for (const path of [
      '/Encounter',
      '/Encounter/visit-a',
      '/Observation?encounter.status=finished',
      '/Patient/a',
    ]) {
      expect((await world.ask('GET', path, { token: narrow })).status).toBe(403);
    }
    const sees = await world.ask('GET', '/Observation', { token: narrow });
    expect(sees.body.entry).toHaveLength(1);
  });

  it('tells read from search', async () => {
    const read = world.patient('a', 'patient/Observation.r');
    expect((await world.ask('GET', '/Observation/lab-a', { token: read })).status).toBe(200);
    expect((await world.ask('GET', '/Observation', { token: read })).status).toBe(403);
  });

  it('understands v1 scopes, and letters out of order grant nothing', async () => {
    const v1 = world.patient('a', 'patient/Observation.read');
    expect((await world.ask('GET', '/Observation', { token: v1 })).status).toBe(200);
    const wrong = world.patient('a', 'patient/Observation.sr');
    expect((await world.ask('GET', '/Observation', { token: wrong })).status).toBe(403);
  });

  it('applies granular filters to reads, searches and includes', async () => {
    const labs = 'http://terminology.hl7.org/CodeSystem/observation-category|laboratory';
    const vitals = 'http://terminology.hl7.org/CodeSystem/observation-category|vital-signs';
    const lab = world.patient('a', `patient/Observation.rs?category=${labs}`);
    const vital = world.patient('a', `patient/Observation.rs?category=${vitals} patient/Encounter.rs`);
    expect((await world.ask('GET', '/Observation/lab-a', { token: lab })).status).toBe(200);
    expect((await world.ask('GET', '/Observation/lab-a', { token: vital })).status).toBe(404);
    expect((await world.ask('GET', '/Observation?_total=accurate', { token: vital })).body.total).toBe(0);
    expect(await all('/Encounter?_revinclude=Observation:encounter', vital)).not.toContain('lab-a');
  });

  it('keeps the history of types and of the system for those who may read everything', async () => {
    expect((await world.ask('GET', '/Observation/_history', { token })).status).toBe(403);
    expect((await world.ask('GET', '/_history', { token })).status).toBe(403);
    expect((await world.ask('GET', '/_history', { token: world.system })).status).toBe(200);
  });

  it('lets a practitioner read by user/ scopes and a patient only themself', async () => {
    const doctor = await world.staff('doctor', 'clinician', 'user/*.rs');
    expect((await world.ask('GET', '/Observation?_total=accurate', { token: doctor })).body.total).toBe(3);
    const self = world.token({ scope: 'user/*.rs', fhirUser: `${world.base}/Patient/a` });
    expect((await world.ask('GET', '/Observation?_total=accurate', { token: self })).body.total).toBe(1);
  });

  it('never counts system scopes in a token of a person', async () => {
    const mixed = world.token({ scope: 'system/*.cruds patient/Observation.rs', patient: 'a' });
    expect((await world.ask('GET', '/Observation?_total=accurate', { token: mixed })).body.total).toBe(1);
    expect((await world.ask('DELETE', '/Observation/lab-a', { token: mixed })).status).toBe(403);
  });
});

describe('security labels', () => {
  const label = (system: string, code: string) => [
    { system: `http://terminology.hl7.org/CodeSystem/${system}`, code },
  ];
  const put = (id: string, security: object[]) =>
    world.ask('PUT', `/Observation/${id}`, {
      token: world.system,
      body: { ...observation('a', 1), id, meta: { security } },
    });

  it('keep from a patient what is first to be said in person, and from a proxy what was told in confidence', async () => {
    await put('in-person', label('v3-ActCode', 'NOPAT'));
    await put('in-confidence', label('v3-Confidentiality', 'R'));
    const patient = world.patient('a');
    const proxy = world.token({
      scope: 'openid fhirUser launch/patient patient/*.rs',
      patient: 'a',
      fhirUser: `${world.base}/RelatedPerson/parent`,
    });
    const status = async (id: string, token: string) =>
      (await world.ask('GET', `/Observation/${id}`, { token })).status;
    expect(await status('in-person', patient)).toBe(404);
    expect(await status('in-confidence', patient)).toBe(200);
    expect(await status('in-confidence', proxy)).toBe(404);
    expect(await status('in-person', world.system)).toBe(200);
    const total = async (token: string) =>
      (await world.ask('GET', '/Observation?_id=in-person,in-confidence&_summary=count', { token })).body
        .total;
    expect([await total(patient), await total(proxy), await total(world.system)]).toEqual([1, 0, 2]);
  });
});

describe('S3: an absolute reference to this server', () => {
  const own = () => `${world.base}/Patient/a`;

  it('confers ownership, is found, and is stored as what it means', async () => {
    for (const [i, reference] of [own(), own().replace('http', 'HTTP'), `${own()}/_history/1`].entries()) {
      const body = { ...observation('a', 7), id: `absolute-${i}`, subject: { reference } };
      const { status, text } = await world.ask('PUT', `/Observation/absolute-${i}`, {
        token: world.system,
        body,
      });
      expect(status, text).toBeLessThan(300);
      expect((await world.ask('GET', `/Observation/absolute-${i}`, { token })).status).toBe(200);
    }
    for (const query of [
      'patient=a',
      `subject=${own()}`,
      'subject:Patient.name=Family%20a',
      '_id=absolute-0',
    ]) {
      const { text } = await world.ask('GET', `/Observation?${query}&_count=100`, { token });
      expect(text, query).toContain('absolute-0');
    }
  });

  it('is refused where a relative one would be, and leads to another server elsewhere', async () => {
    const write = world.patient('a', 'patient/*.cruds');
    const message = (subject: string, about: string) => ({
      resourceType: 'Communication',
      status: 'completed',
      subject: { reference: subject },
      sender: { reference: 'Patient/a' },
      about: [{ reference: about }],
    });
    const send = async (subject: string, about: string) =>
      (await world.ask('POST', '/Communication', { token: write, body: message(subject, about) })).status;
    expect(await send(own(), `${world.base}/Observation/lab-a`)).toBe(201);
    expect(await send(own(), `${world.base}/Observation/lab-b`)).toBe(422);
    expect(await send(`${world.base}/Patient/b`, 'Observation/lab-a')).toBe(403);
    expect(await send('http://elsewhere.example/fhir/Patient/a', 'Observation/lab-a')).toBe(403);
    const lost = { ...observation('a', 1), subject: { reference: `${world.base}/Patient/nobody` } };
    expect((await world.ask('POST', '/Observation', { token: world.system, body: lost })).status).toBe(422);
  });
});
