/**
 * The `next` links of a server behind a proxy may name it by an address of its own network (https://hl7.org/fhir/R4/http.html#paging): what is the same server by the
 * path of its base URL is asked for at the base URL. Any other is another server, and is not asked.
 */
import { anotherServer } from './another-server.ts';

/** `address`: whole, of another origin. Throws what is said of another server. */
export function atBase(address: string, baseUrl: string): string {
  const base = new URL(baseUrl);
  const path = base.pathname.replace(/\/$/, '');
  const { pathname, search } = new URL(address);
  if (pathname !== path && !pathname.startsWith(`${path}/`)) throw anotherServer();
  return `${base.origin}${pathname}${search}`;
}
