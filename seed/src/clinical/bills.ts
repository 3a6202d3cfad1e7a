/** What the clinic bills: an Account, an Invoice for each visit, and what the insurance decided about it (ExplanationOfBenefit). */
import type {
  Account,
  Coverage,
  ExplanationOfBenefit,
  Invoice,
  InvoiceLineItemPriceComponent,
  Money,
  Organization,
  Practitioner,
  Resource,
} from '@medplum/fhirtypes';
import { at } from './calendar.ts';
import { CLINIC, hl7, idOf, reference } from './coding.ts';
import { CLINIC_ID, CLINIC_NAME, payers } from './directory.ts';
import { encounterAt } from './encounters.ts';
import { patientReference } from './patient.ts';
import { displayName } from './practitioners.ts';
import type { Bill, BillLine, PatientStory } from './story.ts';

export function bills(story: PatientStory): Resource[] {
  const all = story.bills ?? [];
  if (all.length === 0) return [];
  return [
    account(story),
    ...all.flatMap((bill) => [
      invoice(story, bill),
      ...(bill.lines.some(({ insurance }) => insurance > 0) ? [benefit(story, bill)] : []),
    ]),
  ];
}

const accountId = (story: PatientStory): string => idOf('account', story.key);
const coverageReference = (story: PatientStory) =>
  reference<Coverage>('Coverage', idOf('coverage', story.key), story.coverage.plan);
const clinic = reference<Organization>('Organization', CLINIC_ID, CLINIC_NAME);

function account(story: PatientStory): Account {
  return {
    resourceType: 'Account',
    id: accountId(story),
    identifier: [{ system: `${CLINIC}/account`, value: `A-${story.coverage.member.slice(-6)}` }],
    status: 'active',
    type: hl7('v3-ActCode', ['PBILLACCT', 'patient billing account']),
    name: `Account of ${story.given[0]} ${story.family}`,
    subject: [patientReference(story)],
    owner: clinic,
    coverage: [{ coverage: coverageReference(story), priority: 1 }],
  };
}

const dollars = (value: number): Money => ({ value: Math.round(value * 100) / 100, currency: 'USD' });
const sum = (lines: readonly BillLine[], of: 'charge' | 'insurance'): number =>
  lines.reduce((total, line) => total + line[of], 0);

function invoice(story: PatientStory, bill: Bill): Invoice {
  const charged = sum(bill.lines, 'charge');
  const own = charged - sum(bill.lines, 'insurance');
  return {
    resourceType: 'Invoice',
    id: idOf('bill', story.key, bill.number),
    identifier: [{ system: `${CLINIC}/invoice`, value: bill.number }],
    status: bill.isPaid ? 'balanced' : 'issued',
    subject: patientReference(story),
    date: at(bill.when.date, '16:00'),
    issuer: clinic,
    account: reference('Account', accountId(story)),
    lineItem: bill.lines.map((line, index) => ({
      sequence: index + 1,
      chargeItemCodeableConcept: { text: line.text },
      priceComponent: priceOf(story, line),
    })),
    totalNet: dollars(own),
    totalGross: dollars(own),
    paymentTerms: 'Please pay within 30 days of the date of the bill.',
  };
}

function priceOf(story: PatientStory, { charge, insurance }: BillLine): InvoiceLineItemPriceComponent[] {
  const paidBy = { text: `Paid by ${payers[story.coverage.payer]}` };
  return [
    { type: 'base', amount: dollars(charge) },
    ...(insurance > 0 ? [{ type: 'deduction' as const, code: paidBy, amount: dollars(-insurance) }] : []),
  ];
}

function benefit(story: PatientStory, bill: Bill): ExplanationOfBenefit {
  const { lines } = bill;
  const { encounter } = encounterAt(story, bill.visit.key);
  const payer = payers[story.coverage.payer];
  const adjudication = (code: string, display: string, value: number) => ({
    category: hl7('adjudication', [code, display]),
    amount: dollars(value),
  });
  const amounts = (charge: number, insurance: number) => [
    adjudication('submitted', 'Submitted Amount', charge),
    adjudication('benefit', 'Benefit Amount', insurance),
    adjudication('copay', 'CoPay', charge - insurance),
  ];
  return {
    resourceType: 'ExplanationOfBenefit',
    id: idOf('benefit', story.key, bill.number),
    status: 'active',
    type: hl7('claim-type', ['professional', 'Professional']),
    use: 'claim',
    patient: patientReference(story),
    created: at(bill.when.date, '12:00'),
    insurer: { display: payer },
    provider: reference<Practitioner>('Practitioner', bill.clinician, displayName(bill.clinician)),
    related: [{ reference: { system: `${CLINIC}/invoice`, value: bill.number } }],
    outcome: 'complete',
    insurance: [{ focal: true, coverage: coverageReference(story) }],
    item: lines.map((line, index) => ({
      sequence: index + 1,
      productOrService: { text: line.text },
      servicedDate: bill.visit.date,
      ...(encounter && { encounter: [encounter] }),
      adjudication: amounts(line.charge, line.insurance),
    })),
    total: amounts(sum(lines, 'charge'), sum(lines, 'insurance')),
    payment: { amount: dollars(sum(lines, 'insurance')), date: bill.when.date },
  };
}
