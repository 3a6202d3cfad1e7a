/** What is written in answer to something that is kept from somebody, or comes of it, is kept with it: rule R18d of docs/SECURITY.md. By real requests, on each store. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patient } from './resources.ts';
import { hasTransactions, STORES } from './stores.ts';
import type { World } from './world.ts';

// biome-ignore lint/suspicious/noExplicitAny: resources of every shape
type Resource = any;

const NOPAT = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'NOPAT' };
const R = { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' };
const NORMAL = { ...R, code: 'N' };
const ref = (reference: string) => ({ reference });

describe.each(STORES)('what answers something that is kept, on %s', (_store, open) => {
  let world: World;
  let doctor: string;
  let lab: string;
  let own: string;
  let mother: string;

  beforeAll(async () => {
    world = await open();
    for (const id of ['a', 'b']) await make(patient(id), world.system);
    const related = { resourceType: 'RelatedPerson', active: true, patient: ref('Patient/a') };
    const grace = await make(related, world.system);
    doctor = await world.staff('doctor', 'clinician', 'user/*.cruds');
    lab = world.token({ scope: 'system/*.cruds', client_id: 'lab' });
    own = world.patient('a', 'openid fhirUser launch/patient patient/*.cruds');
    mother = world.token({
      scope: 'openid fhirUser launch/patient patient/*.cruds',
      patient: 'a',
      fhirUser: `${world.base}/RelatedPerson/${grace.id}`,
      sub: 'grace',
    });
  });
  afterAll(() => world?.close());

  async function make(resource: Resource, token = doctor): Promise<Resource> {
    const { resourceType, id } = resource;
    const answer = await world.ask(id ? 'PUT' : 'POST', `/${resourceType}${id ? `/${id}` : ''}`, {
      token,
      body: resource,
    });
    expect(answer.status, answer.text).toBeLessThan(300);
    return answer.body;
  }
  const read = async ({ resourceType, id }: Resource, token = world.system): Promise<Resource> =>
    (await world.ask('GET', `/${resourceType}/${id}`, { token })).body;
  const codes = ({ meta }: Resource): string[] =>
    (meta.security ?? []).map(({ code }: { code: string }) => code).sort();
  const labels = async (resource: Resource): Promise<string[]> => codes(await read(resource));
  const isSeen = async ({ resourceType, id }: Resource, token: string): Promise<boolean> =>
    (await world.ask('GET', `/${resourceType}/${id}`, { token })).status === 200;

  const of = (resourceType: string, more: object): Resource => ({
    resourceType,
    ...(resourceType === 'Task' ? { for: ref('Patient/a') } : { subject: ref('Patient/a') }),
    ...more,
  });
  const message = (more: object = {}) => of('Communication', { status: 'completed', ...more });
  const prescription = (more: object = {}) =>
    of('MedicationRequest', {
      status: 'active',
      intent: 'order',
      medicationCodeableConcept: { text: 'The pill' },
      ...more,
    });
  const value = (more: object = {}) => of('Observation', { status: 'final', code: { text: 'HIV' }, ...more });
  const document = (more: object = {}) =>
    of('DocumentReference', { status: 'current', content: [{ attachment: { title: 'x' } }], ...more });
  const order = (more: object = {}) =>
    of('ServiceRequest', { status: 'active', intent: 'order', code: { text: 'HIV' }, ...more });
  const labelled = (resource: Resource, ...security: object[]) => ({ ...resource, meta: { security } });
  const nameOf = ({ resourceType, id }: Resource): string => `${resourceType}/${id}`;

  const WAYS: readonly (readonly [string, Resource, (name: string) => Resource])[] = [
    ['an answer', message(), (name) => message({ inResponseTo: [ref(name)] })],
    ['a message of its conversation', message(), (name) => message({ partOf: [ref(name)] })],
    ['a renewal', prescription(), (name) => prescription({ priorPrescription: ref(name) })],
    [
      'what was handed over for it',
      prescription(),
      (name) =>
        of('MedicationDispense', {
          status: 'completed',
          medicationCodeableConcept: { text: 'The pill' },
          authorizingPrescription: [ref(name)],
        }),
    ],
    ['a result of an order', order(), (name) => value({ basedOn: [ref(name)] })],
    ['a value that is reckoned from it', value(), (name) => value({ derivedFrom: [ref(name)] })],
    [
      'a document in its place',
      document(),
      (name) => document({ relatesTo: [{ code: 'replaces', target: ref(name) }] }),
    ],
  ];

  describe.each(WAYS)('%s', (_what, source, answerTo) => {
    it('is kept from whoever the other is kept from, whoever writes it; and nobody else', async () => {
      const kept = await make(labelled(source, R));
      for (const token of [doctor, lab]) {
        const answer = await make(answerTo(nameOf(kept)), token);
        expect(codes(answer)).toEqual(['R']);
        expect([await isSeen(answer, mother), await isSeen(answer, own)]).toEqual([false, true]);
      }
      const open = await make(answerTo(nameOf(await make(source))));
      expect(await isSeen(open, mother)).toBe(true);
      const normal = await make(answerTo(nameOf(await make(labelled(source, NORMAL)))));
      expect(await labels(normal)).toEqual([]);
    });

    it('is shown once somebody of the clinic takes its label off, and stays so', async () => {
      const kept = await make(labelled(source, R));
      const answer = await make(answerTo(nameOf(kept)));
      const { security: _, ...meta } = answer.meta;
      await make({ ...answer, meta });
      expect(await isSeen(answer, mother)).toBe(true);
      await make({ ...(await read(answer)), language: 'en' });
      expect(await isSeen(answer, mother)).toBe(true);
    });

    it('that is changed to name it is kept from then on', async () => {
      const kept = await make(labelled(source, R));
      const { id } = await make(answerTo(nameOf(await make(source))));
      expect(await labels(await make({ ...answerTo(nameOf(kept)), id }))).toEqual(['R']);
    });
  });

  it('by the patient is kept from whoever acts for them, too', async () => {
    const kept = await make(labelled(message({ sender: ref('Patient/a') }), R));
    const mine = { sender: ref('Patient/a'), payload: [{ contentString: 'Thank you' }] };
    const answer = await make(message({ ...mine, inResponseTo: [ref(nameOf(kept))] }), own);
    expect(await labels(answer)).toEqual(['R']);
    expect([await isSeen(answer, mother), await isSeen(answer, own)]).toEqual([false, true]);
  });

  it('tells the patient, though the patient does not read yet what it is about; what stands in its place does not', async () => {
    const kept = await make(labelled(order(), NOPAT, R));
    expect(await labels(await make(message({ basedOn: [ref(nameOf(kept))] })))).toEqual(['R']);
    expect(await labels(await make(value({ basedOn: [ref(nameOf(kept))] })))).toEqual(['NOPAT', 'R']);
  });

  it('takes nothing from another record', async () => {
    const theirs = await make({ ...labelled(order(), R), subject: ref('Patient/b') });
    expect(await labels(await make(value({ basedOn: [ref(nameOf(theirs))] })))).toEqual([]);
  });

  it('is kept with what it brings, and with what comes of a Task about it: a letter, a renewal', async () => {
    const kept = await make(labelled(order(), R));
    const part = await make(value());
    await make(
      of('DiagnosticReport', {
        status: 'final',
        code: { text: 'HIV' },
        basedOn: [ref(nameOf(kept))],
        result: [ref(nameOf(part))],
      }),
    );
    expect(await labels(part)).toEqual(['R']);
    const task = { status: 'requested', intent: 'order', focus: ref(nameOf(kept)) };
    const asked = await make(of('Task', task));
    const letter = await make(document());
    const notice = await make(of('Task', { ...task, meta: { security: [NOPAT] } }));
    const word = await make(message());
    const told = [{ type: { text: 'Message' }, valueReference: ref(nameOf(word)) }];
    await make({ ...notice, status: 'completed', output: told });
    expect(await labels(word)).toEqual(['R']);
    const output = [{ type: { text: 'Document' }, valueReference: ref(nameOf(letter)) }];
    await make({ ...asked, status: 'completed', output });
    expect(await labels(letter)).toEqual(['R']);
  });

  it.runIf(hasTransactions)('is kept where both are written together, in whatever order', async () => {
    const [first, second, third, task] = ['1', '2', '3', '4'].map(
      (each) => `urn:uuid:0000000${each}-0000-4000-8000-000000000000`,
    ) as [string, string, string, string];
    const entries: readonly (readonly [string, Resource])[] = [
      [third, message({ inResponseTo: [ref(second)] })],
      [second, message({ inResponseTo: [ref(first)] })],
      [first, labelled(message(), R)],
      [
        task,
        of('Task', {
          status: 'completed',
          intent: 'order',
          focus: ref(third),
          output: [
            {
              type: { text: 'Document' },
              valueReference: ref('urn:uuid:00000005-0000-4000-8000-000000000000'),
            },
          ],
        }),
      ],
      ['urn:uuid:00000005-0000-4000-8000-000000000000', document()],
    ];
    for (const token of [doctor, lab]) {
      const { status, text, body } = await world.ask('POST', '/', {
        token,
        body: {
          resourceType: 'Bundle',
          type: 'transaction',
          entry: entries.map(([fullUrl, resource]) => ({
            fullUrl,
            resource,
            request: { method: 'POST', url: resource.resourceType },
          })),
        },
      });
      expect(status, text).toBe(200);
      const [last, middle, , , letter] = body.entry.map(({ response }: Resource) => {
        const [resourceType, id] = response.location
          .replace(/\/_history.*/, '')
          .split('/')
          .slice(-2);
        return { resourceType, id };
      });
      expect([await labels(last), await labels(middle), await labels(letter)]).toEqual([['R'], ['R'], ['R']]);
    }
  });
});
