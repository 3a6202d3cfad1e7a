/**
 * What the clinic's EHR does with what waits. Every change is one transaction that names the versions it was made for,
 * so that two people at two desks cannot both answer the same request.
 */
import type {
  Annotation,
  Appointment,
  Bundle,
  BundleEntry,
  Communication,
  Coverage,
  DiagnosticReport,
  MedicationRequest,
  Observation,
  Practitioner,
  Reference,
  Resource,
  Task,
} from '@medplum/fhirtypes';
import type { FhirClient } from '../fhir/fhir-client.ts';
import { CORRECTION_CODE, isFromPatient, REFILL_CODE } from './waiting.ts';

export class ActionError extends Error {}

export interface Desk {
  readonly client: FhirClient;
  /** Who acts: `Practitioner/<id>`, or undefined for whom the request was sent to. */
  readonly as?: string;
  readonly now: () => Date;
}

export async function reply(desk: Desk, messageId: string, text: string): Promise<string> {
  const message = await desk.client.read<Communication>('Communication', messageId);
  if (!isFromPatient(message) || message.sender === undefined)
    throw new ActionError(`${messageId} was not written by a patient`);
  const sender = actor(
    desk,
    message.recipient?.find(({ reference }) => reference?.startsWith('Practitioner/')),
  );
  const answer: Communication = {
    resourceType: 'Communication',
    status: 'completed',
    ...(message.partOf !== undefined && { partOf: message.partOf }),
    inResponseTo: [{ reference: `Communication/${messageId}` }],
    ...(message.category !== undefined && { category: message.category }),
    ...(message.topic !== undefined && { topic: message.topic }),
    ...(message.subject !== undefined && { subject: message.subject }),
    sender,
    recipient: [message.sender],
    sent: desk.now().toISOString(),
    payload: [{ contentString: text }],
  };
  const seen: Communication = { ...message, received: message.received ?? desk.now().toISOString() };
  return transact(desk, [create(answer), update(seen)]);
}

/** The request is done: a new prescription follows the old one. */
export async function approveRefill(desk: Desk, taskId: string, note?: string): Promise<string> {
  const { task, prescription } = await refill(desk, taskId);
  const renewed = `urn:uuid:${crypto.randomUUID()}`;
  const { id: _, meta, ...order } = prescription;
  const next: MedicationRequest = {
    ...order,
    ...(meta?.profile !== undefined && { meta: { profile: meta.profile } }),
    status: 'active',
    authoredOn: desk.now().toISOString(),
    requester: actor(desk, task.owner),
    priorPrescription: { reference: `MedicationRequest/${prescription.id}` },
  };
  const done = decided(desk, task, 'completed', note);
  const output = [{ type: { text: 'Renewed prescription' }, valueReference: { reference: renewed } }];
  return transact(desk, [
    { ...create(next), fullUrl: renewed },
    update({ ...prescription, status: 'completed' } satisfies MedicationRequest),
    update({ ...done, output } satisfies Task),
  ]);
}

export async function declineRefill(desk: Desk, taskId: string, reason: string): Promise<string> {
  const { task } = await refill(desk, taskId);
  return transact(desk, [
    update({ ...decided(desk, task, 'rejected', reason), statusReason: { text: reason } }),
  ]);
}

/** A request of this kind that is not decided yet. */
async function openTask(desk: Desk, taskId: string, kind: string, name: string): Promise<Task> {
  const task = await desk.client.read<Task>('Task', taskId);
  const [system, code] = kind.split('|');
  const isKind = task.code?.coding?.some((coding) => coding.system === system && coding.code === code);
  if (isKind !== true) throw new ActionError(`Task ${taskId} is not a ${name}`);
  if (!['requested', 'received', 'accepted', 'in-progress'].includes(task.status))
    throw new ActionError(`the request is ${task.status} already`);
  return task;
}

async function refill(desk: Desk, taskId: string) {
  const task = await openTask(desk, taskId, REFILL_CODE, 'refill request');
  const id = /^MedicationRequest\/([A-Za-z0-9\-.]{1,64})$/.exec(task.focus?.reference ?? '')?.[1];
  if (id === undefined) throw new ActionError(`Task ${taskId} names no prescription`);
  return { task, prescription: await desk.client.read<MedicationRequest>('MedicationRequest', id) };
}

/** What a patient handed in counts from now on; `replaces`: a Coverage that is over by it. */
export async function approveInsurance(desk: Desk, coverageId: string, replaces?: string): Promise<string> {
  const coverage = await draftCoverage(desk, coverageId);
  const approved = update({ ...coverage, status: 'active' } satisfies Coverage);
  if (replaces === undefined) return transact(desk, [approved]);
  const before = await desk.client.read<Coverage>('Coverage', replaces);
  if (before.beneficiary.reference !== coverage.beneficiary.reference)
    throw new ActionError(`Coverage ${replaces} is another person's`);
  return transact(desk, [approved, update({ ...before, status: 'cancelled' } satisfies Coverage)]);
}

