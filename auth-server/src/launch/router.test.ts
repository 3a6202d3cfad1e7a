/** An EHR asks for a launch with context: who may, for whom, and what must be there (SMART App Launch 2.2; docs/APPS.md). */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { MINUTE, pass } from '../../test/kit.ts';
import { APP, openProvider, type ProviderKit } from '../../test/provider-kit.ts';
import { findLaunch } from './ehr-launch.ts';

let kit: ProviderKit;
let ehr: string;
beforeAll(async () => {
  kit = await openProvider();
  ehr = (await kit.systemToken('ehr', 'system/*.rs')).access_token;
  const visit = (id: string, of: string) => ({
    resourceType: 'Encounter',
    id,
    subject: { reference: `Patient/${of}` },
  });
  kit.resources.push(visit('visit-kim', 'kim'), visit('visit-one', 'one'));
});
afterEach(() => {
  vi.useRealTimers();
  kit.fhir.isAway = false;
});
afterAll(() => kit.close());

const ID = 'x'.repeat(64);

async function ask(body: unknown, authorization = `Bearer ${ehr}`) {
  const response = await fetch(`${kit.issuer}/launch`, {
    method: 'POST',
    headers: { authorization },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const { status, headers } = response;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  return { status, headers, body: (await response.json()) as any };
}

describe('the call of an EHR', () => {
  it('is answered with a launch for one app, for five minutes', async () => {
    await kit.store({ client_id: 'with-address', launch_url: 'https://app.example/launch' });
    const context = {
      patient: 'kim',
      encounter: 'visit-kim',
      intent: 'reconcile',
      fhirContext: [{ reference: 'Task/7', role: 'https://ehr.example/role' }],
    };
    const asked = {
      client_id: 'with-address',
      user: 'Practitioner/doc',
      need_patient_banner: false,
      ...context,
    };
    const { status, headers, body } = await ask(asked);
    expect([status, headers.get('cache-control')]).toEqual([201, 'no-store']);
    expect(body).toEqual({
      launch: expect.stringMatching(/^[\w-]{43}$/),
      iss: kit.config.FHIR_BASE_URL,
      expires_in: 300,
      launch_url: expect.stringMatching(/^https:\/\/app\.example\/launch\?iss=.+&launch=[\w-]{43}$/),
    });
    expect(await findLaunch(kit.storage, body.launch, 'with-address')).toEqual({
      clientId: 'with-address',
      fhirUser: 'Practitioner/doc',
      needPatientBanner: false,
      ...context,
    });
    const [event] = await kit.storage.listAudit({ limit: 1 });
    expect(event).toMatchObject({ event: 'launch asked', clientId: 'ehr', detail: 'with-address' });
    const plain = await ask({ client_id: APP });
    expect(plain.status).toBe(201);
    expect(plain.body).not.toHaveProperty('launch_url');
  });

  it('is for clients that may launch, with a token that lives', async () => {
    const reader = (await kit.systemToken('reader', 'system/Patient.rs')).access_token;
    const wrong = [
      '',
      'Bearer',
      'Bearer made-up',
      `Bearer ${reader}`,
      `Basic ${ehr}`,
      `xBearer ${ehr}`,
      `Bearer ${ehr} x`,
    ];
    expect((await ask({ client_id: APP })).status).toBe(201);
    for (const authorization of wrong)
      expect((await ask({ client_id: APP }, authorization)).status).toBe(401);
    pass(5 * MINUTE + 16_000);
    for (const authorization of [...wrong, `Bearer ${ehr}`]) {
      const { status, headers, body } = await ask({ client_id: APP }, authorization);
      expect([status, body.error], authorization).toEqual([401, 'invalid_token']);
      expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  const item = (each: object) => ({ client_id: APP, fhirContext: [each] });
  it.each<[string, unknown]>([
    ['an app alone', {}],
    ['ids of every allowed shape', { patient: 'kim', user: 'Patient/kim' }],
    ['a related person', { user: 'RelatedPerson/mum-one' }],
    ['an intent of two hundred characters', { intent: 'x'.repeat(200) }],
    [
      'twenty things in context',
      { fhirContext: Array.from({ length: 20 }, () => ({ reference: 'Task/1' })) },
    ],
    [
      'a thing by its canonical address',
      item({ canonical: 'http://example.org/q|1', type: 'Questionnaire' }),
    ],
    ['a thing by an identifier', item({ identifier: { value: 'x' } })],
    ['a thing with the role launch', item({ reference: `Task/${ID}`, role: 'launch' })],
    ['another patient, in another role', item({ reference: 'Patient/one', role: 'https://ehr.example/x' })],
  ])('may hold %s', async (_, members) => {
    const { status, body } = await ask({ client_id: APP, ...(members as object) });
    expect(status, JSON.stringify(body)).toBe(201);
  });

  it.each<[string, unknown, RegExp]>([
    ['something that is not JSON', '{', /JSON object/],
    ['a list', [], /./],
    ['no app', {}, /^client_id/],
    ['an app without a name', { client_id: '' }, /^client_id/],
    ['an app with too long a name', { client_id: 'x'.repeat(201) }, /^client_id/],
    ['an app that is not known', { client_id: 'nobody' }, /^client_id/],
    ['members that are not known', { client_id: APP, more: 1 }, /more/],
    ['a path for a patient', { client_id: APP, patient: 'a/b' }, /^patient: must be the id/],
    ['an id that is too long', { client_id: APP, patient: `${ID}x` }, /^patient/],
    ['no id', { client_id: APP, patient: '' }, /^patient/],
    [
      'an encounter without its patient',
      { client_id: APP, encounter: 'visit-kim' },
      /^an encounter needs its patient/,
    ],
    ['a user of another type', { client_id: APP, user: 'Device/x' }, /^user: must be Practitioner/],
    ['a user within something', { client_id: APP, user: 'x/Patient/kim' }, /^user/],
    ['a user beyond something', { client_id: APP, user: 'Patient/kim/x' }, /^user/],
    ['an empty intent', { client_id: APP, intent: '' }, /^intent/],
    ['an endless intent', { client_id: APP, intent: 'x'.repeat(201) }, /^intent/],
    ['a banner that is no answer', { client_id: APP, need_patient_banner: 'no' }, /^need_patient_banner/],
    [
      'too many things',
      { client_id: APP, fhirContext: Array.from({ length: 21 }, () => ({ reference: 'Task/1' })) },
      /^fhirContext/,
    ],
    ['an item of nothing', item({ type: 'Task' }), /needs reference, canonical or identifier/],
    ['an item with more', item({ reference: 'Task/1', x: 1 }), /fhirContext\.0/],
    ['a reference without a type', item({ reference: 'task/1' }), /must be Type\/id/],
    ['a reference to elsewhere', item({ reference: 'https://x.example/Task/1' }), /must be Type\/id/],
    ['a reference with more behind', item({ reference: 'Task/1/_history/2' }), /must be Type\/id/],
    ['a canonical that is no address', item({ canonical: 'q' }), /canonical/],
    ['a type that is none', item({ reference: 'Task/1', type: 'task' }), /type/],
    ['a type of two words', item({ reference: 'Task/1', type: 'Task x' }), /^fhirContext\.0\.type: /],
    ['a type behind something', item({ reference: 'Task/1', type: 'a/Task' }), /^fhirContext\.0\.type: /],
    ['an empty role', item({ reference: 'Task/1', role: '' }), /role/],
    ['a role that is no address', item({ reference: 'Task/1', role: 'mine' }), /role must be launch/],
    ['a patient among other things', item({ reference: 'Patient/kim' }), /members of their own/],
    ['a patient as launch', item({ reference: 'Patient/kim', role: 'launch' }), /members of their own/],
    ['a visit among other things', item({ reference: 'Encounter/visit-kim' }), /members of their own/],
  ])('is refused with %s', async (_, body, told) => {
    const answer = await ask(body);
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
    expect(answer.body.error_description).toMatch(told);
  });

  it.each<[string, object, RegExp]>([
    ['a patient who is not there', { patient: 'nobody' }, /^patient/],
    ['a user who is not there', { user: 'Practitioner/nobody' }, /^user/],
    ['a visit that is not there', { patient: 'kim', encounter: 'nothing' }, /^encounter/],
    ['a visit of somebody else', { patient: 'kim', encounter: 'visit-one' }, /^encounter/],
  ])('is refused with %s', async (_, members, told) => {
    const { status, body } = await ask({ client_id: APP, ...members });
    expect([status, body.error]).toEqual([422, 'invalid_request']);
    expect(body.error_description).toMatch(told);
  });

  it('asks for another try while the FHIR server can not be asked', async () => {
    kit.fhir.isAway = true;
    const { status, headers, body } = await ask({ client_id: APP, patient: 'one' });
    expect([status, body.error]).toEqual([503, 'temporarily_unavailable']);
    expect(headers.get('retry-after')).toBe('5');
  });
});
