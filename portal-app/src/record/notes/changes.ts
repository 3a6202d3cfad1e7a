/**
 * Notes that are written at the desk: DocumentReference with its text, signed by its author (`authenticator`), never changed after that. An amendment is a new one in
 * the place of the old, which stays on record as superseded.
 */
import type { Coding, DocumentReference } from '@medplum/fhirtypes';
import { base64Of } from '../../format/attachment.ts';
import type { Text } from '../../i18n/text.ts';
import type { Fhir } from '../../smart/fhir.ts';
import { createOnce } from '../../smart/once.ts';
import { NOT_FOR_PATIENTS } from '../patient/kept-from.ts';
import type { By } from '../staff/use-by.ts';
import { noteText } from './queries.ts';

const LOINC = 'http://loinc.org';
const CATEGORY: Coding = {
  system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category',
  code: 'clinical-note',
  display: 'Clinical Note',
};
/** Kinds of notes (LOINC, US Core clinical note types), by their code. */
export const NOTE_KINDS: readonly {
  readonly code: string;
  readonly display: string;
  readonly label: Text;
}[] = [
  { code: '11506-3', display: 'Progress note', label: 'Progress note' },
  { code: '34748-4', display: 'Telephone encounter Note', label: 'Note of a phone call' },
  { code: '34117-2', display: 'History and physical note', label: 'History and physical' },
  { code: '11488-4', display: 'Consult note', label: 'Consult note' },
  { code: '34746-8', display: 'Nurse Note', label: 'Nurse’s note' },
];

export interface Written {
  /** Of NOTE_KINDS; '': of the kind that the draft is. */
  readonly kind: string;
  readonly title: string;
  readonly text: string;
}

function noteOf(
  { patient }: Fhir,
  by: By,
  { kind, title, text }: Written,
  isSigned: boolean,
): DocumentReference {
  const now = new Date().toISOString();
  const known = NOTE_KINDS.find(({ code }) => code === kind) ?? NOTE_KINDS[0];
  return {
    resourceType: 'DocumentReference',
    // A draft is the author's: patients see what was signed.
    ...(isSigned ? {} : { meta: { security: [NOT_FOR_PATIENTS] } }),
    status: 'current',
    docStatus: isSigned ? 'final' : 'preliminary',
    type: { coding: [{ system: LOINC, code: known?.code ?? kind, display: known?.display ?? '' }] },
    category: [{ coding: [CATEGORY] }],
    subject: { reference: `Patient/${patient}` },
    date: now,
    author: [by],
    ...(isSigned ? { authenticator: by } : {}),
    description: title.trim(),
    content: [
      {
        attachment: {
          contentType: 'text/plain; charset=utf-8',
          data: base64Of(new TextEncoder().encode(text.trim())),
        },
      },
    ],
  };
}

export const writeNote = (fhir: Fhir, by: By, written: Written, isSigned: boolean, identity: string) =>
  createOnce(fhir, noteOf(fhir, by, written, isSigned), identity);

/** Which of NOTE_KINDS it is; '': a kind of another system's. */
export const kindOf = ({ type }: Pick<DocumentReference, 'type'>): string =>
  type
    ? (type.coding?.find(({ code }) => NOTE_KINDS.some((kind) => kind.code === code))?.code ?? '')
    : (NOTE_KINDS[0]?.code as string);

/** What came with the text: a file, or all of a document that has none. */
const besideText = (note: DocumentReference): DocumentReference['content'] =>
  noteText(note) === undefined ? note.content : note.content.slice(1);

/** The draft as it is now, kept or signed: of the kind that it was unless another was chosen, with all else that is known of it and came with it. */
export function rewriteDraft(
  fhir: Fhir,
  by: By,
  draft: DocumentReference,
  written: Written,
  isSigned: boolean,
) {
  const { security = [], ...meta } = draft.meta ?? {};
  const others = security.filter(({ code }) => code !== NOT_FOR_PATIENTS.code);
  const note = noteOf(fhir, by, written, isSigned);
  const { meta: label, docStatus, type, date, authenticator, description, content } = note;
  const labels = [...others, ...(label?.security ?? [])];
  return fhir.update<DocumentReference>({
    ...draft,
    meta: { ...meta, ...(labels.length > 0 ? { security: labels } : {}) },
    ...(docStatus ? { docStatus } : {}),
    ...(type && (!draft.type || written.kind !== kindOf(draft)) ? { type } : {}),
    ...(date ? { date } : {}),
    ...(authenticator ? { authenticator } : {}),
    ...(description ? { description } : {}),
    content: [...content, ...besideText(draft)],
  });
}

/** Both or neither: the new note in the place of the old, and the old one no longer current. It stays the kind of document that it was, with what came with it, and seen by nobody who did not see it before. */
export function amendNote(fhir: Fhir, by: By, before: DocumentReference, written: Written, identity: string) {
  const target = { reference: `DocumentReference/${before.id}` } as const;
  const { meta, type, category, securityLabel, context } = before;
  const note = noteOf(fhir, by, written, true);
  const amended: DocumentReference = {
    ...note,
    docStatus: 'amended',
    ...(meta?.security ? { meta: { security: meta.security } } : {}),
    ...(type ? { type } : {}),
    ...(category ? { category } : {}),
    ...(securityLabel ? { securityLabel } : {}),
    ...(context ? { context } : {}),
    content: [...note.content, ...besideText(before)],
    relatesTo: [{ code: 'replaces', target }],
    identifier: [{ system: SENT, value: identity }],
  };
  return fhir.transact([
    { resource: amended, onlyIfNone: `identifier=${SENT}|${identity}` },
    { resource: { ...before, status: 'superseded' } },
  ]);
}

const SENT = 'urn:wellspring:sent';
