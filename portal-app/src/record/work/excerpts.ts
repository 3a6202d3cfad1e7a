/** A few words of what each item is about, read with the reader's own rights: a Task says nothing of it, for not everybody who sees that something waits may read it. */
import type {
  Appointment,
  Communication,
  Coverage,
  DiagnosticReport,
  DocumentReference,
  Observation,
  Resource,
  Task,
} from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { reason } from '../../format/appointment.ts';
import { conceptText } from '../../format/words.ts';
import { type FhirApi, listOf } from '../../smart/fhir.ts';
import { documentName } from '../documents/name.ts';

interface Kind {
  /** What of it is asked for: never a whole file. */
  readonly elements: string;
  readonly words: (resource: never) => string | undefined;
}

const KINDS: Readonly<Record<string, Kind>> = {
  Communication: {
    elements: 'topic,status',
    words: ({ topic }: Communication) => topic && conceptText(topic),
  },
  Appointment: {
    elements: 'description,serviceType,appointmentType,reasonCode,status,participant',
    words: (visit: Appointment) => reason(visit),
  },
  Observation: { elements: 'code,status', words: ({ code }: Observation) => conceptText(code) },
  DiagnosticReport: { elements: 'code,status', words: ({ code }: DiagnosticReport) => conceptText(code) },
  Coverage: {
    elements: 'payor,subscriberId,status,beneficiary',
    words: ({ payor, subscriberId }: Coverage) =>
      [payor[0]?.display, subscriberId].filter(Boolean).join(', '),
  },
  DocumentReference: {
    elements: 'author,description,type,status,content.attachment.title',
    words: (document: DocumentReference) => documentName(document),
  },
};

const FOCUS = /^([A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})$/;
/** Ids of one search. */
const MOST = 100;

/** By reference of what a Task is about. What the reader may not read is left out. */
export const excerptsQuery = (fhir: FhirApi, tasks: readonly Task[]) => {
  const references = new Set(tasks.flatMap(({ focus }) => FOCUS.exec(focus?.reference ?? '')?.[0] ?? []));
  const byType = Map.groupBy(references, (reference) => reference.split('/')[0] as string);
  const searches = [...byType].flatMap(([type, all]) => searchesOf(type, all));
  return queryOptions({
    queryKey: ['excerpts', ...searches],
    enabled: searches.length > 0,
    // While the list changes, what is known stays.
    placeholderData: (before: ReadonlyMap<string, string> | undefined) => before,
    queryFn: async (): Promise<ReadonlyMap<string, string>> => {
      const found = (await fhir.batch(searches)).flatMap((answer) => listOf<Resource>(answer) ?? []);
      return new Map(
        found.map((each) => [
          `${each.resourceType}/${each.id}`,
          KINDS[each.resourceType]?.words(each as never) ?? '',
        ]),
      );
    },
  });
};

function searchesOf(type: string, references: readonly string[]): string[] {
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (!kind) return [];
  const ids = references.map((reference) => reference.split('/')[1]);
  return Array.from({ length: Math.ceil(ids.length / MOST) }, (_, i) => {
    const some = ids.slice(i * MOST, (i + 1) * MOST).join(',');
    return `${type}?_id=${some}&_elements=${kind.elements}&_count=${MOST}`;
  });
}
