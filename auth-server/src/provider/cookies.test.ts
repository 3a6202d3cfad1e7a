/** Cookies are as narrow as browsers can hold them (RFC 6265bis, section 4.1.3). */
import { describe, expect, it } from 'vitest';
import { cookieOptions, cookieSettings, hostCookie } from './cookies.ts';

const at = (origin: string) => ({ origin }) as never;
const keys = { signing: [], cookieKeys: ['new', 'old'], sealKey: 'x' };

describe('the cookies', () => {
  it('over https belong to this host alone, or to a path of it, and say so in their names', () => {
    const secure = at('https://auth.example');
    expect(hostCookie(secure, 'x')).toBe('__Host-wellspring_x');
    expect(cookieSettings(secure, keys).names).toEqual({
      session: '__Host-wellspring_session',
      interaction: '__Secure-wellspring_interaction',
      resume: '__Secure-wellspring_resume',
    });
    expect(cookieOptions(secure)).toEqual({ httpOnly: true, sameSite: 'lax', secure: true, path: '/' });
  });

  it('on a developer’s machine have the names without the promise', () => {
    const plain = at('http://localhost:9');
    expect(hostCookie(plain, 'x')).toBe('wellspring_x');
    expect(cookieSettings(plain, keys).names).toEqual({
      session: 'wellspring_session',
      interaction: 'wellspring_interaction',
      resume: 'wellspring_resume',
    });
    expect(cookieOptions(plain).secure).toBe(false);
  });

  it('are signed by the newest key, out of reach of scripts, and stay away from posts of other sites', () => {
    const { keys: signing, long, short } = cookieSettings(at('https://auth.example'), keys);
    expect(signing).toEqual(['new', 'old']);
    for (const each of [long, short]) expect(each).toEqual({ signed: true, httpOnly: true, sameSite: 'lax' });
  });
});
