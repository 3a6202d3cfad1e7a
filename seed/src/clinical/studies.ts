/** Imaging, heart and tissue studies: the order and the report, as text and where asked as PDF. */
import type {
  Attachment,
  DiagnosticReport,
  DocumentReference,
  Organization,
  Practitioner,
  Resource,
  ServiceRequest,
} from '@medplum/fhirtypes';
import { at, plusMinutes } from './calendar.ts';
import {
  base64,
  CLINIC,
  type Code,
  concept,
  hl7,
  idOf,
  LOINC,
  loinc,
  reference,
  snomed,
  US_CORE,
  usCore,
} from './coding.ts';
import { CLINIC_NAME, IMAGING_ID } from './directory.ts';
import { encounterAt } from './encounters.ts';
import { fullName, medicalRecordNumber, patientReference } from './patient.ts';
import { createPdf } from './pdf.ts';
import { displayName } from './practitioners.ts';
import type { PatientStory, StoryDocument, Study } from './story.ts';

const categories: Record<Study['category'], Code> = {
  radiology: ['LP29684-5', 'Radiology'],
  cardiology: ['LP29708-2', 'Cardiology'],
  pathology: ['LP7839-6', 'Pathology'],
};

export function studies(story: PatientStory): Resource[] {
  return [
    ...(story.studies ?? []).flatMap((study) => [
      order(story, study),
      report(story, study),
      document(story, study),
    ]),
    ...(story.documents ?? []).map((item) => plainDocument(story, item)),
  ];
}

function order(story: PatientStory, study: Study): ServiceRequest {
  const authored = at(study.when.date, '08:00');
  return {
    resourceType: 'ServiceRequest',
    id: idOf('order', story.key, study.slug, study.when.key),
    meta: usCore('servicerequest'),
    status: 'completed',
    intent: 'order',
    category: [
      snomed(
        study.category === 'radiology'
          ? ['363679005', 'Imaging (procedure)']
          : ['386053000', 'Evaluation procedure (procedure)'],
      ),
    ],
    code: loinc(study.code, study.title),
    subject: patientReference(story),
    ...encounterAt(story, study.when.key),
    occurrenceDateTime: at(study.when.date, study.time ?? '10:30'),
    authoredOn: authored,
    requester: reference<Practitioner>('Practitioner', study.orderedBy, displayName(study.orderedBy)),
    reasonCode: [{ text: study.reason }],
  };
}

function report(story: PatientStory, study: Study): DiagnosticReport {
  const time = study.time ?? '10:30';
  const id = idOf('report', story.key, study.slug, study.when.key);
  return {
    resourceType: 'DiagnosticReport',
    id,
    meta: usCore('diagnosticreport-note'),
    identifier: [{ system: `${CLINIC}/report`, value: id }],
    basedOn: [
      reference<ServiceRequest>(
        'ServiceRequest',
        idOf('order', story.key, study.slug, study.when.key),
        study.title,
      ),
    ],
    status: 'final',
    category: [
      concept(LOINC, categories[study.category]),
      ...(study.category === 'radiology' ? [hl7('v2-0074', ['RAD', 'Radiology'])] : []),
    ],
    code: loinc(study.code, study.title),
    subject: patientReference(story),
    ...encounterAt(story, study.when.key),
    effectiveDateTime: at(study.when.date, time),
    issued: at(study.when.date, plusMinutes(time, 180)),
    performer: [reference<Organization>('Organization', IMAGING_ID, 'Wellspring Clinic Imaging')],
    resultsInterpreter: [reference<Practitioner>('Practitioner', study.readBy, displayName(study.readBy))],
    conclusion: study.impression,
    presentedForm: attachments(story, study),
  };
}

function attachments(story: PatientStory, study: Study): Attachment[] {
  const creation = at(study.when.date, plusMinutes(study.time ?? '10:30', 180));
  const text = [
    'REASON',
    study.reason,
    '',
    'FINDINGS',
    ...study.findings,
    '',
    'IMPRESSION',
    study.impression,
  ].join('\n');
  const plain: Attachment = {
    contentType: 'text/plain; charset=utf-8',
    data: base64(text),
    title: study.title,
    creation,
  };
  return study.pdf === true
    ? [plain, { ...pdf(story, study.title, study.when.date, reportLines(study)), creation }]
    : [plain];
}

function reportLines(study: Study): string[] {
  return [
    '# Reason',
    study.reason,
    '',
    '# Findings',
    ...study.findings.flatMap((line) => [line, '']),
    '# Impression',
    study.impression,
    '',
    `Read and signed by ${displayName(study.readBy)}`,
  ];
}

/** A letter-headed PDF about the patient. */
export function pdf(story: PatientStory, title: string, date: string, lines: readonly string[]): Attachment {
  const head = [
    `${CLINIC_NAME}, 40 Hill Street, Northampton, MA 01060`,
    `${fullName(story)}, born ${story.birthDate}, record ${medicalRecordNumber(story.id)}`,
    `Date: ${date}`,
    '',
  ];
  const bytes = createPdf({ title, lines: [...head, ...lines], date });
  return {
    contentType: 'application/pdf',
    language: 'en-US',
    data: bytes.toString('base64'),
    size: bytes.length,
    title: `${title}.pdf`,
  };
}

/** US Core wants every report to be found as a document too. */
function document(story: PatientStory, study: Study): DocumentReference {
  return documentReference(story, {
    id: idOf('document', story.key, study.slug, study.when.key),
    when: study.when,
    type: study.code,
    title: study.title,
    clinician: study.readBy,
    attachment: attachments(story, study).at(-1) ?? {},
  });
}

function plainDocument(story: PatientStory, item: StoryDocument): DocumentReference {
  return documentReference(story, {
    id: idOf('document', story.key, item.slug, item.when.key),
    when: item.when,
    type: item.type,
    title: item.title,
    clinician: item.clinician,
    attachment: pdf(story, item.title, item.when.date, item.lines),
  });
}

interface DocumentParts extends Pick<StoryDocument, 'when' | 'type' | 'title' | 'clinician'> {
  readonly id: string;
  readonly attachment: Attachment;
}

function documentReference(
  story: PatientStory,
  { id, when, type, title, clinician, attachment }: DocumentParts,
): DocumentReference {
  return {
    resourceType: 'DocumentReference',
    id,
    meta: usCore('documentreference'),
    identifier: [{ system: `${CLINIC}/document`, value: id }],
    status: 'current',
    docStatus: 'final',
    type: loinc(type, title),
    category: [
      {
        coding: [
          {
            system: `${US_CORE}/CodeSystem/us-core-documentreference-category`,
            code: 'clinical-note',
            display: 'Clinical Note',
          },
        ],
        text: 'Clinical note',
      },
    ],
    subject: patientReference(story),
    date: at(when.date, '16:30'),
    author: [reference<Practitioner>('Practitioner', clinician, displayName(clinician))],
    content: [
      {
        attachment,
        format: {
          system: 'http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode',
          code: 'urn:ihe:iti:xds:2017:mimeTypeSufficient',
          display: 'mimeType Sufficient',
        },
      },
    ],
    context: { period: { start: at(when.date, '08:00'), end: at(when.date, '16:30') } },
  };
}
