/** Whether what was prescribed, or is taken besides, is taken today; where it is not, that is said. */
import type { MedicationRequest, MedicationStatement } from '@medplum/fhirtypes';
import { dayText } from '../../format/clinic-clock.ts';
import { dayNamed } from '../../format/date.ts';
import { lookUp } from '../../format/table.ts';
import { conceptText } from '../../format/words.ts';
import { type Text, t } from '../../i18n/text.ts';

const STATES: Readonly<Record<string, Text>> = {
  'on-hold': 'On hold',
  stopped: 'Stopped',
  cancelled: 'Cancelled',
  unknown: 'State not known',
  intended: 'Planned',
  'not-taken': 'Not taken now',
};

/** What there is to say besides that it is taken, or was: its state, and why. */
export function stateWords(medicine: MedicationRequest | MedicationStatement): string | undefined {
  const { statusReason } = medicine;
  const known = stateOf(medicine);
  if (!known) return undefined;
  const why = [statusReason ?? []].flat().map(conceptText).join(', ');
  return why ? t('{name}: {value}', { name: t(known), value: why }) : t(known);
}

function stateOf(medicine: MedicationRequest | MedicationStatement): Text | undefined {
  const { resourceType, status } = medicine;
  if (resourceType === 'MedicationRequest' && medicine.doNotPerform)
    return IN_FORCE.has(status) ? 'Not to be taken' : 'Was not to be taken';
  // Whoever takes something by themselves takes it no more, and has it taken from them by nobody.
  return resourceType === 'MedicationStatement' && status === 'stopped'
    ? 'Not taken now'
    : lookUp(STATES, status);
}

/** On hold, or unsure, it is still what was said last of something that is not to be taken. */
const IN_FORCE: ReadonlySet<string> = new Set(['active', 'on-hold', 'unknown']);

export const isOnHold = ({ status }: Pick<MedicationRequest | MedicationStatement, 'status'>): boolean =>
  status === 'on-hold';

/** What somebody writes down before it is signed is no prescription. */
export const isPrescribed = ({ status }: MedicationRequest): boolean =>
  status !== 'draft' && status !== 'entered-in-error';

/** A day of which nothing is left, as precise as it is known. */
export function isOver(end: string | undefined, today = dayText(Date.now())): boolean {
  const day = dayNamed(end);
  return day !== '' && day < today.slice(0, day.length);
}

export function isBefore(start: string | undefined, today = dayText(Date.now())): boolean {
  const day = dayNamed(start);
  return day !== '' && day > today.slice(0, day.length);
}
