/** R12, R18b: what is kept from somebody keeps its files from them, and what is about it, at every door. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
const LABELS: Readonly<Record<string, string>> = {
  NOPAT: ACT_CODE,
  R: CONFIDENTIALITY,
  V: CONFIDENTIALITY,
  SEX: ACT_CODE,
};
const MOTHER = 'http://terminology.hl7.org/CodeSystem/v3-RoleCode';
const subject = { reference: 'Patient/teen' };

/** Each holds a file by another element. */
const HOLDERS: Readonly<Record<string, (url: string) => object>> = {
  DocumentReference: (url) => ({ status: 'current', subject, content: [{ attachment: { url } }] }),
  DiagnosticReport: (url) => ({
    status: 'final',
    subject,
    code: { text: 'x' },
    presentedForm: [{ url }],
  }),
  Communication: (url) => ({
    status: 'completed',
    subject,
    payload: [{ contentAttachment: { url } }],
  }),
  Media: (url) => ({ status: 'completed', subject, content: { url } }),
  QuestionnaireResponse: (url) => ({
    status: 'completed',
    subject,
    questionnaire: 'https://example.org/Questionnaire/none',
    item: [{ linkId: '1', answer: [{ valueAttachment: { url } }] }],
  }),
  CommunicationRequest: (url) => ({
    status: 'active',
    subject,
    payload: [{ contentReference: { reference: url } }],
  }),
  DocumentManifest: (url) => ({ status: 'current', subject, content: [{ reference: url }] }),
  Condition: (url) => ({
    subject,
    code: { text: 'x' },
    extension: [{ url: 'https://example.org/scan', valueAttachment: { url } }],
  }),
};

interface AuditEventEntry {
  readonly resource: {
    readonly subtype: readonly { readonly code: string }[];
    readonly entity: readonly { readonly name?: string; readonly what?: { readonly reference?: string } }[];
  };
}

