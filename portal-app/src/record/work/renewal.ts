/** What a prescription that is renewed hands on to the one that follows it, and whether it is one to be renewed without another look. */
import type { MedicationRequest } from '@medplum/fhirtypes';
import { timeOf } from '../../format/date.ts';
import type { Text } from '../../i18n/text.ts';

/**
 * Elements of an order: what is taken, how, by whom and why. What happened to the one before (its numbers, its notes, why it was stopped, whose visit it was) is told by that one.
 * https://hl7.org/fhir/R4/medicationrequest.html
 */
const OF_AN_ORDER = [
  'language',
  'extension',
  'modifierExtension',
  'intent',
  'category',
  'priority',
  'doNotPerform',
  'medicationCodeableConcept',
  'medicationReference',
  'subject',
  'performer',
  'performerType',
  'reasonCode',
  'reasonReference',
  'instantiatesCanonical',
  'instantiatesUri',
  'basedOn',
  'courseOfTherapyType',
  'insurance',
  'dosageInstruction',
  'dispenseRequest',
  'substitution',
] as const satisfies readonly (keyof MedicationRequest)[];

type Order = Pick<MedicationRequest, (typeof OF_AN_ORDER)[number] | 'resourceType' | 'contained' | 'meta'>;

export function orderOf(prescription: MedicationRequest, now = Date.now()): Order {
  const { resourceType, meta, contained = [], dispenseRequest } = prescription;
  const order = Object.fromEntries(
    OF_AN_ORDER.flatMap((name) => (prescription[name] === undefined ? [] : [[name, prescription[name]]])),
  ) as unknown as Order;
  const named = JSON.stringify(order);
  // What nothing names any more may not be there (R4 invariant dom-3).
  const held = contained.filter(({ id }) => named.includes(`"#${id}"`));
  return {
    ...order,
    resourceType,
    ...(meta?.profile ? { meta: { profile: meta.profile } } : {}),
    ...(held.length > 0 ? { contained: held } : {}),
    ...(dispenseRequest ? { dispenseRequest: stillValid(dispenseRequest, now) } : {}),
  };
}

type Dispensing = NonNullable<MedicationRequest['dispenseRequest']>;

/** Until when the one before was good says nothing of the next, once it is over. */
function stillValid({ validityPeriod, ...rest }: Dispensing, now: number): Dispensing {
  return timeOf(validityPeriod?.end) > now ? { ...rest, validityPeriod: validityPeriod as object } : rest;
}

/** What was handed over each time, first or not before some days was reckoned for the dosage before: with another one it is too much or too little, and what goes with that is said anew. */
export function dispensedFor(
  { quantity, days }: { readonly quantity: string; readonly days: string },
  { initialFill, dispenseInterval, quantity: amount, expectedSupplyDuration: lasting, ...rest }: Dispensing,
): Dispensing {
  return {
    ...rest,
    ...(amount ? { quantity: { ...amount, value: Number(quantity.replace(',', '.')) } } : {}),
    ...(lasting
      ? {
          expectedSupplyDuration: {
            value: Number(days),
            unit: 'days',
            system: 'http://unitsofmeasure.org',
            code: 'd',
          },
        }
      : {}),
  };
}

/** Of a prescription that somebody ended, or that is in force nowhere: what is said before it is renewed. */
const DOUBTS: Readonly<Record<string, Text>> = {
  stopped: 'This prescription was stopped.',
  cancelled: 'This prescription was cancelled.',
  'on-hold': 'This prescription is on hold.',
  draft: 'This prescription is a draft.',
  'entered-in-error': 'This prescription was entered in error.',
  unknown: 'It is not known whether this prescription is in force.',
};

/** undefined: it runs, or ran out. */
export const doubtOf = ({ status, doNotPerform }: MedicationRequest): Text | undefined =>
  doNotPerform ? 'This says that the medicine is not to be taken.' : DOUBTS[status];

/** The one that is followed by another is over with it; what somebody ended stays as they ended it. */
export const endsWithIt = ({ status }: MedicationRequest): boolean =>
  status === 'active' || status === 'on-hold';
