import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../config.ts';
import { criteria, unmetCriteria } from './password-policy.ts';

const config = loadConfig({});
const unmet = (password: string, own: readonly string[] = [], settings = config) =>
  unmetCriteria(settings, password, own);

describe('U07 a password', () => {
  it('has each kind of character and the length', async () => {
    expect(await unmet('Violet-Harbour-47')).toEqual([]);
    expect(await unmet('violet-harbour-47')).toEqual(['upper']);
    expect(await unmet('VIOLET-HARBOUR-47')).toEqual(['lower']);
    expect(await unmet('Violet-Harbour-xx')).toEqual(['digit']);
    expect(await unmet('VioletHarbour4711')).toEqual(['special']);
    expect(await unmet('Violet-47')).toContain('length');
  });

  it.each([
    'Password123!',
    'Qwerty123456!',
    'P@ssw0rd2026',
    'Sunshine1234!',
    'Iloveyou2026!',
    'Aa1!Aa1!Aa1!',
    'Welcome12345!',
  ])('is not a common one with decoration: %s', async (password) => {
    expect(await unmet(password)).toContain('common');
  });

  const lax = loadConfig({ PASSWORD_MIN_LENGTH: '8', PASSWORD_REQUIRES: 'none' });

  it.each(['c0mputer', 'i1oveyou', 'bas3ball', 'footb4ll', 'superm@n', 'ba5eball', 'ba$eball'])(
    'is not a common one with signs for letters: %s',
    async (password) => {
      expect(await unmet(password, [], lax)).toEqual(['common']);
    },
  );

  it('is a common one with up to eight characters around it, and has more than four that differ', async () => {
    expect(await unmet('Football', [], lax)).toEqual(['common']);
    expect(await unmet('1234football5678', [], lax)).toEqual(['common']);
    expect(await unmet('1234football56789', [], lax)).toEqual([]);
    expect(await unmet('abcdabcddcba', [], lax)).toEqual(['common']);
    expect(await unmet('abcdeabcdedcba', [], lax)).toEqual([]);
  });

  it('is told to the page: what can be seen there with its pattern, and what is known here alone', () => {
    expect(criteria(loadConfig({ PASSWORD_MIN_LENGTH: '9', PASSWORD_REQUIRES: 'digit' }))).toEqual([
      { name: 'length', text: 'at least 9 characters', pattern: '^.{9,}$' },
      { name: 'digit', text: 'a number', pattern: '\\p{Nd}' },
      { name: 'common', text: 'not a common password, your name or your username' },
    ]);
  });

  it('has a name of four letters in it where that is less than half of it', async () => {
    expect(await unmet('Zoey-9Kx', [' ZOEY '], lax)).toEqual(['common']);
    expect(await unmet('Zoey-9Kxq', ['zoey'], lax)).toEqual([]);
    expect(await unmet('Zoe-9Kxq', ['zoe'], lax)).toEqual([]);
    expect(await unmet('Xavi-9Kx', ['zoey'], lax)).toEqual([]);
  });

  it('is not one’s own name', async () => {
    expect(await unmet('Margarethe-2026', ['margarethe'])).toContain('common');
    expect(await unmet('Violet-Harbour-47', ['vi', 'jo'])).toEqual([]);
  });

  it('may be long, and of any script, up to 256 characters', async () => {
    expect(await unmet(`Über den Wolken, 7 Möwen! ${'ä'.repeat(60)}`)).toEqual([]);
    expect(await unmet('Fjord🐋-Whale-1999')).toEqual([]);
    expect(await unmet('пароль-Длинный-77')).toEqual([]);
    expect(await unmet(`Aa1-${'bcde'.repeat(63)}`)).toEqual([]);
    expect(await unmet(`Aa1-${'bcde'.repeat(63)}x`)).toEqual(['too-long']);
  });

  it('meets what is configured', async () => {
    const lax = loadConfig({ PASSWORD_MIN_LENGTH: '8', PASSWORD_REQUIRES: 'none' });
    expect(await unmet('harbourviolet', [], lax)).toEqual([]);
    const strict = loadConfig({ PASSWORD_MIN_LENGTH: '20', PASSWORD_REQUIRES: 'digit' });
    expect(await unmet('violet-harbour', [], strict)).toEqual(['length', 'digit']);
    expect(() => loadConfig({ PASSWORD_REQUIRES: 'lower,emoji' })).toThrow('PASSWORD_REQUIRES');
  });
});

describe('breached passwords', () => {
  let service: Server;
  let asked = '';
  let answered = { status: 200, times: 42 };
  const breached = 'Copper-Lantern-82';
  const hash = createHash('sha1').update(breached).digest('hex').toUpperCase();

  beforeAll(async () => {
    service = createServer((request, response) => {
      asked = request.url ?? '';
      response.writeHead(answered.status, { Location: '/elsewhere' });
      response.end(`0000000000000000000000000000000000A:3\r\n${hash.slice(5)}:${answered.times}\r\n`);
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => service.close(resolve)));

  it('are refused, and only five characters of the digest leave', async () => {
    const settings = loadConfig({
      BREACHED_PASSWORDS_URL: `http://127.0.0.1:${(service.address() as AddressInfo).port}`,
    });
    expect(await unmet(breached, [], settings)).toEqual(['breached']);
    expect(asked).toBe(`/range/${hash.slice(0, 5)}`);
    expect(await unmet('Violet-Harbour-47', [], settings)).toEqual([]);
  });

  it.each([
    ['fill of a list that was made longer', { status: 200, times: 0 }],
    ['an error', { status: 503, times: 42 }],
    ['elsewhere', { status: 302, times: 42 }],
  ])('are not what comes with %s', async (_, answer) => {
    answered = answer;
    const settings = loadConfig({
      BREACHED_PASSWORDS_URL: `http://127.0.0.1:${(service.address() as AddressInfo).port}`,
    });
    expect(await unmet(breached, [], settings)).toEqual([]);
  });

  it('are not looked for when the service is away', async () => {
    expect(await unmet(breached, [], loadConfig({ BREACHED_PASSWORDS_URL: 'http://127.0.0.1:1' }))).toEqual(
      [],
    );
  });
});