describe.each(STORES)('what is kept, on %s', (_, open) => {
  let world: World;
  let mother: string;
  let teen: string;

  async function put(type: string, id: string, body: object): Promise<void> {
    const { status, text } = await world.ask('PUT', `/${type}/${id}`, {
      token: world.system,
      body: { resourceType: type, id, ...body },
    });
    expect(status, text).toBeLessThan(300);
  }
  const file = (id: string, securityContext: object = subject): Promise<void> =>
    put('Binary', id, { contentType: 'text/plain', data: 'aGVsbG8=', securityContext });
  const meta = (label: string) => ({ meta: { security: [{ system: LABELS[label], code: label }] } });
  const ids = async (path: string, token: string): Promise<string[]> => {
    const { status, body, text } = await world.ask('GET', path, { token });
    expect(status, text).toBe(200);
    return (body.entry ?? []).map((entry: { resource: { id: string } }) => entry.resource.id);
  };
  const status = async (path: string, token: string): Promise<number> =>
    (await world.ask('GET', path, { token })).status;

  beforeAll(async () => {
    world = await open();
    const born = new Date();
    born.setUTCFullYear(born.getUTCFullYear() - 14);
    await put('Patient', 'teen', { birthDate: born.toISOString().slice(0, 10) });
    await put('Practitioner', 'doc-denied', {});
    await put('Consent', 'denied', {
      status: 'active',
      scope: { coding: [{ code: 'patient-privacy' }] },
      category: [{ coding: [{ code: 'INFA' }] }],
      patient: subject,
      policyRule: { text: 'x' },
      provision: {
        type: 'deny',
        actor: [{ role: { text: 'x' }, reference: { reference: 'Practitioner/doc-denied' } }],
        securityLabel: [{ system: ACT_CODE, code: 'SEX' }],
      },
    });
    await put('RelatedPerson', 'mother', {
      active: true,
      patient: subject,
      relationship: [{ coding: [{ system: MOTHER, code: 'MTH' }] }],
    });
    await put('Consent', 'without-family-history', {
      status: 'active',
      scope: { coding: [{ code: 'patient-privacy' }] },
      category: [{ coding: [{ code: 'INFA' }] }],
      patient: subject,
      policyRule: { text: 'x' },
      provision: {
        type: 'deny',
        actor: [{ role: { text: 'x' }, reference: { reference: 'RelatedPerson/mother' } }],
        class: [{ system: 'http://hl7.org/fhir/resource-types', code: 'FamilyMemberHistory' }],
      },
    });
    const scope = 'openid fhirUser launch/patient patient/*.rs';
    mother = world.token({
      scope,
      patient: 'teen',
      fhirUser: `${world.base}/RelatedPerson/mother`,
      sub: 'mother',
    });
    teen = world.patient('teen');
  });
  afterAll(() => world.close());

  it.each(Object.keys(LABELS))(
    'the file of a document labelled %s is kept like the document',
    async (label) => {
      const id = `by-${label.toLowerCase()}`;
      await file(id);
      await put('DocumentReference', id, {
        ...meta(label),
        ...HOLDERS.DocumentReference?.(`Binary/${id}`),
      });
      expect(await status(`/DocumentReference/${id}`, mother)).toBe(404);
      expect(await status(`/Binary/${id}`, mother)).toBe(404);
      expect(await status(`/Binary/${id}/_history/1`, mother)).toBe(404);
      expect(await status(`/Binary/${id}/_history`, mother)).toBe(404);
      expect(await ids('/Binary?_count=200', mother)).not.toContain(id);
      expect(await ids(`/Binary?_id=${id}`, mother)).toEqual([]);
      const total = await world.ask('GET', `/Binary?_id=${id}&_summary=count`, { token: mother });
      expect(total.body.total).toBe(0);
      const batch = await world.ask('POST', '', {
        token: mother,
        body: {
          resourceType: 'Bundle',
          type: 'batch',
          entry: [{ request: { method: 'GET', url: `Binary/${id}` } }],
        },
      });
      expect(batch.body.entry[0].response.status).toMatch(/^404/);
      expect(await ids('/Patient/teen/$everything?_count=500', mother)).not.toContain(id);
      expect(await status(`/Binary/${id}`, teen)).toBe(label === 'NOPAT' ? 404 : 200);
    },
  );

  it.each(Object.entries(HOLDERS))('a file that a kept %s names is kept', async (type, holder) => {
    const id = `in-${type.toLowerCase()}`;
    for (const [kept, url] of [
      [`${id}-relative`, `Binary/${id}-relative`],
      [`${id}-version`, `Binary/${id}-version/_history/1`],
      [`${id}-whole`, `${world.base}/Binary/${id}-whole`],
    ] as const) {
      await file(kept);
      await put(type, kept, holder(url));
      expect(await status(`/Binary/${kept}`, mother), url).toBe(200);
      await put(type, kept, { ...meta('R'), ...holder(url) });
      expect(await status(`/Binary/${kept}`, mother), url).toBe(404);
      expect(await ids('/Binary?_count=200', mother)).not.toContain(kept);
      expect(await status(`/Binary/${kept}`, teen), url).toBe(200);
    }
  });

  it('a file stays kept when the document that was kept is deleted, and opens when its label goes', async () => {
    await file('gone');
    await put('DocumentReference', 'gone', { ...meta('R'), ...HOLDERS.DocumentReference?.('Binary/gone') });
    expect((await world.ask('DELETE', '/DocumentReference/gone', { token: world.system })).status).toBe(204);
    expect(await status('/Binary/gone', mother)).toBe(404);
    expect(await status('/Binary/gone/_history', mother)).toBe(404);
    await file('opened');
    await put('DocumentReference', 'opened', {
      ...meta('R'),
      ...HOLDERS.DocumentReference?.('Binary/opened'),
    });
    expect(await status('/Binary/opened', mother)).toBe(404);
    await put('DocumentReference', 'opened', HOLDERS.DocumentReference?.('Binary/opened') ?? {});
    expect(await status('/Binary/opened', mother)).toBe(200);
  });

  it('a file that was replaced stays kept as its document is, also when that lost its label, or was deleted between', async () => {
    const holder = HOLDERS.DocumentReference as (url: string) => object;
    const holds = (id: string, name: string, label?: string): Promise<void> =>
      put('DocumentReference', id, { ...(label ? meta(label) : {}), ...holder(`Binary/${name}`) });
    for (const id of [
      'replaced-1',
      'replaced-2',
      'loses-1',
      'loses-2',
      'back-1',
      'back-2',
      'plain-1',
      'plain-2',
    ])
      await file(id);
    await holds('replaced', 'replaced-1', 'R');
    await holds('replaced', 'replaced-2', 'R');
    // Who read it before is not told that it was: what an update says of former files is not heard.
    const { body } = await world.ask('GET', '/DocumentReference/replaced', { token: world.system });
    await put('DocumentReference', 'replaced', { ...body, meta: { ...body.meta, extension: undefined } });
    expect([await status('/Binary/replaced-1', mother), await status('/Binary/replaced-1', teen)]).toEqual([
      404, 200,
    ]);
    expect(await ids('/Binary?_count=200', mother)).not.toContain('replaced-1');
    await holds('replaced', 'replaced-2');
    expect([await status('/Binary/replaced-1', mother), await status('/Binary/replaced-2', mother)]).toEqual([
      404, 200,
    ]);
    await holds('loses', 'loses-1', 'NOPAT');
    await holds('loses', 'loses-2');
    expect([await status('/Binary/loses-1', teen), await status('/Binary/loses-2', teen)]).toEqual([
      404, 200,
    ]);
    await holds('back', 'back-1', 'R');
    await world.ask('DELETE', '/DocumentReference/back', { token: world.system });
    await holds('back', 'back-2', 'R');
    expect(await status('/Binary/back-1', mother)).toBe(404);
    // What nobody kept is for whom its securityContext is (R12).
    await holds('plain', 'plain-1');
    await holds('plain', 'plain-2');
    expect(await status('/Binary/plain-1', mother)).toBe(200);
  });

  it('a label of the file’s own counts, whatever its securityContext is (R18)', async () => {
    await put(
      'DocumentReference',
      'open-context',
      HOLDERS.DocumentReference?.('Binary/of-its-own') as object,
    );
    for (const [id, context] of [
      ['own-of-patient', subject],
      ['own-of-document', { reference: 'DocumentReference/open-context' }],
    ] as const) {
      const body = { contentType: 'text/plain', data: 'aGVsbG8=', securityContext: context };
      await put('Binary', id, { ...meta('R'), ...body });
      expect([id, await status(`/Binary/${id}`, mother), await status(`/Binary/${id}`, teen)]).toEqual([
        id,
        404,
        200,
      ]);
    }
  });

  it('a file is kept though another document, which is open, names it too', async () => {
    await file('twice');
    await put('DocumentReference', 'twice', { ...meta('V'), ...HOLDERS.DocumentReference?.('Binary/twice') });
    await put('DocumentReference', 'twice-open', HOLDERS.DocumentReference?.('Binary/twice') ?? {});
    expect(await status('/Binary/twice', mother)).toBe(404);
  });

  it('nobody keeps a file of another record by a document of their own', async () => {
    await put('Patient', 'other', {});
    await file('not-theirs');
    await put('DocumentReference', 'not-theirs', {
      ...meta('R'),
      status: 'current',
      subject: { reference: 'Patient/other' },
      content: [{ attachment: { url: 'Binary/not-theirs' } }],
    });
    expect(await status('/Binary/not-theirs', mother)).toBe(200);
  });

  it('a securityContext that is a resource of the record is followed', async () => {
    await put('DocumentReference', 'context', HOLDERS.DocumentReference?.('Binary/of-context') ?? {});
    await file('of-context', { reference: 'DocumentReference/context' });
    const doctor = await world.staff('doc-context', 'clinician');
    const stranger = world.patient('other');
    for (const token of [mother, teen, doctor]) expect(await status('/Binary/of-context', token)).toBe(200);
    expect(await ids('/Binary?_count=200', mother)).toContain('of-context');
    expect(await status('/Binary/of-context', stranger)).toBe(404);
    await put('DocumentReference', 'context', {
      ...meta('R'),
      ...HOLDERS.DocumentReference?.('Binary/elsewhere'),
    });
    expect(await status('/Binary/of-context', mother)).toBe(404);
    expect(await status('/Binary/of-context', teen)).toBe(200);
    await world.ask('DELETE', '/DocumentReference/context', { token: world.system });
    expect(await status('/Binary/of-context', teen)).toBe(404);
  });

  it('who was denied a document by a Consent reads neither its file nor what is about it', async () => {
    await file('denied');
    await put('DocumentReference', 'denied', {
      ...meta('SEX'),
      ...HOLDERS.DocumentReference?.('Binary/denied'),
    });
    await put('Provenance', 'denied', provenance('DocumentReference/denied'));
    const doctor = await world.staff('doc-denied', 'clinician');
    const colleague = await world.staff('doc-open', 'clinician');
    for (const path of ['/DocumentReference/denied', '/Binary/denied', '/Provenance/denied']) {
      expect(await status(path, doctor), path).toBe(404);
      expect(await status(path, colleague), path).toBe(200);
    }
    const target = '/Provenance?target=DocumentReference/denied';
    expect(await ids(target, doctor)).toEqual([]);
    expect(await ids(target, colleague)).toEqual(['denied']);
    const change = {
      resourceType: 'Binary',
      id: 'denied',
      contentType: 'text/plain',
      securityContext: subject,
    };
    expect((await world.ask('PUT', '/Binary/denied', { token: doctor, body: change })).status).toBe(404);
  });

  const provenance = (...targets: string[]) => ({
    target: [...targets, 'Patient/teen'].map((reference) => ({ reference })),
    recorded: '2026-01-01T00:00:00Z',
    agent: [{ who: { display: 'x' } }],
  });

  it('what is about something kept is kept: Provenance, Task, Communication, replies', async () => {
    const task = { status: 'requested', intent: 'order', for: subject };
    const about: Readonly<Record<string, (reference: string) => object>> = {
      Provenance: (reference) => provenance(reference),
      Task: (reference) => ({ ...task, focus: { reference } }),
      Communication: (reference) => ({ status: 'completed', subject, about: [{ reference }] }),
      CommunicationRequest: (reference) => ({ status: 'active', subject, about: [{ reference }] }),
    };
    const observation = { status: 'final', code: { text: 'x' }, subject };
    await put('Observation', 'kept', { ...meta('R'), ...observation });
    await put('Observation', 'shown', observation);
    await put('Observation', 'was-kept', { ...meta('R'), ...observation });
    for (const [type, of] of Object.entries(about)) {
      for (const id of ['kept', 'shown', 'was-kept']) await put(type, id, of(`Observation/${id}`));
      expect(await status(`/${type}/kept`, mother), type).toBe(404);
      expect(await status(`/${type}/kept/_history/1`, mother), type).toBe(404);
      expect(await status(`/${type}/kept`, teen), type).toBe(200);
      expect(await status(`/${type}/shown`, mother), type).toBe(200);
    }
    expect((await world.ask('DELETE', '/Provenance/shown', { token: world.system })).status).toBe(204);
    await put('Provenance', 'of-entity', {
      ...provenance(),
      entity: [{ role: 'source', what: { reference: 'Observation/kept' } }],
    });
    expect(await ids('/Provenance?_count=200', mother)).not.toContain('of-entity');
    const included = await world.ask('GET', '/Observation?_revinclude=Provenance:target&_count=200', {
      token: mother,
    });
    expect(included.text).not.toContain('Observation/kept');
  });

  it('what is said of a file that is kept is kept', async () => {
    await put('Provenance', 'of-file', provenance('Binary/by-r'));
    expect(await status('/Provenance/of-file', mother)).toBe(404);
    expect(await status('/Provenance/of-file', teen)).toBe(200);
  });

  it('the log of access names no file that is kept', async () => {
    await status('/Binary/by-r', world.system);
    await status('/Binary/by-r', teen);
    const shown = await world.ask('GET', '/AuditEvent?_count=500', { token: mother });
    expect(shown.status).toBe(200);
    expect(shown.text).not.toContain('Binary/by-r');
    const own = await world.ask('GET', '/AuditEvent?_count=500', { token: teen });
    expect(own.text).toContain('Binary/by-r');
  });

  it.each([
    ['a label of the rules of age', 'Condition', 'SEX'],
    ['a label that keeps it anyway', 'Condition', 'R'],
    ['the denial of its type', 'FamilyMemberHistory', undefined],
  ])('the log does not tell of a search that found only what is kept by %s', async (_by, type, label) => {
    const of: Readonly<Record<string, object>> = {
      Condition: { subject },
      FamilyMemberHistory: { status: 'completed', patient: subject, relationship: { text: 'x' } },
    };
    const code = `only-${label ?? 'type'}`;
    const identifier = [{ system: 'urn:test', value: code }];
    await put(type, code, { ...of[type], identifier, ...(label ? meta(label) : {}) });
    await put('Procedure', code, { status: 'completed', subject, identifier });
    const told = async (token: string): Promise<number> => {
      const { body } = await world.ask('GET', '/AuditEvent?_count=500&action=E', { token });
      return [...JSON.stringify(body).matchAll(new RegExp(`"name":"(?:${type}|Procedure)"`, 'g'))].length;
    };
    const [mothers, own] = [await told(mother), await told(teen)];
    for (const query of [`patient=teen&identifier=urn:test|${code}`, `identifier=urn:test|${code}`])
      expect(await ids(`/${type}?${query}`, world.system)).toEqual([code]);
    expect([await told(mother), await told(teen)]).toEqual([mothers, own + 2]);
    expect(await ids(`/Procedure?patient=teen&identifier=urn:test|${code}`, world.system)).toEqual([code]);
    expect([await told(mother), await told(teen)]).toEqual([mothers + 1, own + 3]);
  });

  it('a front desk that may not read a report does not read its file', async () => {
    const desk = await world.staff('desk', 'front-desk');
    await put('Organization', 'clinic', { name: 'clinic' });
    await put('Patient', 'managed', { managingOrganization: { reference: 'Organization/clinic' } });
    const managed = { reference: 'Patient/managed' };
    await file('report', managed);
    await file('letter', managed);
    await put('DiagnosticReport', 'report', {
      status: 'final',
      subject: managed,
      code: { text: 'x' },
      presentedForm: [{ url: 'Binary/report' }],
    });
    await put('Communication', 'letter', {
      status: 'completed',
      subject: managed,
      payload: [{ contentAttachment: { url: 'Binary/letter' } }],
    });
    expect(await status('/Binary/letter', desk)).toBe(200);
    expect(await status('/Binary/report', desk)).toBe(404);
  });

  it('whoever reads the file of a document, or a note of who wrote it, is in the log of that patient', async () => {
    const doctor = await world.staff('doctor', 'clinician');
    await put('Patient', 'read', { managingOrganization: { reference: 'Organization/clinic' } });
    const document = HOLDERS.DocumentReference?.('Binary/of-read');
    await put('DocumentReference', 'of-read', { ...document, subject: { reference: 'Patient/read' } });
    await file('of-read', { reference: 'DocumentReference/of-read' });
    await put('Provenance', 'of-read', {
      target: [{ reference: 'Binary/of-read' }],
      recorded: '2026-11-29T00:00:00Z',
      agent: [{ who: { display: 'x' } }],
    });
    const read = world.patient('read');
    const log = async (token: string, query: string): Promise<string[]> => {
      const { body } = await world.ask('GET', `/AuditEvent?_count=200${query}`, { token });
      const rows = (body.entry ?? []) as AuditEventEntry[];
      return rows
        .filter(({ resource }) => resource.entity.every(({ name }) => name !== 'AuditEvent'))
        .map(
          ({ resource: { subtype, entity } }) =>
            `${subtype[0]?.code} ${entity.flatMap(({ what }) => what?.reference ?? []).join(' ')}`,
        );
    };
    expect(await status('/Binary/of-read', doctor)).toBe(200);
    expect(await status('/Binary/of-read/_history/1', doctor)).toBe(200);
    expect(await status('/Binary/of-read/_history', doctor)).toBe(200);
    expect(await ids('/Binary?_id=of-read', doctor)).toEqual(['of-read']);
    expect((await log(read, '')).slice(0, 4)).toEqual([
      'search-type Patient/read',
      'history-instance Patient/read Binary/of-read',
      expect.stringMatching(/^vread Patient\/read Binary\/of-read/),
      expect.stringMatching(/^read Patient\/read Binary\/of-read/),
    ]);
    // Through two of them, and when what it is of is gone.
    expect(await status('/Provenance/of-read', world.system)).toBe(200);
    expect((await log(world.system, '&patient=read'))[0]).toMatch(/^read Patient\/read Provenance\/of-read/);
    // What is kept is in it for nobody from whom it is kept.
    const before = await log(read, '');
    await put('DocumentReference', 'of-read', {
      ...meta('NOPAT'),
      ...document,
      subject: { reference: 'Patient/read' },
    });
    expect(await ids('/Binary?_id=of-read', doctor)).toEqual(['of-read']);
    expect(await status('/Binary/of-read', doctor)).toBe(200);
    const said = (await log(read, '')).filter((each) => !before.includes(each));
    expect(said).toEqual([]);
    expect((await log(world.system, '&patient=read')).slice(0, 2)).toEqual([
      expect.stringMatching(/^read Patient\/read Binary\/of-read/),
      'search-type Patient/read',
    ]);
    await world.ask('DELETE', '/DocumentReference/of-read', { token: world.system });
    expect(await status('/Binary/of-read', world.system)).toBe(200);
    expect((await log(world.system, '&patient=read'))[0]).toMatch(/^read Patient\/read Binary\/of-read/);
  });

  it('whoever writes the file of a document, or a note of who wrote it, is in the log of that patient too', async () => {
    await put('Patient', 'written', {});
    const ofThem = {
      ...HOLDERS.DocumentReference?.('Binary/of-written'),
      subject: { reference: 'Patient/written' },
    };
    const note = { recorded: '2026-11-29T00:00:00Z', agent: [{ who: { display: 'x' } }] };
    const binary = {
      contentType: 'text/plain',
      securityContext: { reference: 'DocumentReference/of-written' },
    };
    const entry = (type: string, id: string, resource: object) => ({
      resource: { resourceType: type, id, ...resource },
      request: { method: 'PUT', url: `${type}/${id}` },
    });
    // All of it in one commit, the note on the file before both.
    const made = await world.ask('POST', '/', {
      token: world.system,
      body: {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          entry('Provenance', 'of-written', { ...note, target: [{ reference: 'Binary/of-written' }] }),
          entry('Binary', 'of-written', binary),
          entry('DocumentReference', 'of-written', ofThem),
        ],
      },
    });
    expect(made.status).toBe(200);
    await put('Binary', 'of-written', { ...binary, data: 'eA==' });
    await put('Task', 'of-written', {
      status: 'requested',
      intent: 'order',
      focus: { reference: 'DocumentReference/of-written' },
    });
    await put('Binary', 'of-nobody', { contentType: 'text/plain', data: 'eA==' });
    for (const name of ['Task/of-written', 'Provenance/of-written', 'Binary/of-nobody'])
      expect((await world.ask('DELETE', `/${name}`, { token: world.system })).status).toBe(204);
    const { body } = await world.ask('GET', '/AuditEvent?_count=200&patient=written', {
      token: world.system,
    });
    const said = (body.entry ?? []).map(
      ({ resource: { subtype, entity } }: AuditEventEntry) =>
        `${subtype[0]?.code} ${entity.flatMap(({ what }) => what?.reference ?? []).join(' ')}`,
    );
    expect(said.toSorted()).toEqual([
      'create Patient/written Binary/of-written/_history/1',
      'create Patient/written DocumentReference/of-written/_history/1',
      'create Patient/written Patient/written/_history/1',
      'create Patient/written Provenance/of-written/_history/1',
      'create Patient/written Task/of-written/_history/1',
      'delete Patient/written Provenance/of-written/_history/2',
      'delete Patient/written Task/of-written/_history/2',
      'update Patient/written Binary/of-written/_history/2',
    ]);
  });
});
