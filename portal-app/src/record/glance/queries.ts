/** The dashboard's data in one request: a batch of searches, each of which may fail alone. */
import type {
  Appointment,
  Communication,
  DiagnosticReport,
  DocumentReference,
  Goal,
  MedicationDispense,
  MedicationRequest,
  Observation,
  Patient,
  Resource,
  Task,
} from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { isUpcoming } from '../../format/appointment.ts';
import { dayOf } from '../../format/clinic-clock.ts';
import { prescriptionsOf } from '../../format/medicine.ts';
import { LABORATORY } from '../../format/observation.ts';
import { isFromPerson } from '../../format/words.ts';
import { type Fhir, listOf } from '../../smart/fhir.ts';
import { shareSeen } from '../inbox/share-seen.ts';
import { wantsConfirming } from '../patient/unconfirmed.ts';

export interface Reports {
  readonly found: readonly DiagnosticReport[];
  readonly included: readonly Observation[];
}

export interface Glance {
  readonly patient: Patient | undefined;
  /** How the person is reached is to be looked at, by whoever may change it. */
  readonly wantsContact: boolean;
  /** undefined: this part could not be read. */
  readonly appointments: readonly Appointment[] | undefined;
  readonly results: readonly Observation[] | undefined;
  /** Of the last weeks, with the results in them. */
  readonly reports: Reports | undefined;
  readonly messages: readonly Communication[] | undefined;
  readonly medications: readonly MedicationRequest[] | undefined;
  readonly dispenses: readonly MedicationDispense[];
  /** Where the appointments are. */
  readonly included: readonly Resource[];
  /** Refill requests under way, and what the clinic asks the patient to do. */
  readonly tasks: readonly Task[] | undefined;
  /** Visits from today on, whatever has become of them. */
  readonly visits: readonly Appointment[];
  /** Of the last days. */
  readonly documents: readonly DocumentReference[];
  /** What was agreed with the care team. */
  readonly goals: readonly Goal[];
  /** What was asked of the clinic and decided in the last days. */
  readonly answered: readonly Task[];
}

/** An answer stands on the first page for so long. */
const NEW_DAYS = 7;

/** A report that is new may be of a sample that was taken so long ago. */
const SAMPLE_DAYS = 60;

/** From midnight at the clinic on: a day without a zone would be the server's. */
const daysAgo = (days: number): string => new Date(dayOf(Date.now(), -days)).toISOString();

export const glanceQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['glance', fhir.patient],
    queryFn: async () => {
      // Known before anything is shown as new.
      const [glance] = await Promise.all([readGlance(fhir), shareSeen(fhir)]);
      return glance;
    },
  });

async function readGlance(fhir: Fhir): Promise<Glance> {
  const { patient } = fhir;
  const [today, lately, sampled] = [daysAgo(0), daysAgo(NEW_DAYS), daysAgo(SAMPLE_DAYS)];
  const [
    who,
    appointments,
    results,
    reports,
    messages,
    medications,
    tasks,
    dispenses,
    answered,
    documents,
    goals,
  ] = await fhir.batch([
    `Patient/${patient}`,
    `Appointment?patient=${patient}&date=ge${today}&_sort=date&_count=5&_include=Appointment:location`,
    `Observation?patient=${patient}&category=${encodeURIComponent(LABORATORY)}&_sort=-date&_count=40`,
    `DiagnosticReport?patient=${patient}&date=ge${sampled}&_sort=-date&_count=20&_include=DiagnosticReport:result&_include:iterate=Observation:has-member`,
    `Communication?subject=Patient/${patient}&_sort=-sent&_count=20`,
    `MedicationRequest?patient=${patient}&status=active&_count=20&_include=MedicationRequest:medication`,
    `Task?patient=${patient}&status=requested,received,accepted,in-progress,ready&_sort=-modified&_count=20`,
    `MedicationDispense?patient=${patient}&status=completed&_sort=-whenhandedover&_count=50`,
    `Task?patient=${patient}&status=completed,rejected&modified=ge${lately}&_sort=-modified&_count=10`,
    `DocumentReference?patient=${patient}&status=current&date=ge${lately}&_sort=-date&_count=10`,
    `Goal?patient=${patient}&_count=50`,
  ]);
  const medicines = listOf<Resource>(medications);
  const coming = listOf<Resource>(appointments);
  const person = listOf<Patient>(who)?.[0];
  const visits = coming?.filter((each): each is Appointment => each.resourceType === 'Appointment');
  return {
    patient: person,
    wantsContact: person !== undefined && fhir.offers('Patient', 'update') && wantsConfirming(person),
    appointments: visits?.filter((each) => isUpcoming(each)),
    visits: visits ?? [],
    included: coming?.filter(({ resourceType }) => resourceType === 'Location') ?? [],
    results: listOf<Observation>(results),
    reports: reportsIn(listOf<Resource>(reports)),
    messages: listOf<Communication>(messages),
    medications: medicines && prescriptionsOf(medicines),
    tasks: listOf<Task>(tasks),
    // What the person asked for, not what they themselves have done.
    answered: (listOf<Task>(answered) ?? []).filter(({ requester }) => isFromPerson(requester)),
    documents: listOf<DocumentReference>(documents) ?? [],
    goals: listOf<Goal>(goals) ?? [],
    dispenses: listOf<MedicationDispense>(dispenses) ?? [],
  };
}

const reportsIn = (found: readonly Resource[] | undefined): Reports | undefined =>
  found && {
    found: found.filter((each): each is DiagnosticReport => each.resourceType === 'DiagnosticReport'),
    included: found.filter((each): each is Observation => each.resourceType === 'Observation'),
  };
