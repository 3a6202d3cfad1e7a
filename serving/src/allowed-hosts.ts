/**
 * Pages that tell something without asking who wants it (health, metrics, what developers are shown) answer only a browser that means this server: by DNS
 * rebinding any web site could read them on the machine of whoever visits it, but its requests carry that site's own name in `Host`.
 */
import type { IncomingMessage } from 'node:http';

const THIS_MACHINE = ['localhost', '127.0.0.1', '[::1]'];

export type IsAllowedHost = (request: Pick<IncomingMessage, 'headers'>) => boolean;

/** `addresses`: the server's own, as configured; `others`: further names, without a port. */
export function allowedHosts(addresses: readonly string[], others: readonly string[] = []): IsAllowedHost {
  const names = new Set([
    ...THIS_MACHINE,
    ...addresses.map((address) => new URL(address).hostname),
    ...others.map((name) => name.toLowerCase()),
  ]);
  return ({ headers: { host } }) => host !== undefined && names.has(nameOf(host));
}

/** Without the port; what can't be a name is none. */
function nameOf(host: string): string {
  const [, name = ''] = /^(\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/.exec(host) ?? [];
  return name.toLowerCase();
}

/** RFC 9110, section 15.5.20. */
export const MISDIRECTED = 421;
