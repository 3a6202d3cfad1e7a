/** `Patient/$health-cards-issue`: cards are checked as a verifier checks them, by the issuer's published keys and the rules of SMART Health Cards. */
import { execFile } from 'node:child_process';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inflateRawSync } from 'node:zlib';
import { compactVerify, createLocalJWKSet } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORES } from './stores.ts';
import { openWorld, type World } from './world.ts';

const LOINC = 'http://loinc.org';
const CVX = 'http://hl7.org/fhir/sid/cvx';
const coded = (system: string, code: string) => ({
  coding: [{ system, code, display: 'in words', userSelected: true }],
  text: 'in words',
});
const person = (id: string) => ({
  resourceType: 'Patient',
  id,
  name: [
    { use: 'old', family: 'Before' },
    { use: 'official', family: 'Álvarez', given: ['Ana'], text: 'Ana Álvarez' },
  ],
  birthDate: '1960-05-03',
  gender: 'female',
  telecom: [{ system: 'phone', value: '555-0101' }],
});
const shot = (id: string, day: string, more: object = {}) => ({
  resourceType: 'Immunization',
  id,
  meta: { tag: [{ system: 'urn:t', code: 'x' }] },
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">words</div>' },
  status: 'completed',
  vaccineCode: coded(CVX, '207'),
  patient: { reference: 'Patient/ana', display: 'Ana' },
  occurrenceDateTime: day,
  lotNumber: 'L1',
  performer: [{ actor: { reference: 'Practitioner/doc', display: 'Dr Osei' } }],
  note: [{ text: 'cried a little' }],
  ...more,
});
const result = (id: string, status: string, more: object = {}) => ({
  resourceType: 'Observation',
  id,
  status,
  category: [coded('http://terminology.hl7.org/CodeSystem/observation-category', 'laboratory')],
  code: coded(LOINC, '94500-6'),
  subject: { reference: 'Patient/ana' },
  effectiveDateTime: '2024-02-01',
  valueQuantity: { value: 0, unit: 'mg/dL', system: 'http://unitsofmeasure.org', code: 'mg/dL' },
  referenceRange: [{ text: 'below 100' }],
  ...more,
});

const kept = (system: string, code: string) => ({
  meta: { security: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }] },
});

