/**
 * What a search was to bring along (https://hl7.org/fhir/R4/search.html#include) of a server that does not do so: a name of a medicine, the values of a report. It is read by its
 * references. Fetched for such a server alone.
 */
import type { Bundle, BundleEntry, Resource } from '@medplum/fhirtypes';

/** Elements that hold what a search parameter finds, by `Type:parameter`. */
const ELEMENTS: Readonly<Record<string, readonly string[]>> = {
  'CarePlan:activity-reference': ['activity', 'reference'],
  'DiagnosticReport:result': ['result'],
  'ImagingStudy:endpoint': ['endpoint'],
  'MedicationRequest:medication': ['medicationReference'],
  'Observation:has-member': ['hasMember'],
};

/** So many ids in one search. */
const AT_ONCE = 50;
/** Panels of panels: as deep as any laboratory goes. */
const DEPTH = 3;

export interface Reader {
  readonly baseUrl: string;
  search(address: string): Promise<Bundle>;
  read(address: string): Promise<Resource>;
}

/** `address`: of the search that `bundle` answers. What can't be read is left out, as a server would. */
export async function withIncluded(bundle: Bundle, address: string, reader: Reader): Promise<Bundle> {
  const asked = [...new URLSearchParams(address.split('?')[1])].flatMap(([name, value]) =>
    /^_include(:iterate)?$/.test(name) && ELEMENTS[value] ? [value] : [],
  );
  const entries = [...(bundle.entry ?? [])];
  const tried = new Set(entries.map(({ resource }) => `${resource?.resourceType}/${resource?.id}`));
  for (let i = 0; i < DEPTH; i++) {
    const missing = [...referred(entries, asked, reader.baseUrl)].filter((each) => !tried.has(each));
    if (missing.length === 0) break;
    for (const each of missing) tried.add(each);
    entries.push(...(await readAll(missing, reader)));
  }
  return { ...bundle, entry: entries };
}

function referred(
  entries: readonly BundleEntry[],
  asked: readonly string[],
  baseUrl: string,
): ReadonlySet<string> {
  const found = asked.flatMap((each) =>
    entries
      .filter(({ resource }) => resource?.resourceType === each.split(':')[0])
      .flatMap(({ resource }) => at(resource, ELEMENTS[each] ?? []))
      .flatMap((reference) => localOf(reference, baseUrl) ?? []),
  );
  return new Set(found);
}

function at(value: unknown, [name, ...others]: readonly string[]): readonly unknown[] {
  if (name === undefined) return [value];
  return [(value as Readonly<Record<string, unknown>> | undefined)?.[name]]
    .flat()
    .flatMap((each) => (each === undefined ? [] : at(each, others)));
}

/** `Type/id`: what is in the resource itself, or on another server, is no business of this one. */
function localOf(value: unknown, baseUrl: string): string | undefined {
  const reference = (value as { readonly reference?: unknown } | undefined)?.reference;
  if (typeof reference !== 'string') return undefined;
  const local = reference.startsWith(`${baseUrl}/`) ? reference.slice(baseUrl.length + 1) : reference;
  return /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}/.exec(local)?.[0];
}

async function readAll(references: readonly string[], reader: Reader): Promise<readonly BundleEntry[]> {
  const byType = Map.groupBy(references, (each) => each.split('/')[0] ?? '');
  const parts = [...byType].flatMap(([type, all]) =>
    Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, i) => ({
      type,
      all: all.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
    })),
  );
  const found = await Promise.all(parts.map(({ type, all }) => readSome(type, all, reader)));
  return found.flat().map((resource) => ({ resource, search: { mode: 'include' } }));
}

/** In one search; one by one where the server does not search by ids. */
async function readSome(
  type: string,
  all: readonly string[],
  { search, read }: Reader,
): Promise<readonly Resource[]> {
  const ids = all.map((each) => each.slice(type.length + 1)).join(',');
  const bundle = await search(`${type}?_id=${encodeURIComponent(ids)}&_count=${all.length}`).catch(
    () => undefined,
  );
  const found = (bundle?.entry ?? []).flatMap(({ resource }) =>
    resource && all.includes(`${resource.resourceType}/${resource.id}`) ? [resource] : [],
  );
  const have = new Set(found.map(({ id }) => `${type}/${id}`));
  const others = await Promise.allSettled(all.filter((each) => !have.has(each)).map(read));
  return [...found, ...others.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))];
}
