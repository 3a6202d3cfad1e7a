/** A letter that a patient asked for, answered with a document: written here, or a file. */
import type { Attachment, DocumentReference, Reference, Task } from '@medplum/fhirtypes';
import { attachmentOf, base64Of } from '../../format/attachment.ts';
import type { FhirApi } from '../../smart/fhir.ts';
import { criteriaOf, identified } from '../../smart/once.ts';
import type { By } from '../staff/use-by.ts';
import { decide, decided } from './decide.ts';

const TYPES: Readonly<Record<string, readonly [code: string, display: string]>> = {
  records: ['11503-0', 'Medical records'],
  vaccinations: ['11369-6', 'History of Immunization note'],
};
const LETTER = ['51852-2', 'Letter'] as const;
const CLINICAL_NOTE = {
  system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category',
  code: 'clinical-note',
};

export interface LetterAnswer {
  readonly title: string;
  readonly text: string;
  readonly file: File | undefined;
}

/** The document in the record, and the Task done with it as its output: together. */
export async function answerLetter(
  fhir: FhirApi,
  task: Task,
  { by, answer, identity }: { readonly by: By; readonly answer: LetterAnswer; readonly identity: string },
): Promise<void> {
  const fullUrl = `urn:uuid:${crypto.randomUUID()}`;
  const [code, display] = TYPES[task.reasonCode?.coding?.[0]?.code ?? ''] ?? LETTER;
  const now = new Date().toISOString();
  const document: DocumentReference = {
    resourceType: 'DocumentReference',
    status: 'current',
    docStatus: 'final',
    type: { coding: [{ system: 'http://loinc.org', code, display }], text: answer.title.trim() },
    category: [{ coding: [CLINICAL_NOTE] }],
    subject: task.for as NonNullable<DocumentReference['subject']>,
    author: [by as NonNullable<DocumentReference['author']>[number]],
    date: now,
    description: answer.title.trim(),
    content: [{ attachment: await paperOf(answer) }],
  };
  const output: Task['output'] = [
    { type: { text: 'Document' }, valueReference: { reference: fullUrl } as Reference as never },
  ];
  await decide(
    fhir,
    decided(task, by, { status: 'completed', output }),
    [{ resource: identified(document, identity), fullUrl, onlyIfNone: criteriaOf(identity) }],
    identity,
  );
}

async function paperOf({ title, text, file }: LetterAnswer): Promise<Attachment> {
  if (file) return attachmentOf(file);
  return {
    contentType: 'text/plain',
    title: title.trim(),
    data: base64Of(new TextEncoder().encode(text.trim())),
  };
}