describe.each(STORES)('on %s', (_store, open) => {
  let world: World;
  beforeAll(async () => {
    world = await open();
    const resources = [
      { resourceType: 'Practitioner', id: 'doc' },
      person('ana'),
      person('bob'),
      { resourceType: 'RelatedPerson', id: 'mum', active: true, patient: { reference: 'Patient/ana' } },
      shot('early', '2020-03-04'),
      shot('late', '2024-03-04'),
      shot('notdone', '2024-04-04', { status: 'not-done' }),
      shot('wrong', '2024-04-05', { status: 'entered-in-error' }),
      shot('words', '2024-04-06', { vaccineCode: { text: 'some vaccine' } }),
      shot('otherwise', '2024-04-07', {
        modifierExtension: [{ url: 'urn:example:denied', valueBoolean: true }],
      }),
      result('final', 'final'),
      result('amended', 'amended'),
      result('preliminary', 'preliminary'),
      result('cancelled', 'cancelled'),
      result('worded', 'final', { valueQuantity: undefined, valueCodeableConcept: { text: 'positive' } }),
      shot('keptshot', '2024-05-05', kept('v3-ActCode', 'NOPAT')),
      result('kept', 'final', kept('v3-ActCode', 'NOPAT')),
      shot('confided', '2019-05-05', kept('v3-Confidentiality', 'R')),
      result('vital', 'final', {
        category: [coded('http://terminology.hl7.org/CodeSystem/observation-category', 'vital-signs')],
      }),
    ];
    for (const resource of resources) {
      const path = `/${resource.resourceType}/${resource.id}`;
      const { status, text } = await world.ask('PUT', path, { token: world.system, body: resource });
      expect(status, text).toBe(201);
    }
  });
  afterAll(() => world?.close());

  const asMum = () =>
    world.token({
      scope: 'openid fhirUser patient/*.rs',
      patient: 'ana',
      fhirUser: `${world.base}/RelatedPerson/mum`,
      sub: 'mum',
    });

  type Value = Record<string, string>;
  const type = (valueUri: string): Value => ({ name: 'credentialType', valueUri });
  const issue = (parameter: Value[], token = world.patient('ana'), patient = 'ana') =>
    world.ask('POST', `/Patient/${patient}/$health-cards-issue`, {
      token,
      body: { resourceType: 'Parameters', parameter },
    });

  // biome-ignore lint/suspicious/noExplicitAny: a card is looked at as its verifier would
  type Card = any;

  async function opened(parameter: Value[], token?: string): Promise<Card> {
    const { status, body, text } = await issue(parameter, token);
    expect(status, text).toBe(200);
    const cards = (body.parameter as Value[]).filter(({ name }) => name === 'verifiableCredential');
    expect(cards).toHaveLength(1);
    const jws = String(cards[0]?.valueString);
    const answer = await world.ask('GET', '/.well-known/jwks.json');
    const { payload } = await compactVerify(jws, createLocalJWKSet(answer.body));
    return { jws, links: body.parameter.slice(1), payload: JSON.parse(inflateRawSync(payload).toString()) };
  }
  const contents = ({ payload }: Card): Card[] =>
    payload.vc.credentialSubject.fhirBundle.entry.map(({ resource }: Card) => resource);
  const typesIn = (card: Card) => contents(card).map(({ resourceType }) => resourceType);

  it('serves its keys to anybody: public parts, named by their thumbprints', async () => {
    const { status, headers, body } = await world.ask('GET', '/.well-known/jwks.json');
    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('content-type')).toBe('application/json');
    const [key] = body.keys;
    expect(Object.keys(key).sort()).toEqual(['alg', 'crlVersion', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    expect(key).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
    const members = JSON.stringify({ crv: key.crv, kty: key.kty, x: key.x, y: key.y });
    expect(key.kid).toBe(createHash('sha256').update(members).digest('base64url'));
  });

  it('issues a card that verifies by the published key, and by no changed byte', async () => {
    const { jws, payload } = await opened([type('Immunization')]);
    const [key] = (await world.ask('GET', '/.well-known/jwks.json')).body.keys;
    const [header, body, signature] = jws.split('.') as [string, string, string];
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
      zip: 'DEF',
      alg: 'ES256',
      kid: key.kid,
    });
    const publicKey = createPublicKey({ key, format: 'jwk' });
    const stands = (bytes: Buffer) =>
      verify(
        'sha256',
        Buffer.from(`${header}.${bytes.toString('base64url')}`),
        { key: publicKey, dsaEncoding: 'ieee-p1363' },
        Buffer.from(signature, 'base64url'),
      );
    const bytes = Buffer.from(body, 'base64url');
    expect(stands(bytes)).toBe(true);
    for (let at = 0; at < bytes.length; at += 37) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ 1;
      expect(stands(changed)).toBe(false);
    }
    expect(payload.iss).toBe(world.base);
    expect(Number.isInteger(payload.nbf)).toBe(true);
    expect(payload.nbf).toBeLessThanOrEqual(Date.now() / 1000);
    expect(payload.vc.type).toEqual([
      'https://smarthealth.cards#health-card',
      'https://smarthealth.cards#immunization',
    ]);
    expect(payload.vc.credentialSubject.fhirVersion).toBe('4.0.1');
  });

  it('holds what was done, with codes and without words, names or ways out of the card', async () => {
    const card = await opened([type('#immunization'), since('2020')]);
    expect(card.payload.vc.credentialSubject.fhirBundle).toEqual({
      resourceType: 'Bundle',
      type: 'collection',
      entry: [
        {
          fullUrl: 'resource:0',
          resource: {
            resourceType: 'Patient',
            name: [{ family: 'Álvarez', given: ['Ana'] }],
            birthDate: '1960-05-03',
          },
        },
        ...['2024-03-04', '2020-03-04'].map((occurrenceDateTime, index) => ({
          fullUrl: `resource:${index + 1}`,
          resource: {
            resourceType: 'Immunization',
            status: 'completed',
            vaccineCode: { coding: [{ system: CVX, code: '207' }] },
            occurrenceDateTime,
            lotNumber: 'L1',
            patient: { reference: 'resource:0' },
          },
        })),
      ],
    });
    const hosted = (card.links as { part: { valueInteger?: number; valueUri?: string }[] }[]).map(
      ({ part }) => part.map(({ valueInteger, valueUri }) => valueInteger ?? valueUri),
    );
    expect(hosted).toEqual([
      [0, 'resource:0', `${world.base}/Patient/ana`],
      [0, 'resource:1', `${world.base}/Immunization/late`],
      [0, 'resource:2', `${world.base}/Immunization/early`],
    ]);
  });

  it('holds laboratory results that are final or amended, whose value a code or a number tells', async () => {
    const card = await opened([type('https://smarthealth.cards#laboratory')]);
    const [, ...results] = contents(card);
    expect(results.map(({ status }) => status).sort()).toEqual(['amended', 'final']);
    expect(results[0]).toMatchObject({
      code: { coding: [{ system: LOINC, code: '94500-6' }] },
      subject: { reference: 'resource:0' },
      valueQuantity: { value: 0, unit: 'mg/dL' },
      referenceRange: [{ text: 'below 100' }],
    });
    expect(JSON.stringify(card.payload)).not.toMatch(/in words|"id"|"meta"|"display"|555-0101|Patient\//);
  });

  it('holds nothing that the patient, or whoever acts for them, wrote down themself', async () => {
    const { id: _, category, ...made } = result('', 'final', { code: coded(LOINC, '94558-4') });
    const post = (more: object) =>
      world.ask('POST', '/Observation', {
        token: world.patient('ana', 'openid fhirUser launch/patient patient/*.cruds'),
        body: { ...made, referenceRange: undefined, performer: [{ reference: 'Patient/ana' }], ...more },
      });
    expect((await post({ category })).status).toBe(422);
    const { status, text } = await post({});
    expect(status, text).toBe(201);
    const card = await opened([type('https://smarthealth.cards#laboratory')]);
    expect(JSON.stringify(contents(card))).not.toContain('94558-4');
    expect(contents(card)).toHaveLength(3);
  });

  it('holds all of the types that were asked for, or is not issued', async () => {
    const both = ['Patient', ...Array(3).fill('Immunization'), 'Observation', 'Observation'];
    expect(typesIn(await opened([type('Immunization'), type('Observation')]))).toEqual(both);
    expect(typesIn(await opened([type('#health-card')]))).toEqual(both);
    const none = await issue([type('Immunization'), type('Observation'), since('2024-03-01')]);
    expect(none.body).toEqual({ resourceType: 'Parameters' });
    const bob = await issue([type('#health-card')], world.patient('bob'), 'bob');
    expect(bob.body).toEqual({ resourceType: 'Parameters' });
  });

  const since = (valueDateTime: string): Value => ({ name: '_since', valueDateTime });
  const chosen = (valueUri: string): Value => ({ name: 'hostedResource', valueUri });
  const claim = (valueString: string): Value => ({ name: 'includeIdentityClaim', valueString });

  it('is bounded by the day something happened, and claims no more of the person than was asked', async () => {
    const card = await opened([type('Immunization'), since('2021'), claim('Patient.name')]);
    const [patient, ...shots] = contents(card);
    expect(Object.keys(patient)).toEqual(['resourceType', 'name']);
    expect(shots.map(({ occurrenceDateTime }) => occurrenceDateTime)).toEqual(['2024-03-04']);
  });

  it('holds nothing that is kept from the patient, whoever asks, and of what is kept from proxies nothing for a proxy', async () => {
    const staff = await world.staff('ruiz', 'clinician');
    const days = async (token: string) =>
      contents(await opened([type('#health-card')], token))
        .filter(({ resourceType }: Card) => resourceType === 'Immunization')
        .map(({ occurrenceDateTime }: Card) => occurrenceDateTime);
    for (const token of [world.patient('ana'), staff, world.system]) {
      const { links } = await opened([type('#health-card')], token);
      expect(JSON.stringify(links)).not.toMatch(/kept/);
      expect(await days(token)).toEqual(['2024-03-04', '2020-03-04', '2019-05-05']);
      const named = await issue([type('Observation'), chosen('Observation/kept')], token);
      expect(named.body).toEqual({ resourceType: 'Parameters' });
    }
    expect(await days(asMum())).toEqual(['2024-03-04', '2020-03-04']);
  });

  it('holds what the patient chose, and nothing that cannot be in a card', async () => {
    const hosted = (card: Card): string[] =>
      card.links.map(({ part }: Card) => part[2].valueUri.slice(world.base.length + 1));
    const card = await opened([
      type('#health-card'),
      chosen('Immunization/early'),
      chosen(`${world.base}/Observation/final`),
      // Neither is anybody told what is not there, not theirs, or not to be told.
      ...['Immunization/none', 'Immunization/words', 'Observation/preliminary', 'Observation/kept'].map(
        chosen,
      ),
    ]);
    expect(hosted(card)).toEqual(['Patient/ana', 'Immunization/early', 'Observation/final']);
    const shots = await opened([type('#health-card'), chosen('Immunization/late')]);
    expect(hosted(shots)).toEqual(['Patient/ana', 'Immunization/late']);
    const other = await issue([type('Observation'), chosen('Immunization/late')]);
    expect(other.body).toEqual({ resourceType: 'Parameters' });
  });

  it.each([
    ['no type', 400, []],
    ['an unknown type', 400, [type('#covid19')]],
    ['a type that is no card', 400, [type('Condition')]],
    ['a claim that is not made', 400, [type('Immunization'), claim('Patient.telecom')]],
    ['a date that is a query', 400, [type('Immunization'), since('2021,lt2019')]],
    [
      'a filter that is not applied',
      400,
      [
        type('Immunization'),
        { name: 'credentialValueSet', valueUri: 'https://terminology.smarthealth.cards/ValueSet/x' },
      ],
    ],
    ['a choice of what is never in a card', 400, [type('#health-card'), chosen('Condition/c')]],
    [
      'a choice at another server',
      400,
      [type('#health-card'), chosen('https://a.example/Immunization/late')],
    ],
    ['a choice that is a query', 400, [type('#health-card'), chosen('Immunization/late,early')]],
    [
      'more than a card holds',
      422,
      [type('Immunization'), ...Array.from({ length: 201 }, (_, n) => chosen(`Immunization/i${n}`))],
    ],
    ['a parameter that there is not', 400, [type('Immunization'), { name: 'x', valueString: 'y' }]],
  ] as [string, number, Value[]][])('refuses %s', async (_what, status, parameter) => {
    const answer = await issue(parameter);
    expect(answer.status, answer.text).toBe(status);
    expect(answer.body.resourceType).toBe('OperationOutcome');
  });

  it('tells whoever asks what they may read, and nothing else', async () => {
    for (const token of [asMum(), world.system, await world.staff('ruiz', 'clinician')])
      expect(typesIn(await opened([type('Immunization'), since('2020')], token))).toHaveLength(3);
    expect((await issue([type('Immunization')], world.patient('bob'))).status).toBe(404);
    const narrow = world.patient('ana', 'patient/Patient.rs patient/Immunization.rs');
    expect(typesIn(await opened([type('#health-card')], narrow))).not.toContain('Observation');
    expect((await issue([type('Observation')], narrow)).status).toBe(403);
    const nameless = world.patient('ana', 'patient/Immunization.rs');
    expect((await issue([type('Immunization')], nameless)).status).toBe(403);
  });

  it('takes all cards of a patient back, by the list of each key that verifiers fetch, and issues new ones at once', async () => {
    const revoked = async (payload: Card, kid: string): Promise<boolean> => {
      const { status, body } = await world.ask('GET', `/.well-known/crl/${kid}.json`);
      expect([status, body.kid, body.method]).toEqual([200, kid, 'rid']);
      const [key] = (await world.ask('GET', '/.well-known/jwks.json')).body.keys;
      expect(key.crlVersion).toBe(body.ctr);
      // As the specification tells a verifier to look.
      return body.rids.some((each: string) => {
        const [rid, before] = each.split('.');
        return rid === payload.vc.rid && (before === undefined || payload.nbf < Number(before));
      });
    };
    const [{ kid, crlVersion }] = (await world.ask('GET', '/.well-known/jwks.json')).body.keys;
    const { payload } = await opened([type('Immunization')]);
    expect(payload.vc.rid).toMatch(/^[A-Za-z0-9_-]{11}$/);
    expect(payload.vc.rid).not.toContain('ana');
    expect(await revoked(payload, kid)).toBe(false);
    const revoke = (token: string, id = 'ana') =>
      world.ask('POST', `/Patient/${id}/$health-cards-revoke`, { token });
    expect((await revoke(world.patient('ana', 'patient/*.rs'))).status).toBe(403);
    expect((await revoke(world.patient('ben', 'patient/*.cruds'))).status).toBe(404);
    expect(await revoked(payload, kid)).toBe(false);
    expect((await revoke(world.patient('ana', 'patient/*.rs patient/Patient.u'))).status).toBe(200);
    expect(await revoked(payload, kid)).toBe(true);
    const again = (await opened([type('Immunization')])).payload;
    expect([again.vc.rid, await revoked(again, kid)]).toEqual([payload.vc.rid, false]);
    expect((await world.ask('GET', '/.well-known/jwks.json')).body.keys[0].crlVersion).toBe(crlVersion + 1);
    expect((await world.ask('GET', '/.well-known/crl/other.json')).status).toBe(404);
    expect((await world.ask('POST', `/.well-known/crl/${kid}.json`)).status).toBe(405);
  });

  it('is said in the metadata', async () => {
    const statement = await world.ask('GET', '/metadata');
    const patient = statement.body.rest[0].resource.find((each: { type: string }) => each.type === 'Patient');
    expect(patient.operation.map(({ name }: Value) => name)).toContain('health-cards-issue');
    const smart = await world.ask('GET', '/.well-known/smart-configuration');
    expect(smart.body.capabilities).toContain('health-cards');
  });
});

