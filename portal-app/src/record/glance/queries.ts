/** The dashboard's data in one request: a batch of searches, each of which may fail alone. */
import type {
  Appointment,
  Communication,
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
import { prescriptionsOf } from '../../format/medicine.ts';
import { LABORATORY } from '../../format/observation.ts';
import { isFromPerson } from '../../format/words.ts';
import { type Fhir, listOf } from '../../smart/fhir.ts';

export interface Glance {
  readonly patient: Patient | undefined;
  /** undefined: this part could not be read. */
  readonly appointments: readonly Appointment[] | undefined;
  readonly results: readonly Observation[] | undefined;
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
const NEW_MS = 7 * 86_400_000;

export const glanceQuery = (fhir: Fhir) =>
  queryOptions({ queryKey: ['glance', fhir.patient], queryFn: () => readGlance(fhir) });

async function readGlance(fhir: Fhir): Promise<Glance> {
  const { patient } = fhir;
  const today = new Date().toISOString().slice(0, 10);
  const lately = new Date(Date.now() - NEW_MS).toISOString().slice(0, 10);
  const [who, appointments, results, messages, medications, tasks, dispenses, answered, documents, goals] =
    await fhir.batch([
      `Patient/${patient}`,
      `Appointment?patient=${patient}&date=ge${today}&_sort=date&_count=5&_include=Appointment:location`,
      `Observation?patient=${patient}&category=${encodeURIComponent(LABORATORY)}&_sort=-date&_count=12`,
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
  const visits = coming?.filter((each): each is Appointment => each.resourceType === 'Appointment');
  return {
    patient: listOf<Patient>(who)?.[0],
    appointments: visits?.filter((each) => isUpcoming(each)),
    visits: visits ?? [],
    included: coming?.filter(({ resourceType }) => resourceType === 'Location') ?? [],
    results: listOf<Observation>(results),
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
