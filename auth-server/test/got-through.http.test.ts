/** What an independent attack got through with, in November 2026, by its numbers (X…): the auth-server's part, on real servers. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { codeIn, type Mailbox, openMailbox } from './mailbox.ts';
import { type Browser, CALLBACK, launch, openWorld, type PageAnswer, pkce, type World } from './world.ts';

let world: World;
let mailbox: Mailbox;

beforeAll(async () => {
  mailbox = await openMailbox();
  world = await openWorld({ env: { ...mailbox.env, TRUST_PROXY_HOPS: '1', NOTICE_SECONDS: '0.2' } });
});
afterAll(async () => {
  await world?.close();
  await mailbox?.close();
});
afterEach(() => vi.useRealTimers());

interface Launched {
  readonly browser: Browser;
  readonly page: PageAnswer;
  readonly verifier: string;
}

/** Everything that is asked is allowed, for this patient where there are several. */
async function launched(
  login: string,
  members: Record<string, string | undefined>,
  patient?: string,
): Promise<Launched> {
  const browser = world.browser();
  const { verifier, challenge } = pkce();
  let page = await browser.signIn(await browser.authorize(launch(world.fhir, challenge, members)), login);
  if (patient !== undefined) page = await browser.submit(page, 'patient', { patient });
  const groups = [...page.html.matchAll(/name="(group|part)" value="([^"]+)"/g)].map(
    ([, name, value]) => [name ?? '', value ?? ''] as [string, string],
  );
  if (groups.length > 0) page = await browser.submit(page, 'consent', groups);
  return { browser, page, verifier };
}

async function tokens(login: string, members: Record<string, string | undefined>, patient?: string) {
  const { page, verifier, browser } = await launched(login, members, patient);
  const { status, body } = await world.token({
    grant_type: 'authorization_code',
    client_id: members.client_id ?? 'third-party',
    code: new URL(page.url).searchParams.get('code') ?? '',
    redirect_uri: CALLBACK,
    code_verifier: verifier,
  });
  expect(status).toBe(200);
  return { ...body, browser };
}

async function put(resource: { resourceType: string; id: string } & Record<string, unknown>): Promise<void> {
  const { resourceType, id } = resource;
  const answer = await world.ask(`${resourceType}/${id}`, { method: 'PUT', body: resource });
  expect([200, 201]).toContain(answer.status);
}

// biome-ignore lint/suspicious/noExplicitAny: resources of every shape
const read = async (path: string, token?: string): Promise<any> =>
  (await world.ask(path, token === undefined ? {} : { token })).json();

describe('X1 contact data that a proxy wrote', () => {
  const CHILD = { given: 'Child-1', family: 'Tester', birthDate: '1980-02-03', activationCode: '' };
  const SCOPE = 'openid fhirUser launch/patient patient/Patient.rus';
  const codesTo = (to: string) => mailbox.mails.filter((mail) => mail.to === to && codeIn(mail.text)).length;

  async function written(telecom: object[]) {
    const { access_token: token } = await tokens('parent', { scope: SCOPE }, 'child-1');
    const child = await read('Patient/child-1', token);
    return world.ask('Patient/child-1', { method: 'PUT', token, body: { ...child, telecom } });
  }
  /** How many codes came, when somebody signs up as the child with this contact. */
  async function signUp(contact: string): Promise<number> {
    const before = codesTo(contact);
    await world.browser().post('/sign-up', { ...CHILD, contact });
    await new Promise((resolve) => setTimeout(resolve, 300));
    return codesTo(contact) - before;
  }
  const email = (value: string, more: object = {}) => ({ system: 'email', value, ...more });

  it('proves nobody, whatever else the request says of it', async () => {
    await put({ ...(await read('Patient/child-1')), telecom: [email('clinic@example.org')] });
    const answers = [
      [email('proxy-1@example.org')],
      [email('clinic@example.org'), email('proxy-1@example.org')],
      // Once written, it is not made the clinic's by being sent back without its mark, or with the patient's own confirmation.
      [
        email('proxy-1@example.org', {
          extension: [{ url: 'urn:wellspring:contact-confirmed', valueDate: '2026-11-27' }],
        }),
      ],
      [email('proxy-1@example.org', { use: 'home', rank: 1 })],
    ];
    for (const telecom of answers) {
      expect((await written(telecom)).status).toBe(200);
      expect(await signUp('proxy-1@example.org')).toBe(0);
    }
  });

  it('that had ended, or was called old by the clinic, is not made good again', async () => {
    const old = [
      email('ex@example.org', { use: 'old' }),
      email('gone@example.org', { period: { end: '2020-01' } }),
    ];
    await put({ ...(await read('Patient/child-1')), telecom: old });
    expect(await signUp('gone@example.org')).toBe(0);
    expect((await written([email('ex@example.org'), email('gone@example.org')])).status).toBe(200);
    expect(await signUp('ex@example.org')).toBe(0);
    expect(await signUp('gone@example.org')).toBe(0);
  });

  it('that the clinic itself wrote, but is a relative’s own, proves nobody either', async () => {
    const parent = await read('RelatedPerson/parent-1');
    const shared = [email('kept-in-both@example.org'), email('parent@example.org')];
    await put({ ...(await read('Patient/child-1')), telecom: shared });
    await put({ ...parent, telecom: [email('Kept-In-Both@example.org')] });
    expect(await signUp('kept-in-both@example.org')).toBe(0);
    // Where the parent's account is reached.
    expect(await signUp('parent@example.org')).toBe(0);
    await put(parent);
  });

  it('is told to the patient, where the clinic knew them, and to the clinic, by one task', async () => {
    await put({ ...(await read('Patient/child-1')), telecom: [email('known@example.org')] });
    await written([email('proxy-2@example.org', { rank: 1 }), email('known@example.org')]);
    await written([email('proxy-3@example.org', { rank: 1 })]);
    await vi.waitFor(
      () =>
        expect(
          mailbox.mails.filter(
            ({ to, subject }) => to === 'known@example.org' && subject.includes('contact details'),
          ),
        ).toHaveLength(2),
      { timeout: 5000 },
    );
    const tasks = await read('Task?patient=child-1&code=urn:wellspring:task|contact-changed');
    expect(tasks.entry).toHaveLength(1);
    expect(tasks.entry[0].resource).toMatchObject({
      status: 'requested',
      focus: { reference: 'Patient/child-1' },
      requester: { reference: 'RelatedPerson/parent-1' },
    });
  });

  it('proves the patient once the clinic has written it without the mark; what the clinic had recorded keeps its worth', async () => {
    await written([email('agreed@example.org'), email('known@example.org')]);
    const marked = await read('Patient/child-1');
    expect(marked.telecom[0].extension).toMatchObject([{ url: 'urn:wellspring:unconfirmed-contact' }]);
    // Written back as it was read, it is still unconfirmed.
    await put(marked);
    expect(await signUp('agreed@example.org')).toBe(0);
    await put({ ...marked, telecom: [email('agreed@example.org'), email('known@example.org')] });
    await written([email('known@example.org', { rank: 1 }), email('agreed@example.org')]);
    expect(await signUp('known@example.org')).toBe(1);
    expect(await signUp('agreed@example.org')).toBe(1);
  });
});
