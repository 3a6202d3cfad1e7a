/**
 * The `next` links of a server behind a proxy may name it by an address of its own network (https://hl7.org/fhir/R4/http.html#paging): what is the same server by the
 * path of its base URL is asked for at the base URL. Any other address is left as it is, and is never followed (fhir-http.ts).
 */
import type { Bundle } from '@medplum/fhirtypes';

/** Bundles that `Bundle.link` of kind `next` leads on from; everything else is given back. */
export function withOwnNext<T>(answer: T, baseUrl: string): T {
  const { resourceType, link } = answer as Partial<Bundle>;
  if (resourceType !== 'Bundle' || !link?.some(({ relation }) => relation === 'next')) return answer;
  const own = link.map((each) =>
    each.relation === 'next' && each.url ? { ...each, url: atBase(each.url, baseUrl) } : each,
  );
  return { ...answer, link: own };
}

function atBase(address: string, baseUrl: string): string {
  const base = new URL(baseUrl);
  const path = base.pathname.replace(/\/$/, '');
  if (!URL.canParse(address, `${base.origin}${path}/`)) return address;
  const url = new URL(address, `${base.origin}${path}/`);
  const isOurs = url.pathname === path || url.pathname.startsWith(`${path}/`);
  return isOurs ? `${base.origin}${url.pathname}${url.search}` : url.href;
}
