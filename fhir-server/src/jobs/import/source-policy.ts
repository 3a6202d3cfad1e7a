/**
 * Where files of an import may come from. The configuration names addresses by their beginnings; a name is looked up once, and an address inside this server's own
 * network is connected to only where the configuration names its host (rule S01 of docs/SECURITY.md).
 */
import { lookup as resolve } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { FhirError } from '@wellspring/profiles';
import { isPublic } from '@wellspring/serving/public-address';

/** `from`: beginnings of URLs. A beginning ends at a slash, so that no other host begins like it. */
export function createMayFetch(
  from: readonly string[],
  privateHosts: readonly string[],
): (url: string) => boolean {
  const beginnings = from.map((each) => new URL(each.endsWith('/') ? each : `${each}/`).href);
  return (url) => {
    if (!URL.canParse(url)) return false;
    const { href, hostname, username, password, hash } = new URL(url);
    if (username !== '' || password !== '' || hash !== '') return false;
    if (!beginnings.some((each) => href.startsWith(each))) return false;
    const address = bare(hostname);
    return isIP(address) === 0 || mayConnect(hostname, address, privateHosts);
  };
}

export function guardedLookup(hostname: string, privateHosts: readonly string[]): LookupFunction {
  return (name, options, callback) => {
    resolve(name, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => mayConnect(hostname, address, privateHosts)))
        return callback(refused(`${hostname} is in a private network.`), '', 0);
      if (options.all) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '').toLowerCase();

function mayConnect(hostname: string, address: string, privateHosts: readonly string[]): boolean {
  return isPublic(address) || privateHosts.some((each) => bare(each) === bare(hostname));
}

export const refused = (text: string): FhirError =>
  new FhirError(422, [{ severity: 'error', code: 'processing', diagnostics: text }]);
