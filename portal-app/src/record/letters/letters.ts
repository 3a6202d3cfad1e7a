/**
 * Letters and forms: what the clinic is asked for is a Task, answered with a DocumentReference as its output; what is handed in is a DocumentReference that waits until the
 * clinic files it.
 */
import type { Bundle, DocumentReference, Reference, Task } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { attachmentOf } from '../../format/attachment.ts';
import { idOf } from '../../format/reference.ts';
import { isFromClinic } from '../../format/words.ts';
import type { Text } from '../../i18n/text.ts';
import { allPages } from '../../smart/all-pages.ts';
import type { Fhir } from '../../smart/fhir.ts';
import { createOnce } from '../../smart/once.ts';

const TASK = { system: 'urn:wellspring:task', code: 'letter' };
const LETTERS = 'urn:wellspring:letter';
/** LOINC: Patient Note. */
const PATIENT_NOTE = { system: 'http://loinc.org', code: '51855-5', display: 'Patient Note' };

/** What can be asked for; the clinic reads it in English, as all that it works with. */
export const LETTERS_ASKED = {
  'sick-note': 'School or sick note',
  vaccinations: 'Letter about vaccinations',
  records: 'Copy of records',
  other: 'Another letter or form',
} as const satisfies Readonly<Record<string, Text>>;
export type LetterKind = keyof typeof LETTERS_ASKED;

export const isLetterKind = (text: string): text is LetterKind => Object.hasOwn(LETTERS_ASKED, text);

export const lettersQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['letters', fhir.patient],
    queryFn: () =>
      allPages<Task>(fhir, 'Task', {
        patient: fhir.patient,
        code: `${TASK.system}|${TASK.code}`,
        _sort: '-modified',
        _count: '50',
      }),
  });

export function askForLetter(
  fhir: Fhir,
  { kind, what }: { readonly kind: LetterKind; readonly what: string },
  identity: string,
): Promise<Task> {
  const now = new Date().toISOString();
  const words = LETTERS_ASKED[kind];
  const task: Task = {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [TASK], text: 'Letter or form' },
    reasonCode: { coding: [{ system: LETTERS, code: kind }], text: words },
    description: words,
    for: { reference: `Patient/${fhir.patient}` },
    authoredOn: now,
    lastModified: now,
    requester: { reference: fhir.self } as Reference as NonNullable<Task['requester']>,
    note: [{ time: now, text: what.trim() }],
  };
  return createOnce(fhir, task, identity);
}

export const takeLetterBack = (fhir: Fhir, task: Task): Promise<Task> =>
  fhir.update({ ...task, status: 'cancelled' });

const OPEN: ReadonlySet<string> = new Set([
  'requested',
  'received',
  'accepted',
  'ready',
  'in-progress',
  'on-hold',
]);

export const isAsked = ({ status }: Task): boolean => OPEN.has(status);

/** Its name in the reader's language; undefined: the clinic calls it otherwise. */
export function letterName({ reasonCode }: Task): Text | undefined {
  const code = reasonCode?.coding?.find(({ system }) => system === LETTERS)?.code ?? '';
  return isLetterKind(code) ? LETTERS_ASKED[code] : undefined;
}

/** The papers that it was answered with: ids of DocumentReferences. */
export const papersOf = ({ output = [] }: Task): readonly string[] =>
  output.flatMap(({ valueReference }) => idOf(valueReference, 'DocumentReference') ?? []);

/** What the clinic said to it, without what the person wrote themselves; why it was taken back, who took it back knows. */
export const answerTo = ({ status, statusReason, note = [] }: Task): readonly string[] => [
  ...(status !== 'cancelled' && statusReason?.text ? [statusReason.text] : []),
  ...note.filter(isFromClinic).flatMap(({ text }) => text || []),
];

/** Also what the clinic did not keep, so that it can be said. */
export const handedInQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['letters', fhir.patient, 'handed-in'],
    queryFn: async () => {
      // Asked by its address, as what was not kept is told too; a server without documents has none.
      if (!fhir.offers('DocumentReference')) return [];
      const params = new URLSearchParams({
        patient: fhir.patient,
        type: `${PATIENT_NOTE.system}|${PATIENT_NOTE.code}`,
        _sort: '-date',
        _count: '50',
      });
      const { entry = [] } = await fhir.get<Bundle>(`DocumentReference?${params}`);
      return entry.flatMap(({ resource }) =>
        resource?.resourceType === 'DocumentReference' ? [resource] : [],
      );
    },
  });

export async function handInPaper(
  fhir: Fhir,
  { title, file }: { readonly title: string; readonly file: File },
  identity: string,
): Promise<DocumentReference> {
  const document: DocumentReference = {
    resourceType: 'DocumentReference',
    status: 'current',
    docStatus: 'preliminary',
    type: { coding: [PATIENT_NOTE], text: 'Handed in by the patient' },
    subject: { reference: `Patient/${fhir.patient}` },
    author: [{ reference: fhir.self } as Reference as NonNullable<DocumentReference['author']>[number]],
    date: new Date().toISOString(),
    description: title.trim(),
    content: [{ attachment: await attachmentOf(file) }],
  };
  return createOnce(fhir, document, identity);
}

export function paperState({ status, docStatus }: DocumentReference): 'waits' | 'kept' | 'not kept' {
  if (status === 'entered-in-error' || docStatus === 'entered-in-error') return 'not kept';
  return docStatus === 'preliminary' ? 'waits' : 'kept';
}
