/** The pages in the reader's language: by the browser, by the app, by a link; and that the Spanish fits. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spanish } from '../src/words/spanish.ts';
import { type Mailbox, openMailbox } from './mailbox.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let mailbox: Mailbox;
beforeAll(async () => {
  mailbox = await openMailbox();
  world = await openWorld({ env: { ...mailbox.env } });
});
afterAll(async () => {
  await world?.close();
  await mailbox?.close();
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${new URL(world.issuer).origin}${path}`, { headers, redirect: 'manual' });
const cookieOf = (response: Response): string =>
  (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';

describe('a page', () => {
  it('speaks the browser’s language, where it is one of ours', async () => {
    const spoken = async (accept: string) => (await get('/sign-up', { 'Accept-Language': accept })).text();
    for (const accept of ['es-MX,es;q=0.9,en;q=0.8', 'fr, es']) {
      const page = await spoken(accept);
      expect(page).toContain('<html lang="es">');
      expect(page).toContain('Fecha de nacimiento');
      expect(page).toMatch(/<meta name="description" content="Su cuenta en [^"]+">/);
      expect(page).not.toMatch(/>(Continue|Create an account|First name)</);
    }
    for (const accept of ['en-US', 'de', 'en, es'])
      expect(await spoken(accept)).toContain('<html lang="en">');
  });

  it('changes over by its link, and comes back to where it was, and nowhere else', async () => {
    const page = await (await get('/sign-up', { 'Accept-Language': 'en' })).text();
    expect(page).toContain('href="/language?to=es&amp;back=%2Fsign-up"');
    const change = await get('/language?to=es&back=/sign-up');
    expect([change.status, change.headers.get('location')]).toEqual([303, '/sign-up']);
    const after = await get('/sign-up', { 'Accept-Language': 'en', Cookie: cookieOf(change) });
    expect(await after.text()).toContain('<html lang="es">');
    for (const back of ['//evil.example', 'https://evil.example', '/\\evil.example', '/a?b', 'javascript:x'])
      expect((await get(`/language?to=es&back=${encodeURIComponent(back)}`)).headers.get('location')).toBe(
        '/',
      );
  });

  it('speaks as the app asks (ui_locales), and goes on so', async () => {
    const asked = await get('/oauth2/authorize?ui_locales=fr%20es', { 'Accept-Language': 'en' });
    expect(cookieOf(asked)).toMatch(/language=es$/);
  });
});

describe('what a setting leaves open', () => {
  it('is said in the language of the page: whom to ask for an activation code', async () => {
    const refused = async (language: string): Promise<string> => {
      const answer = await fetch(`${new URL(world.issuer).origin}/sign-up`, {
        method: 'POST',
        headers: { 'Accept-Language': language, Origin: new URL(world.issuer).origin },
        body: new URLSearchParams({
          given: 'Ana',
          family: 'Sol',
          birthDate: '1980-01-02',
          contact: 'ana@example.org',
          activationCode: '7KQ2-M4TR-9XWB',
        }),
      });
      return answer.text();
    };
    expect(await refused('en')).toContain('or ask the front desk for a new one');
    const spanish = await refused('es');
    expect(spanish).toContain('pida uno nuevo a la recepción');
    expect(spanish).not.toContain('the front desk');
  });
});

describe('a mail that was asked for', () => {
  it('is in the language of the page it was asked for on', async () => {
    const form = (login: string, language: string) =>
      fetch(`${new URL(world.issuer).origin}/forgot-username`, {
        method: 'POST',
        headers: { 'Accept-Language': language, Origin: new URL(world.issuer).origin },
        body: new URLSearchParams({ login }),
      });
    await form('maria@example.org', 'es');
    const { subject, text } = await mailbox.mailTo('maria@example.org');
    expect(subject).toBe('Su usuario');
    expect(text).toContain('Su usuario es: maria');
  });
});

describe('the Spanish texts', () => {
  const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();
  it('have the placeholders of the English ones, and each is of a text that is used', () => {
    const folder = join(import.meta.dirname, '../src');
    const code = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && entry.name !== 'spanish.ts')
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').replaceAll("\\'", "'"))
      .join('\n');
    for (const [english, text] of Object.entries(spanish)) {
      expect(placeholders(text), english).toEqual(placeholders(english));
      expect(code.includes(`'${english}'`), english).toBe(true);
    }
  });
});
