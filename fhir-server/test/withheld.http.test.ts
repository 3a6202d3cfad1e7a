/** What the clinic keeps from somebody stays so, however a system sends it again: rule R18c of docs/SECURITY.md, docs/decisions/0041. By real requests, on each store. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patient } from './resources.ts';
import { hasTransactions, STORES } from './stores.ts';
import type { Answer, World } from './world.ts';

// biome-ignore lint/suspicious/noExplicitAny: resources of every shape
type Resource = any;

const NOPAT = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'NOPAT' };
const R = { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' };
const V = { ...R, code: 'V' };
const LAB = 'urn:lab';
const ref = (reference: string) => ({ reference });

describe.each(STORES)('what is withheld, on %s', (_store, open) => {
  let world: World;
  let files: Server;
  let address: string;
  let lines = '';
  let lab: string;
  let own: string;
  let mother: string;
  let doctor: string;
  let count = 0;

  beforeAll(async () => {
    files = createServer((_request, response) => void response.end(lines));
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
    world = await open({ BULK_IMPORT_FROM: address, BULK_IMPORT_PRIVATE_HOSTS: '127.0.0.1' });
    for (const id of ['a', 'b']) await put(patient(id), world.system);
    await put(
      { resourceType: 'RelatedPerson', id: 'mother', active: true, patient: ref('Patient/a') },
      world.system,
    );
    doctor = await world.staff('doctor', 'clinician', 'user/*.cruds');
    lab = world.token({ scope: 'system/*.cruds', client_id: 'lab' });
    own = world.patient('a');
    mother = world.token({
      scope: 'openid fhirUser launch/patient patient/*.rs',
      patient: 'a',
      fhirUser: `${world.base}/RelatedPerson/mother`,
      sub: 'mother',
    });
  });
  afterAll(async () => {
    await world?.close();
    files.close();
  });

  const fresh = (): string => `w${++count}`;
  const put = async (resource: Resource, token = lab): Promise<Answer> => {
    const { resourceType, id } = resource;
    const answer = await world.ask('PUT', `/${resourceType}/${id}`, { token, body: resource });
    expect(answer.status, answer.text).toBeLessThan(300);
    return answer;
  };
  const status = async (path: string, token = own): Promise<number> =>
    (await world.ask('GET', `/${path}`, { token })).status;
  const labelsOf = async (path: string): Promise<string[]> => {
    const { body } = await world.ask('GET', `/${path}`, { token: world.system });
    return (body.meta.security ?? []).map(({ code }: { code: string }) => code);
  };
  const observation = (id: string, more: object = {}): Resource => ({
    resourceType: 'Observation',
    id,
    identifier: [{ system: LAB, value: id }],
    status: 'final',
    code: { text: 'Potassium' },
    subject: ref('Patient/a'),
    ...more,
  });
  const report = (id: string, more: object = {}): Resource => ({
    resourceType: 'DiagnosticReport',
    id,
    identifier: [{ system: LAB, value: id }],
    status: 'final',
    code: { text: 'Electrolytes' },
    subject: ref('Patient/a'),
    issued: new Date().toISOString(),
    ...more,
  });
  /** As the desk does: read, labelled, written by a person. */
  async function withhold(path: string, label: object = NOPAT, token = doctor): Promise<void> {
    const { body } = await world.ask('GET', `/${path}`, { token });
    await put({ ...body, meta: { ...body.meta, security: [...(body.meta.security ?? []), label] } }, token);
  }
  async function release(path: string): Promise<void> {
    const { body } = await world.ask('GET', `/${path}`, { token: doctor });
    const { security: _, ...meta } = body.meta;
    await put({ ...body, meta }, doctor);
  }
  const bundle = (type: 'batch' | 'transaction', ...entry: object[]) => ({
    resourceType: 'Bundle',
    type,
    entry,
  });
  const send = async (body: object, token = lab): Promise<Answer> => {
    const answer = await world.ask('POST', '/', { token, body });
    expect([answer.status, answer.text]).toEqual([200, expect.not.stringMatching(/"status":"[45]/)]);
    return answer;
  };
  const entry = (method: string, url: string, resource?: object) => ({
    ...(resource ? { resource } : {}),
    request: { method, url },
  });
  async function imported(...resources: Resource[]): Promise<void> {
    lines = resources.map((each) => `${JSON.stringify(each)}\n`).join('');
    const begun = await world.ask('POST', '/$import', {
      token: lab,
      body: {
        inputFormat: 'application/fhir+ndjson',
        inputSource: 'https://lab.example.org',
        input: [{ type: resources[0].resourceType, url: `${address}/file-${fresh()}` }],
      },
      headers: { Prefer: 'respond-async' },
    });
    expect(begun.status, begun.text).toBe(202);
    const location = begun.headers.get('content-location') as string;
    await expect
      .poll(async () => (await world.ask('GET', location, { token: lab })).status, {
        timeout: 20_000,
        interval: 600,
      })
      .toBe(200);
  }

  const WAYS: readonly (readonly [string, (resource: Resource) => Promise<unknown>])[] = [
    ['a PUT', (resource) => put(resource)],
    [
      'a conditional PUT',
      ({ id, ...resource }) =>
        world.ask('PUT', `/${resource.resourceType}?identifier=${LAB}|${id}`, { token: lab, body: resource }),
    ],
    [
      'a JSON Patch that takes all labels off',
      ({ resourceType, id }) =>
        world.ask('PATCH', `/${resourceType}/${id}`, {
          token: lab,
          body: [
            { op: 'remove', path: '/meta/security' },
            { op: 'add', path: '/note', value: [{ text: 'Seen.' }] },
          ],
          headers: { 'Content-Type': 'application/json-patch+json' },
        }),
    ],
    [
      'a batch',
      (resource) => send(bundle('batch', entry('PUT', `${resource.resourceType}/${resource.id}`, resource))),
    ],
    ...(hasTransactions
      ? [
          [
            'a transaction',
            (resource: Resource) =>
              send(bundle('transaction', entry('PUT', `${resource.resourceType}/${resource.id}`, resource))),
          ] as const,
        ]
      : []),
    ['an import', (resource) => imported(resource)],
    [
      'a deletion and a PUT',
      async (resource) => {
        await world.ask('DELETE', `/${resource.resourceType}/${resource.id}`, { token: lab });
        await put(resource);
      },
    ],
  ];

  it.each(WAYS)('stays so when its laboratory sends it again by %s', async (_way, again) => {
    const [nopat, restricted] = [fresh(), fresh()];
    await put(observation(nopat));
    await put(observation(restricted));
    expect([await status(`Observation/${nopat}`), await status(`Observation/${restricted}`, mother)]).toEqual(
      [200, 200],
    );
    await withhold(`Observation/${nopat}`);
    await withhold(`Observation/${restricted}`, R);
    await again(observation(nopat, { note: [{ text: 'Sent again.' }] }));
    await again(observation(restricted, { note: [{ text: 'Sent again.' }] }));
    const { body } = await world.ask('GET', `/Observation/${nopat}`, { token: doctor });
    expect(body.note[0].text).toMatch(/Sent again|Seen/);
    expect(await status(`Observation/${nopat}`)).toBe(404);
    expect([
      await status(`Observation/${restricted}`, mother),
      await status(`Observation/${restricted}`),
    ]).toEqual([404, 200]);
    const { body: found } = await world.ask('GET', '/Observation?_count=500&_total=accurate', { token: own });
    expect(JSON.stringify(found)).not.toContain(`"${nopat}"`);
  });

  it('is shown once somebody at the desk releases it, or its label is taken off by name; and then stays so', async () => {
    const [released, named] = [fresh(), fresh()];
    for (const id of [released, named]) {
      await put(observation(id));
      await withhold(`Observation/${id}`);
      await put(observation(id));
    }
    await release(`Observation/${released}`);
    await world.ask('POST', `/Observation/${named}/$meta-delete`, {
      token: lab,
      body: { resourceType: 'Parameters', parameter: [{ name: 'meta', valueMeta: { security: [NOPAT] } }] },
    });
    for (const id of [released, named]) {
      expect(await status(`Observation/${id}`), id).toBe(200);
      await put(observation(id));
      expect(await status(`Observation/${id}`), id).toBe(200);
    }
  });

  it('by the laboratory itself is the laboratory’s to release, and not another system’s', async () => {
    const id = fresh();
    await put(observation(id, { status: 'preliminary', meta: { security: [NOPAT] } }));
    await put(observation(id, { status: 'preliminary' }), world.system);
    expect(await status(`Observation/${id}`)).toBe(404);
    await put(observation(id));
    expect(await status(`Observation/${id}`)).toBe(200);
  });

  it('by the laboratory and by the clinic is the clinic’s to release; so is what was labelled by name', async () => {
    const [both, named] = [fresh(), fresh()];
    await put(observation(both, { meta: { security: [NOPAT] } }));
    const { body } = await world.ask('GET', `/Observation/${both}`, { token: doctor });
    await put({ ...body, note: [{ text: 'Not by the portal.' }] }, doctor);
    await put(observation(named));
    await world.ask('POST', `/Observation/${named}/$meta-add`, {
      token: lab,
      body: { resourceType: 'Parameters', parameter: [{ name: 'meta', valueMeta: { security: [NOPAT] } }] },
    });
    for (const id of [both, named]) {
      await put(observation(id));
      expect(await status(`Observation/${id}`), id).toBe(404);
    }
  });

  it('nobody makes a label theirs by saying so', async () => {
    const id = fresh();
    await put(observation(id));
    await withhold(`Observation/${id}`);
    const extension = [
      {
        url: 'urn:wellspring:sent-label',
        extension: [
          { url: 'client', valueString: 'lab' },
          { url: 'label', valueCoding: NOPAT },
        ],
      },
    ];
    await put(observation(id, { meta: { extension, security: [NOPAT] } }));
    await put(observation(id, { meta: { extension } }));
    await put(observation(id));
    expect(await status(`Observation/${id}`)).toBe(404);
  });

  it('keeps every label that is not the sender’s, and adds the sender’s own', async () => {
    const id = fresh();
    await put(observation(id));
    await withhold(`Observation/${id}`, R);
    await put(observation(id, { meta: { security: [V] } }));
    expect(await labelsOf(`Observation/${id}`)).toEqual(['V', 'R']);
    await put(observation(id));
    expect(await labelsOf(`Observation/${id}`)).toEqual(['R']);
  });

  it('stays so in its history, in $everything, by _include, _has, and for what is about it', async () => {
    const [value, whole] = [fresh(), fresh()];
    await put(observation(value));
    await put(report(whole, { result: [ref(`Observation/${value}`)] }));
    for (const path of [`Observation/${value}`, `DiagnosticReport/${whole}`]) await withhold(path);
    await put(observation(value, { status: 'corrected' }));
    await put(report(whole, { status: 'corrected', result: [ref(`Observation/${value}`)] }));
    const told = {
      resourceType: 'Provenance',
      id: fresh(),
      target: [ref(`DiagnosticReport/${whole}`)],
      recorded: new Date().toISOString(),
      agent: [{ who: { display: 'Laboratory' } }],
    };
    await put(told);
    for (const path of [
      `Observation/${value}`,
      `Observation/${value}/_history`,
      `Observation/${value}/_history/1`,
      `Observation/${value}/_history/3`,
      `Provenance/${told.id}`,
    ])
      expect(await status(path), path).toBe(404);
    for (const path of [
      'Patient/a/$everything?_count=500',
      'Patient/a/$summary',
      `DiagnosticReport?_id=${whole}&_include=DiagnosticReport:result`,
      `Patient?_has:Observation:patient:identifier=${LAB}|${value}`,
      `DiagnosticReport?result=Observation/${value}`,
      `Provenance?target=DiagnosticReport/${whole}`,
      `Task?focus=DiagnosticReport/${whole}`,
    ]) {
      const { body, text } = await world.ask('GET', `/${path}`, { token: own });
      expect([path, text.includes(`"${value}"`), text.includes(`/${whole}"`)]).toEqual([path, false, false]);
      if (path.startsWith('Patient?')) expect(body.entry ?? []).toEqual([]);
    }
  });

  describe('put right as a resource of its own', () => {
    it('is withheld as what has its identifier was, in that record and for that test alone', async () => {
      const id = fresh();
      await put(report(id));
      await withhold(`DiagnosticReport/${id}`);
      const { id: _, ...again } = report(id, { status: 'corrected' });
      const post = async (change: object, token = lab): Promise<string> => {
        const { body } = await world.ask('POST', '/DiagnosticReport', {
          token,
          body: { ...again, ...change },
        });
        return `DiagnosticReport/${body.id}`;
      };
      expect(await status(await post({}))).toBe(404);
      const byId = fresh();
      await put(report(byId, { identifier: [{ system: LAB, value: id }] }));
      expect(await status(`DiagnosticReport/${byId}`)).toBe(404);
      expect(await status(await post({ identifier: [{ system: LAB, value: `${id}-2` }] }))).toBe(200);
      const coded = (code: string) => ({ code: { coding: [{ system: 'http://loinc.org', code }] } });
      const hiv = fresh();
      await put(report(hiv, coded('56888-1')));
      await withhold(`DiagnosticReport/${hiv}`);
      const sameNumber = { identifier: [{ system: LAB, value: hiv }] };
      expect(await status(await post({ ...sameNumber, ...coded('56888-1') }))).toBe(404);
      expect(await status(await post({ ...sameNumber, ...coded('24326-1') }))).toBe(200);
      const other = await post({ subject: ref('Patient/b') });
      expect(await status(other, world.patient('b'))).toBe(200);
      expect(await status(await post({}, doctor))).toBe(200);
    });

    it('is withheld as what it says that it replaces was, and shown once it was released', async () => {
      const document = (id: string, more: object = {}): Resource => ({
        resourceType: 'DocumentReference',
        id,
        status: 'current',
        subject: ref('Patient/a'),
        content: [{ attachment: { contentType: 'text/plain', data: 'aGVsbG8=' } }],
        ...more,
      });
      const [first, second] = [fresh(), fresh()];
      await put(document(first));
      await withhold(`DocumentReference/${first}`);
      const next = document(second, {
        relatesTo: [{ code: 'replaces', target: ref(`${world.base}/DocumentReference/${first}`) }],
      });
      await put(next);
      expect(await status(`DocumentReference/${second}`)).toBe(404);
      await release(`DocumentReference/${second}`);
      await put(next);
      expect(await status(`DocumentReference/${second}`)).toBe(200);
      const [told, letter] = [fresh(), fresh()];
      await put(report(told));
      await withhold(`DiagnosticReport/${told}`);
      await put(document(letter, { context: { related: [ref(`DiagnosticReport/${told}`)] } }));
      expect(await status(`DocumentReference/${letter}`)).toBe(404);
      const [old, corrected] = [fresh(), fresh()];
      await put(observation(old));
      await withhold(`Observation/${old}`);
      await put(
        observation(corrected, {
          extension: [
            {
              url: 'http://hl7.org/fhir/StructureDefinition/observation-replaces',
              valueReference: ref(`Observation/${old}`),
            },
          ],
        }),
      );
      expect(await status(`Observation/${corrected}`)).toBe(404);
    });

    it('is withheld where it brings a value that is, though it has no number of its own; what else it brings stays seen', async () => {
      const [kept, open, first] = [fresh(), fresh(), fresh()];
      for (const id of [kept, open]) await put(observation(id));
      await withhold(`Observation/${kept}`);
      const { identifier: _, ...next } = report(first, {
        conclusion: 'Potassium is high.',
        result: [kept, open].map((id) => ref(`Observation/${id}`)),
      });
      await put(next);
      expect([await status(`DiagnosticReport/${first}`), await status(`Observation/${open}`)]).toEqual([
        404, 200,
      ]);
      if (!hasTransactions) return;
      const [again, whole] = [fresh(), fresh()];
      const value = observation(again, { identifier: [{ system: LAB, value: kept }] });
      const { identifier: __, ...other } = report(whole, { result: [ref(`Observation/${again}`)] });
      await send(
        bundle(
          'transaction',
          entry('PUT', `DiagnosticReport/${whole}`, other),
          entry('PUT', `Observation/${again}`, value),
        ),
      );
      for (const path of [`DiagnosticReport/${whole}`, `Observation/${again}`])
        expect(await status(path), path).toBe(404);
    });

    it('brings no value, panel or file that is seen: not one that comes with it, nor one that was there', async () => {
      const [whole, first, before, panel, member] = [fresh(), fresh(), fresh(), fresh(), fresh()];
      await put(observation(first));
      await put(report(whole, { result: [ref(`Observation/${first}`)] }));
      for (const path of [`Observation/${first}`, `DiagnosticReport/${whole}`]) await withhold(path);
      await put(observation(before));
      expect(await status(`Observation/${before}`)).toBe(200);
      const file = fresh();
      await put({
        resourceType: 'Binary',
        id: file,
        contentType: 'text/plain',
        data: 'aGVsbG8=',
        securityContext: ref('Patient/a'),
      });
      const next = report(whole, {
        status: 'corrected',
        result: [first, before, panel].map((id) => ref(`Observation/${id}`)),
        presentedForm: [{ contentType: 'text/plain', url: `Binary/${file}` }],
      });
      const ofPanel = [
        observation(member),
        observation(panel, { hasMember: [ref(`Observation/${member}`)] }),
      ];
      if (hasTransactions)
        await send(
          bundle(
            'transaction',
            ...[next, ...ofPanel].map((each) => entry('PUT', `${each.resourceType}/${each.id}`, each)),
          ),
        );
      else for (const each of [...ofPanel, next]) await put(each);
      for (const path of [
        `DiagnosticReport/${whole}`,
        ...[first, before, panel, member].map((id) => `Observation/${id}`),
        `Binary/${file}`,
      ])
        expect([path, await status(path)]).toEqual([path, 404]);
      expect(await status(`Observation/${before}`, doctor)).toBe(200);
    });
  });

  it('stays so whoever comes first, where it is withheld at the moment in which it is sent again', async () => {
    for (let round = 0; round < 15; round++) {
      const id = fresh();
      await put(observation(id));
      const body = {
        resourceType: 'Parameters',
        parameter: [{ name: 'meta', valueMeta: { security: [NOPAT] } }],
      };
      const answers = await Promise.all([
        ...[1, 2, 3].map((each) => put(observation(id, { note: [{ text: `Sent ${each}` }] }))),
        world.ask('POST', `/Observation/${id}/$meta-add`, { token: doctor, body }),
        ...[4, 5, 6].map((each) => put(observation(id, { note: [{ text: `Sent ${each}` }] }))),
      ]);
      expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200));
      expect(await status(`Observation/${id}`)).toBe(404);
    }
  });

  it('a file that is read in again changes nothing of what the clinic labelled', async () => {
    const id = fresh();
    const resource = observation(id, { meta: { source: 'https://lab.example.org' } });
    await imported(resource);
    await withhold(`Observation/${id}`);
    await imported(resource);
    const { body } = await world.ask('GET', `/Observation/${id}`, { token: doctor });
    expect([body.meta.versionId, body.meta.security]).toEqual(['2', [NOPAT]]);
  });
});
