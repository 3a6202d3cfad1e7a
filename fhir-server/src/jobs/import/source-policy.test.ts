import { describe, expect, it } from 'vitest';
import { createMayFetch, lookupFor } from './source-policy.ts';

describe('where an import may fetch from', () => {
  it('is what begins as the configuration says, as a whole part of the address', () => {
    const mayFetch = createMayFetch(['https://files.example/exports', 'https://other.example'], []);
    for (const url of [
      'https://files.example/exports/a.ndjson',
      'https://FILES.example/exports/b/c',
      'https://other.example/x',
    ])
      expect([url, mayFetch(url)]).toEqual([url, true]);
    for (const url of [
      'https://files.example/exportsx/a',
      'https://files.example/exports/../secret',
      'https://files.example/exports/%2e%2e/secret',
      'https://files.example.evil/exports/a',
      'https://files.example@evil.example/exports/a',
      'http://files.example/exports/a',
      'https://files.example:8443/exports/a',
      'file:///exports/a',
      'exports/a',
    ])
      expect([url, mayFetch(url)]).toEqual([url, false]);
    expect(createMayFetch([], [])('https://files.example/')).toBe(false);
  });

  it('is no address of this server’s own network, by number or by name, unless its host is named', async () => {
    const from = ['http://127.0.0.1/a', 'http://[::1]/a', 'http://169.254.169.254/a', 'http://2130706433/a'];
    for (const url of from) expect([url, createMayFetch(from, [])(`${url}/b`)]).toEqual([url, false]);
    expect(createMayFetch(from, ['127.0.0.1'])('http://127.0.0.1/a/b')).toBe(true);
    for (const host of ['localhost', '127.0.0.1.nip.io', 'LOCALHOST']) {
      const { lookup } = lookupFor(host, ['other.example']);
      const told = await new Promise((resolve) => lookup?.(host, {}, (error) => resolve(error?.code)));
      expect(told, host).toBe('ENOTFOUND');
    }
    expect(lookupFor('localhost', ['LocalHost'])).toEqual({});
  });
});
