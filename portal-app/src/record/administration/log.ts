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

/** What was done with what: a search by the names of its conditions, an operation by its own; and that it was tried, where it was refused or failed. */
export function deedText(event: AuditEvent): string {
  const isDone = event.outcome === undefined || event.outcome === '0';
  const words = isDone ? doneText(event) : triedText(event);
  return isDone ? words : [words, outcomeText(event)].filter(Boolean).join(': ');
}

type Deed = 'operation' | 'several' | 'E' | 'R' | 'C' | 'U' | 'D' | undefined;

/** Where a Bundle is sent to, and a search: by the name of the interaction, and by the route, as earlier releases wrote what was refused. */
const SEVERAL = ['transaction', 'batch'];
const SEARCH = /(?:^|\/)_search$|^search(?:-type|-system)?$/;

function deedOf({ action, subtype = [] }: AuditEvent): Deed {
  const codes = subtype.map(({ code = '' }) => code);
  if (codes.some((code) => code.includes('$'))) return 'operation';
  if (codes.some((code) => SEVERAL.includes(code)) || (action === 'C' && codes.includes('')))
    return 'several';
  if (codes.some((code) => SEARCH.test(code))) return 'E';
  return action;
}

const operationOf = ({ subtype = [] }: AuditEvent): string =>
  subtype.map(({ code }) => /\$[a-z][a-z-]*/.exec(code ?? '')?.[0]).find(Boolean) ?? '';

function doneText(event: AuditEvent): string {
  const deed = deedOf(event);
  const things = thingsText(event);
  if (deed === 'operation')
    return t('Used {operation} on {things}', { operation: operationOf(event), things });
  if (deed === 'several') return t('Sent several requests at once');
  if (deed !== 'E') return whatText(event);
  const names = askedBy(event);
  return names.length === 0
    ? t('Searched {things}', { things })
    : t('Searched {things} by {names}', { things, names: names.join(', ') });
}

const TRIED: Readonly<Record<string, Text>> = {
  operation: 'Tried to use {operation} on {things}',
  several: 'Tried to send several requests at once',
  E: 'Tried to search {things}',
  R: 'Tried to look at {things}',
  C: 'Tried to add {things}',
  U: 'Tried to change {things}',
  D: 'Tried to remove {things}',
};

const triedText = (event: AuditEvent): string =>
  t(lookUp(TRIED, deedOf(event)) ?? 'Tried to use {things}', {
    operation: operationOf(event),
    things: thingsText(event),
  });

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
