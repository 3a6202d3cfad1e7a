/** What waits for the clinic: unanswered messages, refill requests, appointment requests, results not yet released, changes of profiles. */
import type {
  Appointment,
  Bundle,
  Communication,
  Coverage,
  DiagnosticReport,
  Resource,
  Task,
} from '@medplum/fhirtypes';
import type { FhirClient } from '../fhir/fhir-client.ts';

export interface Waiting {
  readonly kind: 'message' | 'refill' | 'appointment' | 'result' | 'insurance' | 'profile';
  /** What a command takes to act on it. */
  readonly id: string;
  readonly patient: string;
  readonly since: string;
  readonly text: string;
}

export const REFILL_CODE = 'http://snomed.info/sct|103742009';
/** As the portal asks for a correction of a name, birth date or sex. */
export const CORRECTION_CODE = 'urn:wellspring:task|profile-correction';
/** As the FHIR server tells of contacts that were changed from the patient's side: whether they are right is for the clinic to say. */
const CONTACT_CODE = 'urn:wellspring:task|contact-changed';
const PAGE = '200';

/** Everything that waits, the longest first. */
export async function listWaiting(client: FhirClient): Promise<Waiting[]> {
  const [messages, refills, appointments, results, coverages, corrections] = await Promise.all([
    find<Communication>(client, 'Communication', { _sort: '-sent' }),
    find<Task>(client, 'Task', { code: REFILL_CODE, status: 'requested,received,accepted,in-progress' }),
    find<Appointment>(client, 'Appointment', { status: 'proposed,pending' }),
    find<DiagnosticReport>(client, 'DiagnosticReport', { status: 'registered,partial,preliminary' }),
    find<Coverage>(client, 'Coverage', { status: 'draft' }),
    find<Task>(client, 'Task', {
      code: `${CORRECTION_CODE},${CONTACT_CODE}`,
      status: 'requested,in-progress',
    }),
  ]);
  return [
    ...unanswered(messages).map(waitingMessage),
    ...refills.map(waitingRefill),
    ...appointments.map(waitingAppointment),
    ...results.map(waitingResult),
    ...coverages.map(waitingCoverage),
    ...corrections.map(waitingCorrection),
  ].sort((left, right) => left.since.localeCompare(right.since));
}

async function find<T extends Resource>(
  client: FhirClient,
  type: T['resourceType'],
  parameters: Record<string, string>,
): Promise<T[]> {
  const bundle: Bundle = await client.search(type, { ...parameters, _count: PAGE });
  return (bundle.entry ?? []).flatMap(({ resource }) =>
    resource?.resourceType === type ? (resource as T) : [],
  );
}

/** The last message of each open conversation, when the patient's side wrote it. */
export function unanswered(messages: readonly Communication[]): Communication[] {
  const known = new Map(messages.map((message) => [`Communication/${message.id}`, message]));
  const last = new Map<Communication, Communication>();
  const written = messages.filter(({ payload }) => payload !== undefined);
  for (const message of written.toSorted((left, right) =>
    (left.sent ?? '').localeCompare(right.sent ?? ''),
  )) {
    last.set(threadOf(message, known), message);
  }
  return [...last]
    .filter(([thread, message]) => !isClosed(thread) && isFromPatient(message))
    .map(([, message]) => message);
}

/** The header of the conversation, or its first message when it has none. */
function threadOf(message: Communication, known: ReadonlyMap<string, Communication>): Communication {
  const seen = new Set<Communication>();
  let current = message;
  while (!seen.has(current)) {
    seen.add(current);
    const above = current.partOf?.[0]?.reference ?? current.inResponseTo?.[0]?.reference;
    current = known.get(above ?? '') ?? current;
  }
  return current;
}

function isClosed({ status, payload }: Communication): boolean {
  return payload === undefined && status !== 'in-progress';
}

export function isFromPatient({ sender }: Communication): boolean {
  return /^(Patient|RelatedPerson)\//.test(sender?.reference ?? '');
}

function waitingMessage({ id = '', subject, sender, sent = '', payload, topic }: Communication): Waiting {
  const words = payload
    ?.map(
      ({ contentString, contentAttachment }) =>
        contentString ?? `[${contentAttachment?.title ?? 'attachment'}]`,
    )
    .join(' ');
  return {
    kind: 'message',
    id,
    patient: subject?.display ?? sender?.display ?? subject?.reference ?? '',
    since: sent,
    text: `${topic?.text ?? 'Message'}: ${words ?? ''}`,
  };
}

function waitingRefill({ id = '', for: patient, authoredOn = '', focus, note }: Task): Waiting {
  const words = note?.map(({ text }) => text).join(' ');
  return {
    kind: 'refill',
    id,
    patient: patient?.display ?? patient?.reference ?? '',
    since: authoredOn,
    text: `${focus?.display ?? focus?.reference ?? ''}${words === undefined ? '' : `: ${words}`}`,
  };
}

function waitingAppointment({
  id = '',
  participant,
  created = '',
  description,
  requestedPeriod,
}: Appointment): Waiting {
  const patient = participant.find(({ actor }) => actor?.reference?.startsWith('Patient/'))?.actor;
  const when = requestedPeriod?.[0]?.start?.slice(0, 10);
  return {
    kind: 'appointment',
    id,
    patient: patient?.display ?? patient?.reference ?? '',
    since: created,
    text: `${description ?? 'Visit'}${when === undefined ? '' : `, from ${when}`}`,
  };
}

function waitingResult({ id = '', subject, issued = '', code }: DiagnosticReport): Waiting {
  return {
    kind: 'result',
    id,
    patient: subject?.display ?? subject?.reference ?? '',
    since: issued,
    text: code.text ?? code.coding?.[0]?.display ?? 'Result',
  };
}

function waitingCoverage({ id = '', meta, beneficiary, payor, subscriberId }: Coverage): Waiting {
  return {
    kind: 'insurance',
    id,
    patient: beneficiary.display ?? beneficiary.reference ?? '',
    since: meta?.lastUpdated ?? '',
    text: `${payor[0]?.display ?? 'Insurance'}, member ${subscriberId ?? 'not given'}`,
  };
}

function waitingCorrection({ id = '', for: patient, authoredOn = '', note, description }: Task): Waiting {
  return {
    kind: 'profile',
    id,
    patient: patient?.display ?? patient?.reference ?? '',
    since: authoredOn,
    text: note?.map(({ text }) => text).join(' ') ?? description ?? '',
  };
}

/** Columns for a terminal. */
export function describeWaiting(list: readonly Waiting[]): string {
  if (list.length === 0) return 'Nothing waits.';
  return list
    .map(
      ({ kind, id, patient, since, text }) =>
        `${since.slice(0, 16).replace('T', ' ').padEnd(16)}  ${kind.padEnd(11)}  ${patient.padEnd(24)}  ${id}\n    ${text}`,
    )
    .join('\n');
}
