import { describe, expect, it } from 'vitest';
import { addressOf, linkOf, newKey, seal, unseal } from './shlink.ts';

const BASE = 'https://clinic.example/fhir';

describe('a shared link', () => {
  it('opens what was sealed with its key, and nothing that was changed', async () => {
    const key = newKey();
    const sealed = await seal('{"resourceType":"Bundle"}', key);
    expect(sealed).not.toContain('Bundle');
    expect(await unseal(sealed, key)).toBe('{"resourceType":"Bundle"}');
    await expect(unseal(sealed, newKey())).rejects.toThrow();
    const parts = sealed.split('.');
    parts[3] = `${parts[3]?.[0] === 'A' ? 'B' : 'A'}${parts[3]?.slice(1)}`;
    await expect(unseal(parts.join('.'), key)).rejects.toThrow();
  });

  it('survives its address, and asks no other server', () => {
    const link = { url: `${BASE}/shared/abc`, key: newKey(), label: 'Dra. Peña', flag: 'P', exp: 1, v: 1 };
    const address = new URL(addressOf(link, 'https://portal.example'));
    expect(address.pathname + address.search).toBe('/shared');
    expect(linkOf(address.hash, BASE)).toEqual(link);
    for (const url of [
      'https://evil.example/fhir/shared/abc',
      `${BASE}.evil.example/shared/a`,
      `${BASE}/Patient/a`,
    ])
      expect(
        linkOf(new URL(addressOf({ ...link, url }, 'https://portal.example')).hash, BASE),
      ).toBeUndefined();
    expect(linkOf('#shlink:/not-a-link', BASE)).toBeUndefined();
    expect(linkOf('', BASE)).toBeUndefined();
  });
});
