/** `Group/$bulk-member-match` (Da Vinci PDex 2.2): who matches whom, what a consent binds, and what leaves by the Group that is made. Issue 15. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observation } from './resources.ts';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

// biome-ignore lint/suspicious/noExplicitAny: resources of every shape
type Resource = any;

const ref = (reference: string) => ({ reference });
const coded = (system: string, code: string) => ({ coding: [{ system, code }] });
const NPI = 'http://hl7.org/fhir/sid/us-npi';
const MEMBER_NUMBER = 'http://payer.example/members';
const RESTRICTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' };
const PARAMETERS = 'http://hl7.org/fhir/us/davinci-pdex/StructureDefinition/base-ext-match-parameters';
const COVERAGE = 'http://hl7.org/fhir/us/davinci-pdex/StructureDefinition/base-ext-match-coverage';
const PATH = '/Group/$bulk-member-match';

const person = (id: string, family: string, birthDate = '1974-12-25') => ({
  resourceType: 'Patient',
  id,
  name: [{ family, given: ['Pat'] }],
  gender: 'female',
  birthDate,
});
const coverage = (id: string, patient: string, number: string) => ({
  resourceType: 'Coverage',
  id,
  status: 'active',
  identifier: [{ system: MEMBER_NUMBER, value: number }],
  subscriberId: `S-${number}`,
  beneficiary: ref(`Patient/${patient}`),
  payor: [{ identifier: { system: NPI, value: '9876543210' }, display: 'Old Health Plan' }],
});
const consent = (policy = 'regular', more: object = {}, end = '2999-01-01') => ({
  resourceType: 'Consent',
  status: 'active',
  scope: coded('http://terminology.hl7.org/CodeSystem/consentscope', 'patient-privacy'),
  category: [coded('http://terminology.hl7.org/CodeSystem/v3-ActCode', 'IDSCL')],
  performer: [ref('Patient/1')],
  policy: [{ uri: `http://hl7.org/fhir/us/davinci-hrex/StructureDefinition-hrex-consent.html#${policy}` }],
  provision: {
    type: 'permit',
    period: { start: '2020-01-01', end },
    actor: [
      {
        role: coded('http://terminology.hl7.org/CodeSystem/v3-ParticipationType', 'IRCP'),
        reference: { identifier: { system: NPI, value: '0123456789' }, display: 'New Health Plan' },
      },
    ],
    action: [coded('http://terminology.hl7.org/CodeSystem/consentaction', 'disclose')],
    ...more,
  },
});
const part = (name: string, resource: object) => ({ name, resource });
/** Their own consent, unless it says whose it is. */
const member = (
  patient: { readonly id: string | undefined },
  insured: object,
  agreed: object = consent(),
) => ({
  name: 'MemberBundle',
  part: [
    part('MemberPatient', patient),
    part('CoverageToMatch', insured),
    part('Consent', { patient: ref(`Patient/${patient.id}`), ...agreed }),
  ],
});
const request = (...parameter: object[]) => ({ resourceType: 'Parameters', parameter });
/** As the other payer knows them: under another id. */
const submitted = (id: string, family: string, number: string, agreed?: object) =>
  member(person(`m-${id}`, family), coverage(`c-${id}`, 'elsewhere', number), agreed);

