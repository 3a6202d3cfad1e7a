/** A list of what the clinic has, to its end: whoever comes after the first page is there as well. */
import type { Resource } from '@medplum/fhirtypes';
import type { FhirApi } from './fhir.ts';

/** Longer lists are for a search, and no page shows them. */
const MOST_PAGES = 25;

export async function allPages<T extends Resource>(
  fhir: FhirApi,
  type: T['resourceType'],
  params: Record<string, string>,
): Promise<{ readonly resources: readonly T[]; readonly included: readonly Resource[] }> {
  const [resources, included]: [T[], Resource[]] = [[], []];
  let page = await fhir.search<T>(type, params);
  for (let count = 1; ; count++) {
    resources.push(...page.resources);
    included.push(...page.included);
    if (page.next === undefined || count === MOST_PAGES) return { resources, included };
    page = await fhir.follow<T>(page.next);
  }
}
