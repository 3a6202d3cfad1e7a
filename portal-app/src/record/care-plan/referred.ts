/** What of a plan is a resource of its own: a request of the clinic's, something that it asked of the patient, a visit, a medicine. */
import type { MedicationRequest, Reference, Resource, ServiceRequest, Task } from '@medplum/fhirtypes';
import { formatDate } from '../../format/date.ts';
import { isToAvoid } from '../../format/to-avoid.ts';
import { conceptText, medicineName } from '../../format/words.ts';
import { taskPlace } from '../inbox/news.ts';
import { isAgain, periodWords, timingWords } from './timing.ts';

export interface Facts {
  readonly name: string | undefined;
  readonly about: readonly string[];
  /** When, how often. */
  readonly schedule: string | undefined;
  /** Names of who does it, where that is somebody else. */
  readonly by: string | undefined;
  /** Something that is not to be done. */
  readonly isToAvoid: boolean;
  /** `days`: again and again; `once`: when it is done, it is done. */
  readonly tick: 'days' | 'once' | undefined;
  /** A Task that the tick finishes: what was asked for does not stand open beside what was done. */
  readonly task: Task | undefined;
  /** Where there is more about it, in the portal. */
  readonly to: string | undefined;
}

const PLAIN: Facts = {
  name: undefined,
  about: [],
  schedule: undefined,
  by: undefined,
  isToAvoid: false,
  tick: undefined,
  task: undefined,
  to: undefined,
};

/** `found`: undefined where it could not be read. `self`: who is signed in, of the patient's side. */
export function factsOf(found: Resource | undefined, self: string | undefined): Facts {
  if (!found) return PLAIN;
  const facts = {
    ...PLAIN,
    name: nameOf(found),
    schedule: scheduleOf(found),
    isToAvoid: isToAvoid(found as Partial<ServiceRequest>),
    to: placeOf(found),
  };
  if (found.resourceType === 'ServiceRequest') return { ...facts, ...ofRequest(found) };
  return found.resourceType === 'Task' ? { ...facts, ...ofTask(found, self) } : facts;
}

/** Whom a request names is who does it; a request that names nobody is for the clinic to see to. */
function ofRequest(request: ServiceRequest): Partial<Facts> {
  const { performer = [], status, doNotPerform, patientInstruction, occurrenceTiming } = request;
  const others = performer.filter((each) => !isOfPatientsSide(each));
  const isTheirs = others.length < performer.length;
  const canTick = isTheirs && status === 'active' && doNotPerform !== true;
  return {
    about: patientInstruction === undefined ? [] : [patientInstruction],
    by: isTheirs ? undefined : namesOf(others),
    tick: canTick ? (isAgain(occurrenceTiming) ? 'days' : 'once') : undefined,
  };
}

const OPEN = ['requested', 'received', 'accepted', 'ready', 'in-progress'];

/** What is done by filling something in is finished there. */
function ofTask(task: Task, self: string | undefined): Partial<Facts> {
  const { owner, status, restriction } = task;
  const isAsked = OPEN.includes(status ?? '');
  // As the server has it: whoever is of the patient's side finishes what the patient was asked to do, and nobody else's but their own.
  const isPatients = owner?.reference?.startsWith('Patient/') === true;
  const isTheirs = isPatients || (owner?.reference !== undefined && owner.reference === self);
  const isMany = (restriction?.repetitions ?? 1) > 1;
  const canTick = isTheirs && isAsked && taskPlace(task) === undefined;
  return {
    by: isTheirs || !owner ? undefined : namesOf([owner]),
    tick: canTick ? (isMany ? 'days' : 'once') : undefined,
    task: canTick && !isMany ? task : undefined,
    to: isAsked ? taskPlace(task) : undefined,
  };
}

const isOfPatientsSide = (whose: Reference | undefined): boolean =>
  /^(Patient|RelatedPerson)\//.test(whose?.reference ?? '');

const namesOf = (people: readonly Reference[]): string | undefined =>
  people.flatMap(({ display }) => display ?? []).join(', ') || undefined;

function nameOf(resource: Resource): string | undefined {
  if (resource.resourceType === 'MedicationRequest') return medicineOf(resource);
  const { code, description } = resource as Partial<ServiceRequest> & { readonly description?: string };
  return description ?? (code && conceptText(code)) ?? serviceOf(resource);
}

/** One that is a resource elsewhere, without a word beside, is named by what the plan says. */
function medicineOf(request: MedicationRequest): string | undefined {
  const { reference = '', display } = request.medicationReference ?? {};
  const isNamed = request.medicationCodeableConcept || reference.startsWith('#') || display;
  return isNamed ? medicineName(request) : undefined;
}

function serviceOf(resource: Resource): string | undefined {
  const [service] = resource.resourceType === 'Appointment' ? (resource.serviceType ?? []) : [];
  return service && conceptText(service);
}

function scheduleOf(resource: Resource): string | undefined {
  if (resource.resourceType === 'Appointment') return resource.start && formatDate(resource.start);
  if (resource.resourceType === 'ServiceRequest')
    return resource.occurrenceDateTime
      ? formatDate(resource.occurrenceDateTime)
      : (timingWords(resource.occurrenceTiming) ?? periodWords(resource.occurrencePeriod));
  return resource.resourceType === 'Task' ? periodWords(resource.restriction?.period) : undefined;
}

function placeOf({ resourceType, id }: Resource): string | undefined {
  if (resourceType === 'Appointment') return '/appointments';
  if (resourceType === 'ServiceRequest') return `/records/ServiceRequest/${id}`;
  return resourceType === 'MedicationRequest' ? '/medications' : undefined;
}
