/** What a prescription that is renewed hands on to the one that follows it, and whether it is one to be renewed without another look. */
import type { MedicationRequest } from '@medplum/fhirtypes';
import { formatDate, timeOf } from '../../format/date.ts';
import { isOrder } from '../../format/medicine.ts';
import { idOf } from '../../format/reference.ts';
import { type Text, t } from '../../i18n/text.ts';
import { isCurrent } from '../medicines/queries.ts';

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

/** What makes one look twice before it is renewed, in words; undefined: it runs, or ran out. `next`: what follows it already. */
export function doubtOf(
  { status, doNotPerform }: MedicationRequest,
  next?: MedicationRequest,
): string | undefined {
  const doubt = doNotPerform ? 'This says that the medicine is not to be taken.' : DOUBTS[status];
  return [doubt && t(doubt), next && renewedText(next)].filter(Boolean).join(' ') || undefined;
}

const renewedText = ({ authoredOn, requester }: MedicationRequest): string =>
  t('Renewed already: {when}, {who}. A second one would be taken beside it.', {
    when: formatDate(authoredOn),
    who: requester?.display ?? t('A colleague'),
  });

/**
 * Of the same patient's prescriptions the one in force that follows this one, at once or by others between (MedicationRequest.priorPrescription), or that is of the same medicine
 * where this one has ended: not every system names what went before. undefined: none. Two may ask for one prescription, and another system may have renewed it.
 */
export function successorOf(
  prescription: MedicationRequest,
  all: readonly MedicationRequest[],
): MedicationRequest | undefined {
  const named = namedSuccessor(prescription.id ?? '', all);
  if (named || isCurrent(prescription)) return named;
  const names = new Set(namesOfMedicine(prescription));
  return all.find(
    (each) =>
      each.id !== prescription.id &&
      isCurrent(each) &&
      isOrder(each) &&
      namesOfMedicine(each).some((name) => names.has(name)),
  );
}

/** By its codes, by reference, and in words, which is all that some have. */
const namesOfMedicine = ({
  medicationCodeableConcept,
  medicationReference,
}: MedicationRequest): readonly string[] => [
  ...(medicationCodeableConcept?.coding ?? []).flatMap(({ system, code }) =>
    code ? [`${system}|${code}`] : [],
  ),
  ...(medicationCodeableConcept?.text ? [medicationCodeableConcept.text.trim().toLowerCase()] : []),
  ...(idOf(medicationReference, 'Medication') ? [String(medicationReference?.reference)] : []),
];

function namedSuccessor(id: string, all: readonly MedicationRequest[]): MedicationRequest | undefined {
  const next = Map.groupBy(all, ({ priorPrescription }) => idOf(priorPrescription, 'MedicationRequest'));
  const seen = new Set<string | undefined>();
  const following = [id];
  for (const each of following) {
    if (seen.has(each)) continue;
    seen.add(each);
    for (const one of next.get(each) ?? []) {
      if (isCurrent(one) && isOrder(one)) return one;
      following.push(one.id ?? '');
    }
  }
  return undefined;
}

/** The one that is followed by another is over with it; what somebody ended stays as they ended it. */
export const endsWithIt = isCurrent;
