/** Prescriptions, what the pharmacy handed over, and what the patient takes on their own. */
import type {
  Condition,
  Dosage,
  MedicationDispense,
  MedicationRequest,
  MedicationStatement,
  Organization,
  Practitioner,
  Resource,
} from '@medplum/fhirtypes';
import { diagnoses } from '../codes/diagnoses.ts';
import { type Drug, drugs } from '../codes/drugs.ts';
import { addDays, at } from './calendar.ts';
import {
  CLINIC,
  type Code,
  concept,
  hl7,
  idOf,
  quantity,
  RXNORM,
  reference,
  snomed,
  usCore,
} from './coding.ts';
import { conditionId, diagnosisConcept } from './conditions.ts';
import { pharmacies } from './directory.ts';
import { encounterAt } from './encounters.ts';
import { patientReference } from './patient.ts';
import { displayName } from './practitioners.ts';
import type { OwnMedicine, PatientStory, Prescription } from './story.ts';

const routes: Record<Drug['route'], Code> = {
  oral: ['26643006', 'Oral route (qualifier value)'],
  inhalation: ['447694001', 'Respiratory tract route (qualifier value)'],
  subcutaneous: ['34206005', 'Subcutaneous route (qualifier value)'],
  intramuscular: ['78421000', 'Intramuscular route (qualifier value)'],
};

export function medications(story: PatientStory): Resource[] {
  return [
    ...story.prescriptions.flatMap((item) => [medicationRequest(story, item), ...dispenses(story, item)]),
    ...(story.ownMedicines ?? []).map((item) => medicationStatement(story, item)),
  ];
}

export function prescriptionId(story: PatientStory, slug: string): string {
  return idOf('prescription', story.key, slug);
}

function medicationConcept(key: Prescription['drug']) {
  return concept(RXNORM, drugs[key].code, drugs[key].name);
}

function medicationRequest(story: PatientStory, item: Prescription): MedicationRequest {
  return {
    resourceType: 'MedicationRequest',
    id: prescriptionId(story, item.slug),
    meta: usCore('medicationrequest'),
    identifier: [{ system: `${CLINIC}/prescription`, value: prescriptionId(story, item.slug) }],
    status: item.end?.status ?? 'active',
    ...(item.end?.why !== undefined && { statusReason: { text: item.end.why } }),
    intent: 'order',
    category: [hl7('medicationrequest-category', ['community', 'Community'])],
    reportedBoolean: false,
    medicationCodeableConcept: medicationConcept(item.drug),
    subject: patientReference(story),
    ...encounterAt(story, item.start.key),
    authoredOn: at(item.start.date, '09:40'),
    requester: reference<Practitioner>('Practitioner', item.clinician, displayName(item.clinician)),
    reasonCode: [diagnosisConcept(item.reason)],
    ...(story.problems.some(({ diagnosis }) => diagnosis === item.reason) && {
      reasonReference: [
        reference<Condition>('Condition', conditionId(story, item.reason), diagnoses[item.reason].text),
      ],
    }),
    dosageInstruction: [dosage(item)],
    dispenseRequest: {
      validityPeriod: { start: item.start.date, end: item.end?.date ?? addDays(item.start.date, 365) },
      numberOfRepeatsAllowed: item.refills,
      quantity: supply(item),
      expectedSupplyDuration: quantity(item.supplyDays, 'd', 'days'),
      performer: reference<Organization>('Organization', story.pharmacy, pharmacies[story.pharmacy].name),
    },
    ...(item.follows !== undefined && {
      priorPrescription: reference<MedicationRequest>(
        'MedicationRequest',
        prescriptionId(story, item.follows),
      ),
    }),
  };
}

function dosage(item: Prescription): Dosage {
  const drug: Drug = drugs[item.drug];
  return {
    sequence: 1,
    text: item.text,
    timing: {
      repeat: {
        frequency: Math.max(1, Math.round(item.perDay)),
        period: item.perDay >= 1 ? 1 : Math.round(1 / item.perDay),
        periodUnit: 'd',
        ...(item.when !== undefined && { when: [...item.when] }),
      },
    },
    ...(item.asNeeded === true && { asNeededBoolean: true }),
    route: snomed(routes[drug.route]),
    doseAndRate: [
      {
        type: hl7('dose-rate-type', ['ordered', 'Ordered']),
        doseQuantity: quantity(item.dose, drug.doseUnit, unitWord(drug.doseUnit)),
      },
    ],
  };
}

function supply(item: Prescription) {
  const { doseUnit }: Drug = drugs[item.drug];
  const amount =
    item.asNeeded === true && doseUnit !== '{puff}'
      ? item.supplyDays
      : item.dose * item.perDay * item.supplyDays;
  return quantity(Math.max(1, Math.round(amount)), doseUnit, unitWord(doseUnit));
}

function unitWord(code: string): string {
  const words: Record<string, string> = {
    '{tbl}': 'tablet',
    '{capsule}': 'capsule',
    '{puff}': 'puff',
    '[iU]': 'units',
  };
  return words[code] ?? code;
}

/** The fills of a prescription, the last one first; ids count back from the first fill, so they stay when a fill is added. */
function dispenses(story: PatientStory, item: Prescription): MedicationDispense[] {
  const { lastFill, fills = 1 } = item;
  if (lastFill === undefined) return [];
  return Array.from({ length: fills }, (_, index) => {
    const handedOver = addDays(lastFill.date, -item.supplyDays * index);
    const first = index === fills - 1;
    return {
      resourceType: 'MedicationDispense',
      id: idOf('dispense', story.key, item.slug, String(fills - index)),
      meta: usCore('medicationdispense'),
      status: 'completed',
      medicationCodeableConcept: medicationConcept(item.drug),
      subject: patientReference(story),
      performer: [
        { actor: reference<Organization>('Organization', story.pharmacy, pharmacies[story.pharmacy].name) },
      ],
      authorizingPrescription: [
        reference<MedicationRequest>('MedicationRequest', prescriptionId(story, item.slug)),
      ],
      type: hl7('v3-ActCode', first ? ['FF', 'First Fill'] : ['RF', 'Refill']),
      quantity: supply(item),
      daysSupply: quantity(item.supplyDays, 'd', 'days'),
      whenPrepared: at(handedOver, '11:00'),
      whenHandedOver: at(handedOver, '16:10'),
      dosageInstruction: [dosage(item)],
    };
  });
}

function medicationStatement(story: PatientStory, item: OwnMedicine): MedicationStatement {
  return {
    resourceType: 'MedicationStatement',
    id: idOf('own-medicine', story.key, item.slug),
    // As if the person had written it in the portal, so that it is theirs to change there.
    meta: { tag: [{ system: 'urn:wellspring:written-by', code: `Patient/${story.id}` }] },
    status: item.until === undefined ? 'active' : 'completed',
    category: hl7('medication-statement-category', ['patientspecified', 'Patient Specified']),
    medicationCodeableConcept: medicationConcept(item.drug),
    subject: patientReference(story),
    effectivePeriod: { start: item.since, ...(item.until !== undefined && { end: item.until }) },
    dateAsserted: item.since,
    informationSource: patientReference(story),
    dosage: [{ text: item.text }],
  };
}