describe.each(STORES)('$bulk-member-match on %s', (_store, open) => {
  let world: World;
  const payer = (scope = 'system/*.rs system/Group.crs') =>
    world.token({ scope, client_id: 'payer', sub: 'payer' });

  const put = async (resource: Resource): Promise<void> => {
    const { status, text } = await world.ask('PUT', `/${resource.resourceType}/${resource.id}`, {
      token: world.system,
      body: resource,
    });
    expect(status, text).toBeLessThan(300);
  };
  async function linesOf(method: string, path: string, body?: object): Promise<Resource[]> {
    const token = payer();
    const begun = await world.ask(method, path, { token, body, headers: { Prefer: 'respond-async' } });
    expect([begun.status, begun.text]).toEqual([202, '']);
    const location = begun.headers.get('content-location') as string;
    for (;;) {
      await sleep(600);
      const { status, body: manifest, text } = await world.ask('GET', location, { token });
      if (status === 202 || status === 429) continue;
      expect(status, text).toBe(200);
      const lines: Resource[] = [];
      for (const { url } of manifest.output) {
        const file = await world.ask('GET', url, { token, headers: { Accept: 'application/fhir+ndjson' } });
        lines.push(
          ...file.text
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line)),
        );
      }
      return lines;
    }
  }
  const matched = async (...members: object[]): Promise<Map<string, Resource>> => {
    const groups = await linesOf('POST', PATH, request(...members));
    return new Map(groups.map((group) => [group.code.coding[0].code, group]));
  };
  const members = (group: Resource): string[] =>
    (group?.member ?? []).map(({ entity }: Resource) => entity.reference);
  const exported = async (group: Resource): Promise<string[]> =>
    (await linesOf('GET', `/Group/${group.id}/$export?_type=Patient,Observation`)).map(({ id }) => id).sort();

  beforeAll(async () => {
    world = await open({});
    for (const [id, family, number] of [
      ['ana', 'Person', '1'],
      ['ben', 'Smith', '2'],
      ['cleo', 'Noway', '3'],
      ['twin-a', 'Twin', '4'],
      ['twin-b', 'Twin', '4'],
    ] as const) {
      await put(person(id, family));
      await put(coverage(`cov-${id}`, id, number));
    }
    await put({ ...observation('ana', 1), id: 'ana-open' });
    await put({ ...observation('ana', 2), id: 'ana-closed', meta: { security: [RESTRICTED] } });
  });
  afterAll(() => world.close());

  it('makes a Group of those who match, one of those who do not, and one of those whose consent it can not keep to', async () => {
    const groups = await matched(
      submitted('1', 'Person', '1'),
      submitted('2', 'Smith', '2', consent('sensitive')),
      submitted('3', 'Nobody', '1'),
      submitted('4', 'Person', '77'),
      submitted('5', 'Twin', '4'),
      submitted('6', 'Noway', '3', consent('regular', {}, '2024-03-31')),
      submitted('7', 'Noway', '3', { ...consent(), patient: ref('Patient/m-1') }),
    );
    expect([...groups].map(([code, group]) => [code, members(group)])).toEqual([
      ['match', ['Patient/ana', 'Patient/ben']],
      ['nomatch', ['#m-3', '#m-4', '#m-5']],
      // The consent of another member is none of theirs.
      ['consentconstraint', ['#m-6', '#m-7']],
    ]);
    const group = groups.get('match');
    expect(group.member[0].entity.extension).toEqual([{ url: PARAMETERS, valueReference: ref('#m-1') }]);
    expect(group.contained[0]).toEqual(person('m-1', 'Person'));
    expect(group.characteristic[0]).toMatchObject({
      valueReference: { identifier: { system: NPI, value: '0123456789' } },
      exclude: false,
    });
    // Those who match are stored; whoever is nobody's here is not.
    const { body } = await world.ask('GET', `/Group?code=match&characteristic=match`, { token: payer() });
    expect(body.entry.map(({ resource }: Resource) => resource)).toContainEqual(group);
    expect((await world.ask('GET', '/Group?code=nomatch', { token: payer() })).body.entry).toBeUndefined();
    expect(JSON.stringify(groups.get('consentconstraint'))).not.toContain('2024-03-31');
  });

  it('goes by the numbers that the clinic knows, not by those that a patient wrote and took back', async () => {
    await put(person('gil', 'Gilt'));
    const token = world.token({
      scope: 'openid fhirUser patient/*.cruds',
      patient: 'gil',
      fhirUser: `${world.base}/Patient/gil`,
      sub: 'gil',
    });
    const { id: _, identifier: __, ...insured } = coverage('', 'gil', '55');
    const made = await world.ask('POST', '/Coverage', { token, body: { ...insured, status: 'draft' } });
    expect(made.status, made.text).toBe(201);
    const found = async () => [...(await matched(submitted('8', 'Gilt', '55'))).keys()];
    const body = { ...made.body, status: 'cancelled' };
    expect((await world.ask('PUT', `/Coverage/${made.body.id}`, { token, body })).status).toBe(200);
    expect(await found()).toEqual(['match', 'nomatch']);
    await put({ ...body, status: 'active' });
    expect(await found()).toEqual(['match']);
  });

  it('gives out of that Group nothing that is labelled as restricted, and nobody whose consent is over or who refuses', async () => {
    const group = (await matched(submitted('1', 'Person', '1'), submitted('2', 'Smith', '2'))).get('match');
    expect(await exported(group)).toEqual(['ana', 'ana-open', 'ben']);
    await put({
      ...consent('regular', { type: 'deny', actor: undefined, action: undefined }),
      id: 'no',
      patient: ref('Patient/ben'),
      performer: [ref('Patient/ben')],
    });
    expect(await exported(group)).toEqual(['ana', 'ana-open']);
    const again = await matched(submitted('2', 'Smith', '2'));
    expect([...again].map(([code, each]) => [code, members(each)])).toEqual([
      ['match', []],
      ['consentconstraint', ['#m-2']],
    ]);
    await put({
      ...group,
      contained: group.contained.slice(0, 1),
      member: [{ ...group.member[0], period: { end: '2024-01-01' } }],
    });
    expect(await exported(group)).toEqual([]);
    await world.ask('DELETE', '/Consent/no', { token: world.system });
  });

  it('a denial that may be of who asks is one, also as an exception; one of the clinic’s people or family is about them', async () => {
    const found: string[] = [];
    const actor = (reference: object) => [{ role: { text: 'who' }, reference }];
    const permit = { type: 'permit', actor: undefined, action: undefined };
    await put({ resourceType: 'Organization', id: 'payer', name: 'A payer' });
    await put({ resourceType: 'Practitioner', id: 'ruiz', name: [{ family: 'Ruiz' }] });
    for (const provision of [
      { type: 'deny', actor: actor(ref('Organization/payer')), action: undefined },
      { type: 'deny', actor: actor({ identifier: { system: NPI, value: '0123456789' } }), action: undefined },
      { ...permit, provision: [{ type: 'deny' }] },
      { type: 'deny', actor: actor(ref('Practitioner/ruiz')), action: undefined },
      { ...permit, actor: actor(ref('Practitioner/ruiz')), provision: [{ type: 'deny' }] },
    ]) {
      const told = { ...consent('regular', provision), id: 'no', patient: ref('Patient/ben') };
      await put({ ...told, performer: [ref('Patient/ben')] });
      const groups = await matched(submitted('2', 'Smith', '2'));
      found.push([...groups].find(([, group]) => members(group).length > 0)?.[0] ?? '');
    }
    await world.ask('DELETE', '/Consent/no', { token: world.system });
    const no = 'consentconstraint';
    expect(found).toEqual([no, no, no, 'match', 'match']);
  });

  it.each([
    ['bounds what may be sent', { code: [{ text: 'x' }] }],
    ['does not say for how long', { period: undefined }],
    ['denies', { type: 'deny' }],
    ['names nobody who gets it', { actor: undefined }],
    [
      'is not about disclosing',
      { action: [coded('http://terminology.hl7.org/CodeSystem/consentaction', 'collect')] },
    ],
  ])('is kept to by nobody: a consent that %s', async (_what, more) => {
    const groups = await matched(submitted('1', 'Person', '1', consent('regular', more)));
    expect([...groups].map(([code, each]) => [code, members(each)])).toEqual([
      ['match', []],
      ['consentconstraint', ['#m-1']],
    ]);
  });

  it('tells two coverages of one member apart, and keeps no addresses of another server', async () => {
    const patient = { ...person('m-1', 'Person'), generalPractitioner: [ref('Practitioner/9')] };
    const groups = await matched(
      member(patient, coverage('c-1', 'm-1', '1')),
      member(patient, coverage('c-2', 'm-1', '78')),
    );
    const [match, nomatch] = [groups.get('match'), groups.get('nomatch')];
    expect([match, nomatch].map((group) => group.member[0].entity.extension[1])).toEqual([
      { url: COVERAGE, valueReference: ref('#c-1') },
      { url: COVERAGE, valueReference: ref('#c-2') },
    ]);
    expect(match.contained.map(({ id }: Resource) => id)).toEqual(['m-1', 'c-1']);
    expect(match.contained[0].generalPractitioner).toEqual([{ display: 'Practitioner/9' }]);
    expect(match.contained[1].beneficiary).toEqual(ref('#m-1'));
  });

  it.each([
    ['nothing', request(), 422],
    ['another resource', { resourceType: 'Patient' }, 400],
    ['another parameter', request({ name: 'Members', valueString: 'x' }), 422],
    [
      'no consent',
      request({ name: 'MemberBundle', part: submitted('1', 'Person', '1').part.slice(0, 2) }),
      422,
    ],
    ['a Coverage as the Patient', request(member(coverage('x', 'y', '1'), coverage('x', 'y', '1'))), 422],
    [
      'a Patient without an id',
      request(member({ ...person('x', 'y'), id: undefined }, coverage('x', 'y', '1'))),
      422,
    ],
    ['one id for two people', request(submitted('1', 'Person', '1'), submitted('1', 'Other', '1')), 422],
    [
      'a part twice',
      request({
        name: 'MemberBundle',
        part: [...submitted('1', 'Person', '1').part, part('Consent', consent())],
      }),
      422,
    ],
  ])('refuses %s at once', async (_what, body, status) => {
    const answer = await world.ask('POST', PATH, { token: payer(), body });
    expect([answer.status, answer.body?.resourceType]).toEqual([status, 'OperationOutcome']);
  });

  it('is for systems that may look everybody up and make Groups, and each one’s job is its own', async () => {
    const body = request(submitted('1', 'Person', '1'));
    for (const token of [
      payer('system/*.rs'),
      payer('system/Group.crs system/Patient.rs'),
      world.patient('ana', 'patient/*.cruds'),
      await world.staff('doc', 'administrator'),
    ])
      expect((await world.ask('POST', PATH, { token, body })).status).toBe(403);
    expect((await world.ask('GET', PATH, { token: payer() })).status).toBe(405);
    const begun = await world.ask('POST', PATH, { token: payer(), body });
    const location = begun.headers.get('content-location') as string;
    const other = world.token({ scope: 'system/*.cruds', client_id: 'other', sub: 'other' });
    expect((await world.ask('GET', location, { token: other })).status).toBe(404);
    expect((await world.ask('DELETE', location, { token: payer() })).status).toBe(202);
    expect((await world.ask('GET', location, { token: payer() })).status).toBe(404);
  });

  it('is in the audit log of whoever was told of', async () => {
    await matched(submitted('2', 'Smith', '2'));
    const { body } = await world.ask('GET', '/AuditEvent?patient=Patient/ben&_count=200', {
      token: world.system,
    });
    expect(JSON.stringify(body)).toContain('$bulk-member-match');
  });
});
