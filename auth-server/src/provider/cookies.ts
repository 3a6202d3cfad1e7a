/** Names and settings of the cookies. Over https they carry the prefixes that browsers hold them to (RFC 6265bis, section 4.1.3). */
import type { Configuration } from 'oidc-provider';
import type { Config } from '../config.ts';
import type { ServerKeys } from './keys.ts';

const isSecure = (config: Config): boolean => config.origin.startsWith('https:');

/** For the whole host: `__Host-`. */
export const hostCookie = (config: Config, name: string): string =>
  `${isSecure(config) ? '__Host-' : ''}wellspring_${name}`;

/** What every cookie of this server is like. */
export function cookieOptions(config: Config) {
  return { httpOnly: true, sameSite: 'lax', secure: isSecure(config), path: '/' } as const;
}

/** Of one exchange between /authorize and the app. It has a path of its own, which `__Host-` does not allow. */
export const interactionCookie = (config: Config): string => `${pathPrefix(config)}wellspring_interaction`;

const pathPrefix = (config: Config): string => (isSecure(config) ? '__Secure-' : '');

export function cookieSettings(config: Config, keys: ServerKeys): NonNullable<Configuration['cookies']> {
  const options = { signed: true, httpOnly: true, sameSite: 'lax' } as const;
  return {
    keys: [...keys.cookieKeys],
    names: {
      session: hostCookie(config, 'session'),
      interaction: interactionCookie(config),
      resume: `${pathPrefix(config)}wellspring_resume`,
    },
    long: options,
    short: options,
  };
}
