/** What a doctor who has never met the person asks first, in one request (US Core; the order of the International Patient Summary). */
import type {
  AllergyIntolerance,
  Condition,
  Coverage,
  Immunization,
  MedicationRequest,
  MedicationStatement,
  Observation,
  Patient,
  Resource,
} from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { isOrdered, prescriptionsOf } from '../../format/medicine.ts';
import { isPanel } from '../../format/observation.ts';
import { loincCode, testName } from '../../format/words.ts';
import { type Fhir, listOf } from '../../smart/fhir.ts';
import { named } from '../names.ts';

export interface Summary {
  readonly patient: Patient;
  readonly conditions: readonly Condition[] | undefined;
  readonly allergies: readonly AllergyIntolerance[] | undefined;
  readonly prescriptions: readonly MedicationRequest[] | undefined;
  readonly ownMedicines: readonly MedicationStatement[] | undefined;
  readonly immunizations: readonly Immunization[] | undefined;
  readonly vitals: readonly Observation[] | undefined;
  readonly laboratory: readonly Observation[] | undefined;
  readonly coverages: readonly Coverage[] | undefined;
}

export const summaryQuery = (fhir: Fhir) =>
  queryOptions({ queryKey: ['summary', fhir.patient], queryFn: () => readSummary(fhir) });

/** A part that was not shared, or failed, is `undefined`: the page says so rather than "none". */
export async function readSummary(fhir: Fhir): Promise<Summary> {
  const of = `patient=${fhir.patient}`;
  const [patient, answers] = await Promise.all([
    fhir.read<Patient>('Patient', fhir.patient),
    fhir.batch([
      `Condition?${of}&clinical-status=active,recurrence,relapse&_count=50`,
      `AllergyIntolerance?${of}&clinical-status=active&_count=50`,
      `MedicationRequest?${of}&status=active,on-hold&_sort=-authoredon&_count=50&_include=MedicationRequest:medication`,
      `MedicationStatement?${of}&status=active&_count=50`,
      `Immunization?${of}&status=completed&_sort=-date&_count=50`,
      `Observation?${of}&category=vital-signs&_sort=-date&_count=50`,
      `Observation?${of}&category=laboratory&_sort=-date&_count=100`,
      `Coverage?${of}&status=active&_count=10`,
    ]),
  ]);
  const prescriptions = listOf<Resource>(answers[2]);
  return {
    patient,
    conditions: listOf<Condition>(answers[0]),
    allergies: listOf<AllergyIntolerance>(answers[1]),
    prescriptions: prescriptions && prescriptionsOf(prescriptions, isOrdered),
    ownMedicines: listOf<MedicationStatement>(answers[3]),
    immunizations: listOf<Immunization>(answers[4]),
    vitals: newestOfEach(listOf<Observation>(answers[5])),
    laboratory: newestOfEach(listOf<Observation>(answers[6])),
    coverages: await named(fhir, listOf<Coverage>(answers[7])),
  };
}

/** The newest value of each code; they come newest first. */
export function newestOfEach(
  observations: readonly Observation[] | undefined,
): readonly Observation[] | undefined {
  const seen = new Set<string>();
  return observations?.filter((each) => {
    const key = loincCode(each.code) ?? testName(each.code);
    if (isPanel(each) || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