export async function declineInsurance(desk: Desk, coverageId: string): Promise<string> {
  const coverage = await draftCoverage(desk, coverageId);
  return transact(desk, [update({ ...coverage, status: 'cancelled' } satisfies Coverage)]);
}

async function draftCoverage(desk: Desk, id: string): Promise<Coverage> {
  const coverage = await desk.client.read<Coverage>('Coverage', id);
  if (coverage.status !== 'draft') throw new ActionError(`the insurance is ${coverage.status} already`);
  return coverage;
}

/** The Patient resource itself is corrected in the clinic's own system; this says that it was. */
export async function finishCorrection(desk: Desk, taskId: string): Promise<string> {
  const task = await openTask(desk, taskId, CORRECTION_CODE, 'request for a correction');
  return transact(desk, [update(decided(desk, task, 'completed'))]);
}

export async function declineCorrection(desk: Desk, taskId: string, reason: string): Promise<string> {
  const task = await openTask(desk, taskId, CORRECTION_CODE, 'request for a correction');
  return transact(desk, [
    update({ ...decided(desk, task, 'rejected'), statusReason: { text: reason } } satisfies Task),
  ]);
}

function decided(desk: Desk, task: Task, status: Task['status'], text?: string): Task {
  const time = desk.now().toISOString();
  const added: Annotation[] =
    text === undefined ? [] : [{ ...authorOf(actor(desk, task.owner)), time, text }];
  return {
    ...task,
    status,
    lastModified: time,
    ...(added.length > 0 && { note: [...(task.note ?? []), ...added] }),
  };
}

/** Books the requested visit at `start` (an instant). */
export async function confirmAppointment(
  desk: Desk,
  id: string,
  start: string,
  minutes: number,
): Promise<string> {
  const appointment = await requestedAppointment(desk, id);
  const begin = new Date(start);
  if (Number.isNaN(begin.getTime())) throw new ActionError(`not a time: ${start}`);
  const booked: Appointment = {
    ...appointment,
    status: 'booked',
    start: begin.toISOString(),
    end: new Date(begin.getTime() + minutes * 60_000).toISOString(),
    minutesDuration: minutes,
    participant: appointment.participant.map((each) => ({ ...each, status: 'accepted' })),
  };
  return transact(desk, [update(booked)]);
}

export async function declineAppointment(desk: Desk, id: string, reason: string): Promise<string> {
  const appointment = await requestedAppointment(desk, id);
  return transact(desk, [
    update({
      ...appointment,
      status: 'cancelled',
      cancelationReason: { text: reason },
    } satisfies Appointment),
  ]);
}

async function requestedAppointment(desk: Desk, id: string): Promise<Appointment> {
  const appointment = await desk.client.read<Appointment>('Appointment', id);
  if (appointment.status !== 'proposed' && appointment.status !== 'pending')
    throw new ActionError(`the visit is ${appointment.status} already`);
  return appointment;
}

/** A report and its results become final, with the clinician's words. */
export async function releaseResult(desk: Desk, id: string, comment?: string): Promise<string> {
  const report = await desk.client.read<DiagnosticReport>('DiagnosticReport', id);
  if (!['registered', 'partial', 'preliminary'].includes(report.status))
    throw new ActionError(`the report is ${report.status} already`);
  const ids = (report.result ?? []).flatMap(
    ({ reference }) => /^Observation\/(.+)$/.exec(reference ?? '')?.[1] ?? [],
  );
  const observations = await Promise.all(
    ids.map((each) => desk.client.read<Observation>('Observation', each)),
  );
  const final: DiagnosticReport = {
    ...report,
    status: 'final',
    issued: desk.now().toISOString(),
    ...(comment !== undefined && { conclusion: comment }),
  };
  return transact(desk, [
    ...observations
      .filter(({ status }) => status === 'preliminary' || status === 'registered')
      .map((each) => update({ ...each, status: 'final' } satisfies Observation)),
    update(final),
  ]);
}

function actor(desk: Desk, otherwise: Reference | undefined): Reference<Practitioner> {
  const chosen = desk.as === undefined ? otherwise : { reference: desk.as };
  if (!/^Practitioner\//.test(chosen?.reference ?? ''))
    throw new ActionError('say who acts: --as PRACTITIONER_ID');
  return chosen as Reference<Practitioner>;
}

function authorOf(authorReference: Reference<Practitioner>): Pick<Annotation, 'authorReference'> {
  return { authorReference };
}

function create(resource: Resource): BundleEntry {
  return { resource, request: { method: 'POST', url: resource.resourceType } };
}

function update(resource: Resource): BundleEntry {
  const version = resource.meta?.versionId;
  return {
    resource,
    request: {
      method: 'PUT',
      url: `${resource.resourceType}/${resource.id}`,
      ...(version !== undefined && { ifMatch: `W/"${version}"` }),
    },
  };
}

/** Sends the changes together; returns where the first of them is. */
async function transact({ client }: Desk, entry: BundleEntry[]): Promise<string> {
  const bundle: Bundle = { resourceType: 'Bundle', type: 'transaction', entry };
  const { entry: answers } = await client.transaction(bundle);
  return answers?.[0]?.response?.location ?? entry[0]?.request?.url ?? '';
}
