/** How far a prescription still reaches: from what the pharmacy handed over (MedicationDispense) and what was allowed (MedicationRequest.dispenseRequest). */
import type { MedicationDispense, MedicationRequest } from '@medplum/fhirtypes';
import { dayAfter, newestFirst, timeOf } from '../../format/date.ts';
import { t } from '../../i18n/text.ts';

export interface Supply {
  /** Refills left: repeats allowed less those handed over. undefined: not on record, so nobody can say. */
  readonly left: number | undefined;
  /** YYYY-MM-DD; undefined where it is not known, or taken only as needed. */
  readonly runsOut: string | undefined;
  /** Of the last time it was handed over. */
  readonly pharmacy: Pharmacy | undefined;
}

export interface Pharmacy {
  readonly reference: string;
  readonly name: string;
}

const DAY_MS = 86_400_000;
const SOON_DAYS = 7;

export function supplyOf(request: MedicationRequest, dispenses: readonly MedicationDispense[]): Supply {
  const names = namesOf(request);
  const all = dispenses
    .filter(
      ({ status, authorizingPrescription = [] }) =>
        status === 'completed' &&
        authorizingPrescription.some(({ reference }) => names.includes(reference ?? '')),
    )
    .sort((a, b) => newestFirst(a.whenHandedOver, b.whenHandedOver));
  const [last] = all;
  const own = all.filter((each) =>
    each.authorizingPrescription?.some(({ reference }) => reference === names[0]),
  );
  const allowed = request.dispenseRequest?.numberOfRepeatsAllowed;
  // The first time it is handed over is no repeat.
  const left = allowed === undefined ? undefined : Math.max(0, allowed - Math.max(0, own.length - 1));
  return { left, runsOut: runsOutOf(request, last), pharmacy: pharmacyOf(last) };
}

/** References to a prescription and to the one that it renews: what was handed over for that is still being taken. */
export const namesOf = ({ id, priorPrescription }: MedicationRequest): readonly string[] =>
  [`MedicationRequest/${id}`, priorPrescription?.reference].filter((each) => each !== undefined);

function runsOutOf(request: MedicationRequest, last: MedicationDispense | undefined): string | undefined {
  const days = last?.daysSupply?.value;
  if (!last?.whenHandedOver || days === undefined) return undefined;
  if (request.dosageInstruction?.some(({ asNeededBoolean }) => asNeededBoolean)) return undefined;
  return dayAfter(last.whenHandedOver, days);
}

function pharmacyOf(dispense: MedicationDispense | undefined): Pharmacy | undefined {
  const actor = dispense?.performer?.find(({ actor }) => actor.reference?.startsWith('Organization/'))?.actor;
  return actor?.reference === undefined
    ? undefined
    : { reference: actor.reference, name: actor.display ?? t('Pharmacy') };
}

/** Gone, or gone within a week. */
export const runsOutSoon = ({ runsOut }: Supply, now = Date.now()): boolean =>
  runsOut !== undefined && timeOf(runsOut) - now < SOON_DAYS * DAY_MS;

/** Every pharmacy that has handed something over, the latest first. */
export function pharmaciesOf(dispenses: readonly MedicationDispense[]): Pharmacy[] {
  const found = dispenses
    .toSorted((a, b) => newestFirst(a.whenHandedOver, b.whenHandedOver))
    .flatMap((each) => pharmacyOf(each) ?? []);
  return [...new Map(found.map((each) => [each.reference, each])).values()];
}
