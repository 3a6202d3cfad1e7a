/** Referrals and other orders (https://hl7.org/fhir/R4/servicerequest.html) as words: what is asked of whom, and how far it is. */
import type { CodeableConcept, ServiceRequest } from '@medplum/fhirtypes';
import { lookUp } from '../../format/table.ts';
import { isToAvoid } from '../../format/to-avoid.ts';
import { type Text, t } from '../../i18n/text.ts';

const STATES: Readonly<Record<string, Text>> = {
  draft: 'Not asked for yet',
  active: 'Asked for',
  'on-hold': 'On hold',
  revoked: 'Taken back by the clinic',
  completed: 'Done',
};

/** How far it is, in plain words. */
export function orderState(order: ServiceRequest): string {
  if (isToAvoid(order)) return t('Not to be done');
  return t(lookUp(STATES, order.status) ?? 'State not known');
}

/** SNOMED CT: patient referral, referral to a specialist, referral to a service. */
const REFERRAL: ReadonlySet<string> = new Set(['3457005', '103696004', '306206005']);

const saysReferral = ({ text, coding = [] }: CodeableConcept): boolean =>
  /\breferral\b/i.test(text ?? '') ||
  coding.some(({ code = '', display = '' }) => REFERRAL.has(code) || /\breferral\b/i.test(display));

/** Somebody else is asked to see the person; by its category or code. */
export const isReferral = ({ category = [], code }: ServiceRequest): boolean =>
  [...category, ...(code ? [code] : [])].some(saysReferral);
