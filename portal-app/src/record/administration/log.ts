/** What the audit log says about a patient, or of a colleague. */
import type { AuditEvent, Patient } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { lookUp } from '../../format/table.ts';
import { nameText, officialName } from '../../format/words.ts';
import { type Text, t } from '../../i18n/text.ts';
import type { FhirApi } from '../../smart/fhir.ts';
import { askedBy, patientsOf } from '../access/asked.ts';
import { type Names, thingsText, whatText } from '../access/words.ts';

/** Ids of one search. */
const MOST = 100;

/** Names of those whose records were touched, by their reference. Whom the reader may not open is left out. */
export const recordsQuery = (fhir: FhirApi, events: readonly AuditEvent[]) => {
  const ids = [...new Set(events.flatMap(patientsOf))].map((reference) => reference.split('/')[1] as string);
  const searches = Array.from(
    { length: Math.ceil(ids.length / MOST) },
    (_, i) => `Patient?_id=${ids.slice(i * MOST, (i + 1) * MOST).join(',')}&_elements=name&_count=${MOST}`,
  );
  return queryOptions({
    queryKey: ['log-records', ...searches],
    enabled: searches.length > 0,
    placeholderData: (before: Names | undefined) => before,
    queryFn: async (): Promise<Names> => {
      const answers = await fhir.batch(searches);
      const found = answers.flatMap((answer) =>
        'resources' in answer ? (answer.resources as Patient[]) : [],
      );
      return new Map(found.map((each) => [`Patient/${each.id}`, nameText(officialName(each))]));
    },
  });
};

/** Whose record it was; the reference, where the name may not be read. */
export const whoseText = (event: AuditEvent, names: Names): string =>
  patientsOf(event)
    .map((reference) => names.get(reference) || reference)
    .join(', ');

/** What was done with what: a search by the names of its conditions, an operation by its own. */
export function deedText(event: AuditEvent): string {
  if (event.action !== 'E') return whatText(event);
  const things = thingsText(event);
  const operation = event.subtype?.map(({ code }) => /\$[a-z][a-z-]*/.exec(code ?? '')?.[0]).find(Boolean);
  if (operation !== undefined) return t('Used {operation} on {things}', { operation, things });
  const names = askedBy(event);
  return names.length === 0
    ? t('Searched {things}', { things })
    : t('Searched {things} by {names}', { things, names: names.join(', ') });
}

const OUTCOMES: Readonly<Record<string, Text>> = {
  '0': 'succeeded',
  '4': 'refused',
  '8': 'failed',
  '12': 'failed',
};

/** undefined where the log does not say. */
export function outcomeText({ outcome }: AuditEvent): string | undefined {
  const words = lookUp(OUTCOMES, outcome);
  return words && t(words);
}
