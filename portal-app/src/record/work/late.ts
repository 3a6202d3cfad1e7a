/** What is late, as the rows say it: after what the clinic promises of each kind; of follow-ups by the day that a colleague named, by which no server searches. */
import type { Task } from '@medplum/fhirtypes';
import { allPages } from '../../smart/all-pages.ts';
import type { FhirApi } from '../../smart/fhir.ts';
import { isLate, KINDS, lateBefore } from './kinds.ts';
import type { Kind } from './service-levels.ts';

type Params = Readonly<Record<string, string>>;

/** The one kind that is made with a day of its own (follow-up.ts). */
const DATED = 'follow-up' satisfies Kind;

/** Their ids. `within`: which are open, whose, of which pool. */
export async function lateFollowUps(fhir: FhirApi, within: Params): Promise<readonly string[]> {
  const { resources } = await allPages<Task>(fhir, 'Task', {
    ...within,
    code: KINDS[DATED].code,
    _elements: 'status,intent,code,authoredOn,restriction',
    _count: '500',
  });
  return resources.filter((task) => isLate(task)).flatMap(({ id }) => id ?? []);
}

/** More than anybody reads, and no more than an address holds. */
const MOST_NAMED = 100;

/** Of a search for what is late of these kinds; undefined: nothing is. */
export async function lateFilter(
  fhir: FhirApi,
  within: Params,
  kinds: readonly Kind[],
): Promise<string | undefined> {
  const dated = kinds.includes(DATED) ? await lateFollowUps(fhir, within) : [];
  const parts = [
    ...kinds
      .filter((kind) => kind !== DATED)
      .map((kind) => `(code eq ${KINDS[kind].code} and authored-on lt ${lateBefore(kind)})`),
    ...dated.slice(0, MOST_NAMED).map((id) => `_id eq ${id}`),
  ];
  return parts.length === 0 ? undefined : parts.join(' or ');
}
