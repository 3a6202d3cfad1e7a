/** What pages show of records: names, and visits to choose from; as much of it as whoever asks may read. */
import { type FhirApi, FhirUnavailable } from './fhir-api.ts';
import { type HumanName, nameText } from './human-name.ts';

export interface PatientName {
  readonly id: string;
  readonly name: string;
  readonly birthDate: string | undefined;
}

export interface Visit {
  readonly id: string;
  readonly patient: string | undefined;
  readonly title: string;
  readonly date: string | undefined;
}

/** Rejects with FhirUnavailable, but where nothing else is said. */
export interface Shown {
  /** Active ones; undefined where there is none that may be read. */
  patient(id: string): Promise<PatientName | undefined>;
  /** By name, or by birth date. */
  search(text: string): Promise<readonly PatientName[]>;
  /** The newest visits of a patient. */
  visits(patient: string): Promise<readonly Visit[]>;
  visit(id: string): Promise<Visit | undefined>;
}

interface Patient {
  readonly id: string;
  readonly active?: boolean;
  readonly name?: readonly HumanName[];
  readonly birthDate?: string;
}

interface Encounter {
  readonly id: string;
  readonly subject?: { readonly reference?: string };
  readonly type?: readonly {
    readonly text?: string;
    readonly coding?: readonly { readonly display?: string }[];
  }[];
  readonly class?: { readonly display?: string; readonly code?: string };
  readonly period?: { readonly start?: string };
}

const FOUND = 20;

export function createShown(api: FhirApi): Shown {
  return {
    async patient(id) {
      const found = await granted(api.read<Patient>(`Patient/${id}`), undefined);
      return found && found.active !== false ? patientName(found) : undefined;
    },
    async search(text) {
      const parameters: Record<string, string> = { _elements: 'name,birthDate', _count: String(FOUND) };
      if (/^\d{4}-\d{2}-\d{2}$/.test(text)) parameters.birthdate = text;
      else parameters.name = text.slice(0, 100);
      return (await granted(api.search<Patient>('Patient', parameters), [])).map(patientName);
    },
    async visits(patient) {
      const parameters = { patient, _sort: '-date', _count: String(FOUND) };
      return (await granted(api.search<Encounter>('Encounter', parameters), [])).map(visitOf);
    },
    async visit(id) {
      const found = await granted(api.read<Encounter>(`Encounter/${id}`), undefined);
      return found && visitOf(found);
    },
  };
}

/** Whose role has nothing of the kind is shown nothing. */
async function granted<T>(answer: Promise<T>, nothing: T): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof FhirUnavailable && error.status === 403) return nothing;
    throw error;
  }
}

const patientName = ({ id, name, birthDate }: Patient): PatientName => ({
  id,
  name: nameText(name?.[0]) ?? id,
  birthDate,
});

function visitOf({ id, subject, type, class: kind, period }: Encounter): Visit {
  const title = type?.[0]?.text ?? type?.[0]?.coding?.[0]?.display ?? kind?.display ?? kind?.code ?? 'Visit';
  return {
    id,
    patient: subject?.reference?.replace(/^Patient\//, ''),
    title,
    date: period?.start?.slice(0, 10),
  };
}

/** The page still works by id while the FHIR server is away, and for a record that is closed to them by now. */
export async function namesOf(
  records: readonly { readonly patient: string; readonly shown: Shown | undefined }[],
): Promise<readonly PatientName[]> {
  return Promise.all(
    records.map(
      async ({ patient, shown }) =>
        (await shown?.patient(patient).catch(() => undefined)) ?? {
          id: patient,
          name: patient,
          birthDate: undefined,
        },
    ),
  );
}
