/**
 * Where files of an import may come from. The configuration names addresses by their beginnings; a name is looked up once, and an address inside this server's own
 * network is connected to only where the configuration names its host (rule S01 of docs/SECURITY.md).
 */
import { isIP, type LookupFunction } from 'node:net';
import { FhirError } from '@wellspring/profiles';
import { isPublic, outwardLookup } from '@wellspring/serving/public-address';

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
    return isIP(address) === 0 || isPublic(address) || isNamed(hostname, privateHosts);
  };
}

/** A host that the configuration names is looked up as the system does it, and may be called by whatever address it has; of every other only what anybody may call. */
export const lookupFor = (
  hostname: string,
  privateHosts: readonly string[],
): { readonly lookup?: LookupFunction } =>
  isNamed(hostname, privateHosts) ? {} : { lookup: outwardLookup(isPublic) };

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '').toLowerCase();

const isNamed = (hostname: string, privateHosts: readonly string[]): boolean =>
  privateHosts.some((each) => bare(each) === bare(hostname));

export const refused = (text: string): FhirError =>
  new FhirError(422, [{ severity: 'error', code: 'processing', diagnostics: text }]);
