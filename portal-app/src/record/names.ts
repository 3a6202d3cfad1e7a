/**
 * Who is meant where a resource names somebody by reference alone, as other systems write it (https://hl7.org/fhir/R4/references.html#Reference: `display` may be left
 * out): read in one request, and put beside the reference for those who draw it. What is written back is never what was named here.
 */
import type { Reference, Resource } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { resourceName } from '../format/named.ts';
import { type FhirApi, listOf } from '../smart/fhir.ts';

/** Those who have a name that everybody may know. */
const NAMED =
  /^(Practitioner|PractitionerRole|Organization|RelatedPerson|Location|HealthcareService)\/([A-Za-z0-9\-.]{1,64})$/;
/** More of them on one page nobody reads; and no address is endless. */
const MOST = 100;

export type Names = ReadonlyMap<string, string>;

/** Whatever somebody who is not named is referred to by, each once. */
export function unnamedIn(value: unknown): readonly string[] {
  const found = new Set<string>();
  visit(value, ({ reference = '' }) => found.add(reference));
  return [...found].sort().slice(0, MOST);
}

function visit(value: unknown, meet: (reference: Reference) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (isUnnamed(value)) meet(value);
  for (const each of Object.values(value)) visit(each, meet);
}

const isUnnamed = (value: Reference): boolean =>
  typeof value.reference === 'string' && !value.display && NAMED.test(value.reference);

/** The same with their names; what has none to be put in stays the same object. */
export function withNames<T>(value: T, names: Names): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const all = value.map((each) => withNames(each as unknown, names));
    return all.some((each, i) => each !== value[i]) ? (all as T) : value;
  }
  const name = isUnnamed(value) ? names.get((value as Reference).reference ?? '') : undefined;
  if (name) return { ...value, display: name };
  const entries = Object.entries(value).map(
    ([key, each]) => [key, withNames(each as unknown, names)] as const,
  );
  return entries.some(([key, each]) => each !== (value as Record<string, unknown>)[key])
    ? (Object.fromEntries(entries) as T)
    : value;
}

export const namesQuery = (fhir: FhirApi, references: readonly string[]) =>
  queryOptions({
    queryKey: ['names', ...references],
    queryFn: () => readNames(fhir, references),
    enabled: references.length > 0,
  });

/** For a query whose page knows words alone. Without the names it is what it was. */
export async function named<T>(fhir: FhirApi, value: T): Promise<T> {
  const asked = unnamedIn(value);
  if (asked.length === 0) return value;
  return withNames(value, await readNames(fhir, asked).catch(() => new Map<string, string>()));
}

async function readNames(fhir: FhirApi, references: readonly string[]): Promise<Names> {
  const byType = Map.groupBy(references, (each) => each.split('/')[0] ?? '');
  const answers = await fhir.batch(
    [...byType].map(([type, all]) => {
      const ids = all.map((each) => each.split('/')[1]).join(',');
      const whose = type === 'PractitionerRole' ? '&_include=PractitionerRole:practitioner' : '';
      return `${type}?_id=${ids}&_count=${MOST}${whose}`;
    }),
  );
  const found = answers.flatMap((answer) => listOf<Resource>(answer) ?? []);
  const byReference = new Map(found.map((each) => [`${each.resourceType}/${each.id}`, each]));
  const resolve = (each: Reference | undefined) => byReference.get(each?.reference ?? '');
  return new Map(
    references.flatMap((reference) => {
      const name = resourceName(resolve({ reference }), resolve);
      return name ? [[reference, name] as const] : [];
    }),
  );
}
