/** What a visit changed of the medicines: what was prescribed there and what has become of it, what took the place of another, what is not taken any more. */
import type { MedicationRequest, MedicationStatement, Resource } from '@medplum/fhirtypes';
import { isOrdered, prescriptionsOf } from '../../format/medicine.ts';
import { lookUp } from '../../format/table.ts';
import { medicineName } from '../../format/words.ts';
import { type Text, t } from '../../i18n/text.ts';
import { howTaken } from '../medicines/how-taken.ts';
import { stateWords } from '../medicines/state.ts';
import type { VisitLine } from './line.ts';

/** How a prescription of the visit stands now; when it came to that, it does not say. */
const PRESCRIBED: Readonly<Record<string, Text>> = {
  active: 'Prescribed',
  'on-hold': 'Prescribed, on hold now',
  cancelled: 'Prescribed, taken back since',
  completed: 'Prescribed, finished since',
  stopped: 'Prescribed, stopped since',
};

/** What was said of a medicine at the visit, where that is a change. */
const SAID: Readonly<Record<string, Text>> = {
  stopped: 'No longer taken',
  'not-taken': 'Not taken',
  'on-hold': 'On hold',
};

/** `mine`: prescriptions and statements of the visit, with the Medications that they refer to. */
export function medicineChanges(mine: readonly Resource[]): readonly VisitLine[] {
  // Named as the others are; that it is not to be taken is said beside it.
  const named = prescriptionsOf(mine, isOrdered);
  return [
    ...named.filter(({ status }) => status !== 'draft').map(orderLine),
    ...mine.flatMap((each) => (each.resourceType === 'MedicationStatement' ? statementLines(each) : [])),
  ];
}

function orderLine(order: MedicationRequest): VisitLine {
  const { id, status, doNotPerform, priorPrescription } = order;
  const before =
    priorPrescription &&
    (priorPrescription.display
      ? t('In place of {medicine}', { medicine: priorPrescription.display })
      : t('In place of an earlier prescription'));
  const dose = status === 'active' ? howTaken(order) : undefined;
  return {
    id: `MedicationRequest/${id}`,
    to: '/medications',
    name: medicineName(order),
    about: [dose, before].filter(Boolean).join(' · ') || undefined,
    note: doNotPerform ? stateWords(order) : t(lookUp(PRESCRIBED, status) ?? 'Prescribed'),
  };
}

function statementLines(said: MedicationStatement): readonly VisitLine[] {
  const words = lookUp(SAID, said.status);
  if (!words) return [];
  return [
    { id: `MedicationStatement/${said.id}`, to: '/medications', name: medicineName(said), note: t(words) },
  ];
}
