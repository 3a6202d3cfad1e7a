import { describe, expect, it } from 'vitest';
import type { AccessContext } from '../access/access-context.ts';
import { createAuthenticate } from './authenticate.ts';

const BASE = 'http://here/fhir';
const SECOND = 1000;

function opened({ ground }: { ground?: (access: AccessContext) => Promise<AccessContext> } = {}) {
  let elapsed = 0;
  const asked = { tokens: 0, grounds: 0 };
  let consents: object = [];
  const answer = {
    active: true,
    aud: BASE,
    sub: 's',
    client_id: 'c',
    scope: 'patient/Patient.rs',
    patient: 'x',
  };
  const authenticate = createAuthenticate(
    async () => {
      asked.tokens += 1;
      return answer;
    },
    {
      audience: BASE,
      cacheSeconds: 60,
      now: () => elapsed,
      elapsed: () => elapsed,
      consents: async () => consents,
      async ground(access) {
        asked.grounds += 1;
        return ground ? ground(access) : { ...access, subject: `${access.subject} ${asked.grounds}` };
      },
    },
  );
  const ask = async () => (await authenticate('Bearer token')).subject;
  const pass = (ms: number) => {
    elapsed += ms;
  };
  const change = () => {
    consents = [];
  };
  return { ask, asked, pass, change, answer };
}

describe('a token that was asked about', () => {
  it('is not asked about again for a minute, nor what is stored of its holder, unless a Consent changed: then within seconds', async () => {
    const { ask, asked, pass, change } = opened();
    expect(await ask()).toBe('s 1');
    pass(5 * SECOND);
    expect(await ask()).toBe('s 1');
    change();
    pass(1.9 * SECOND);
    expect(await ask()).toBe('s 1');
    pass(0.2 * SECOND);
    expect(await ask()).toBe('s 2');
    pass(5 * SECOND);
    expect(await ask()).toBe('s 2');
    expect(asked).toEqual({ tokens: 1, grounds: 2 });
    pass(48 * SECOND);
    await ask();
    expect(asked).toEqual({ tokens: 2, grounds: 3 });
  });

  it('is once asked after for requests that come together', async () => {
    const { ask, asked, pass, change } = opened();
    await ask();
    change();
    pass(3 * SECOND);
    await Promise.all(Array.from({ length: 20 }, ask));
    expect(asked).toEqual({ tokens: 1, grounds: 2 });
  });

  it('opens nothing while it can not be said what its holder may do, and is asked after again at once', async () => {
    let isAway = false;
    const { ask, asked, pass, change } = opened({
      ground: (access) => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(access)),
    });
    expect(await ask()).toBe('s');
    isAway = true;
    change();
    pass(3 * SECOND);
    await expect(ask()).rejects.toThrow('away');
    isAway = false;
    expect(await ask()).toBe('s');
    expect(asked).toEqual({ tokens: 1, grounds: 3 });
  });

  it('and is not valid, opens nothing and asks nothing of its holder', async () => {
    const { ask, asked, answer } = opened();
    answer.aud = 'http://elsewhere/fhir';
    await expect(ask()).rejects.toMatchObject({ status: 401 });
    await expect(ask()).rejects.toMatchObject({ status: 401 });
    expect(asked).toEqual({ tokens: 1, grounds: 0 });
  });
});
