/** A questionnaire, with what can be chosen in it. */
import type { Questionnaire, ValueSet } from '@medplum/fhirtypes';
import type { FhirApi } from '../../smart/fhir.ts';
import { expandedOf, setsElsewhere, withOptions } from './asked.ts';

/** More can't be looked through on a page: then it is asked for in words. */
const MOST = 100;

/** A value set that the server does not know, or lets nobody see, that is too long or has codes without a name, leaves its question to be answered in words. */
export async function readQuestionnaire(fhir: FhirApi, id: string): Promise<Questionnaire> {
  const questionnaire = await fhir.read<Questionnaire>('Questionnaire', id);
  const found = await Promise.all(
    setsElsewhere(questionnaire).map(
      async (canonical) => [canonical, await expanded(fhir, canonical)] as const,
    ),
  );
  return withOptions(
    questionnaire,
    new Map(found.flatMap(([canonical, set]) => (set ? [[canonical, set] as const] : []))),
  );
}

/** By `$expand` (https://hl7.org/fhir/R4/valueset-operation-expand.html). */
async function expanded(fhir: FhirApi, canonical: string): Promise<ValueSet | undefined> {
  const [url = '', version] = canonical.split('|');
  const params = new URLSearchParams({ url, count: String(MOST + 1) });
  if (version) params.set('valueSetVersion', version);
  const set = await fhir.get<ValueSet>(`ValueSet/$expand?${params}`).catch(() => undefined);
  const { contains = [], total = contains.length } = set?.expansion ?? {};
  const options = expandedOf(contains);
  const isFit = options.length > 0 && total <= MOST && options.length <= MOST;
  // A number of a code system is nothing to choose by.
  return isFit && options.every(({ display }) => display) ? set : undefined;
}