it('keeps its keys when the server is started anew, and cards verify after another key signs', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'wellspring-cards-'));
  const admin = async (...words: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(import.meta.dirname, '../../scripts/admin.ts'), 'card-keys', ...words],
      { env: { ...process.env, DATA_DIR: dataDir, FHIR_CLIENT_KEY_FILE: join(dataDir, 'key.json') } },
    );
    return stdout;
  };
  const started = async <T>(use: (again: World, kids: string[]) => Promise<T>): Promise<T> => {
    const again = await openWorld({}, { dataDir });
    const { keys } = (await again.ask('GET', '/.well-known/jwks.json')).body;
    const result = await use(
      again,
      keys.map(({ kid }: { kid: string }) => kid),
    );
    await again.close();
    return result;
  };
  const cardOf = async (again: World): Promise<string> => {
    for (const resource of [person('ana'), { ...shot('one', '2024-01-01'), performer: undefined }])
      await again.ask('PUT', `/${resource.resourceType}/${resource.id}`, {
        token: again.system,
        body: resource,
      });
    const { body } = await again.ask('POST', '/Patient/ana/$health-cards-issue', {
      token: again.system,
      body: { resourceType: 'Parameters', parameter: [{ name: 'credentialType', valueUri: 'Immunization' }] },
    });
    return body.parameter[0].valueString;
  };
  const kidOf = (jws: string): string =>
    JSON.parse(Buffer.from(jws.split('.')[0] as string, 'base64url').toString()).kid;

  const [first, card] = await started(async (again, kids) => {
    const issued = await cardOf(again);
    // While the server runs.
    expect(await admin('rotate', '0')).toMatch(new RegExp(`signs now\\n${kids[0]}\tpublished\\n$`));
    return [kids[0] as string, issued] as const;
  });
  expect(kidOf(card)).toBe(first);
  await started(async (again, kids) => {
    expect(kids).toHaveLength(2);
    expect(kids[1]).toBe(first);
    const { body } = await again.ask('GET', '/.well-known/jwks.json');
    expect(JSON.stringify(body)).not.toContain('"d"');
    await compactVerify(card, createLocalJWKSet(body));
    expect(kidOf(await cardOf(again))).toBe(kids[0]);
  });
  await admin('withdraw', first);
  await started(async (again, kids) => {
    expect(kids).not.toContain(first);
    // What the command line did to them is in the log.
    const { body } = await again.ask('GET', '/AuditEvent?action=U&_count=100', { token: again.system });
    const deeds = body.entry.map(
      ({ resource }: { resource: { subtype: { code: string }[] } }) => resource.subtype[0]?.code,
    );
    expect(deeds.filter((deed: string) => deed.startsWith('card-keys'))).toEqual([
      'card-keys withdraw',
      'card-keys rotate',
    ]);
  });
  rmSync(dataDir, { recursive: true, force: true });
});
