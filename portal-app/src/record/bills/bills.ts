/** Bills (Invoice) and what the insurance decided about them (ExplanationOfBenefit), as a person reads them. */
import type {
  Account,
  ExplanationOfBenefit,
  ExplanationOfBenefitItemAdjudication,
  Identifier,
  Invoice,
  InvoiceLineItem,
  InvoiceLineItemPriceComponent,
  Meta,
  Money,
} from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { newestFirst } from '../../format/date.ts';
import { sumOf } from '../../format/money.ts';
import { referenceName } from '../../format/named.ts';
import { conceptText } from '../../format/words.ts';
import { type Fhir, listOf, requiredListOf } from '../../smart/fhir.ts';
import { named } from '../names.ts';

export interface Bills {
  /** Newest first; drafts and what was entered in error are not told of. */
  readonly bills: readonly Bill[];
  /** What the insurance decided about what no bill here is for. */
  readonly others: readonly Benefit[];
}

export interface Bill {
  readonly id: string;
  readonly meta: Meta | undefined;
  readonly number: string | undefined;
  readonly date: string | undefined;
  /** `credit`: the clinic owes the person; `nothing`: others took all of it over. */
  readonly state: 'open' | 'paid' | 'cancelled' | 'credit' | 'nothing';
  readonly issuer: string | undefined;
  readonly account: string | undefined;
  readonly lines: readonly BillLine[];
  /** The person's own part; undefined where the bill does not say. */
  readonly own: Money | undefined;
  readonly terms: string | undefined;
  readonly notes: readonly string[];
  readonly benefits: readonly Benefit[];
}

export interface BillLine {
  readonly name: string;
  readonly charged: Money | undefined;
  /** What others took over, such as the insurance. */
  readonly taken: readonly { readonly by: string; readonly amount: Money | undefined }[];
}

export interface Benefit {
  readonly id: string;
  readonly meta: Meta | undefined;
  readonly insurer: string | undefined;
  readonly date: string | undefined;
  readonly names: readonly string[];
  readonly charged: Money | undefined;
  readonly paid: Money | undefined;
  readonly own: Money | undefined;
  readonly notes: readonly string[];
}

export const billsQuery = (fhir: Fhir) =>
  queryOptions({ queryKey: ['bills', fhir.patient], queryFn: () => readBills(fhir) });

/** Throws where bills can't be read; without the insurance's part they are shown without it. */
async function readBills(fhir: Fhir): Promise<Bills> {
  const [invoices, benefits, accounts] = await fhir.batch([
    `Invoice?patient=${fhir.patient}&_sort=-date&_count=200`,
    `ExplanationOfBenefit?patient=${fhir.patient}&_sort=-created&_count=200`,
    `Account?patient=${fhir.patient}&_count=50`,
  ]);
  const found = [requiredListOf<Invoice>(invoices), listOf<ExplanationOfBenefit>(benefits) ?? []] as const;
  return billsOf(...(await named(fhir, found)), listOf<Account>(accounts) ?? []);
}

const STATES: Readonly<Record<string, Bill['state']>> = {
  issued: 'open',
  balanced: 'paid',
  cancelled: 'cancelled',
};

export function billsOf(
  invoices: readonly Invoice[],
  benefits: readonly ExplanationOfBenefit[],
  accounts: readonly Account[],
): Bills {
  const active = benefits.filter(({ status, use }) => status === 'active' && use === 'claim');
  const told = invoices.filter(({ status }) => Object.hasOwn(STATES, status ?? ''));
  const isFor = (invoice: Invoice, benefit: ExplanationOfBenefit): boolean =>
    (benefit.related ?? []).some(({ reference }) => isOneOf(reference, invoice.identifier));
  return {
    bills: told
      .map((invoice) =>
        billOf(
          invoice,
          active.filter((each) => isFor(invoice, each)),
          accounts,
        ),
      )
      .toSorted((a, b) => newestFirst(a.date, b.date)),
    others: active.filter((each) => !told.some((invoice) => isFor(invoice, each))).map(benefitOf),
  };
}

function isOneOf(identifier: Identifier | undefined, among: readonly Identifier[] = []): boolean {
  if (identifier?.value === undefined) return false;
  return among.some(({ system, value }) => system === identifier.system && value === identifier.value);
}

function billOf(
  invoice: Invoice,
  benefits: readonly ExplanationOfBenefit[],
  accounts: readonly Account[],
): Bill {
  const { id = '', meta, identifier = [], date, status, issuer, lineItem = [], note = [] } = invoice;
  const own = invoice.totalGross ?? invoice.totalNet;
  const account = accounts.find((each) => `Account/${each.id}` === invoice.account?.reference);
  return {
    id,
    meta,
    number: identifier[0]?.value,
    date,
    state: stateOf(STATES[status ?? ''] ?? 'open', own),
    issuer: referenceName(issuer, invoice),
    account: account?.identifier?.[0]?.value,
    lines: lineItem.map(lineOf),
    own,
    terms: invoice.paymentTerms,
    notes: note.flatMap(({ text }) => text ?? []),
    benefits: benefits.map(benefitOf),
  };
}

/** An issued bill without anything to pay is none to be paid. */
function stateOf(state: Bill['state'], own: Money | undefined): Bill['state'] {
  if (state !== 'open' || own?.value === undefined || own.value > 0) return state;
  return own.value < 0 ? 'credit' : 'nothing';
}

/** https://hl7.org/fhir/R4/valueset-invoice-priceComponentType.html: what makes a line dearer; the rest makes it cheaper or only explains. */
const CHARGED = ['base', 'surcharge', 'tax'];
const TAKEN = ['deduction', 'discount'];

function lineOf({
  chargeItemCodeableConcept,
  chargeItemReference,
  priceComponent = [],
}: InvoiceLineItem): BillLine {
  const amounts = priceComponent
    .filter(({ type }) => CHARGED.includes(type ?? ''))
    .map(({ amount }) => amount);
  return {
    name: chargeItemReference?.display ?? conceptText(chargeItemCodeableConcept),
    charged: sumOf(amounts),
    taken: priceComponent.filter(({ type }) => TAKEN.includes(type ?? '')).map(takenOf),
  };
}

/** Some write what is taken off with a minus, some without. */
function takenOf({ code, amount }: InvoiceLineItemPriceComponent) {
  const value = amount?.value;
  return {
    by: code ? conceptText(code) : '',
    amount: value === undefined ? undefined : { ...amount, value: Math.abs(value) },
  };
}

function benefitOf(benefit: ExplanationOfBenefit): Benefit {
  const { id = '', meta, insurer, created, item = [], total = [], payment, processNote = [] } = benefit;
  const amount = (...codes: readonly string[]): Money | undefined =>
    sumOf(total.filter(({ category }) => codes.includes(codeOf(category))).map((each) => each.amount));
  return {
    id,
    meta,
    insurer: referenceName(insurer, benefit),
    date: created,
    names: [...new Set(item.map(({ productOrService }) => conceptText(productOrService)))],
    charged: amount('submitted'),
    paid: payment?.amount ?? amount('benefit'),
    own: amount('copay', 'deductible', 'unallocdeduct'),
    notes: processNote.flatMap(({ text }) => text ?? []),
  };
}

const codeOf = (category: ExplanationOfBenefitItemAdjudication['category'] | undefined): string =>
  category?.coding?.[0]?.code ?? '';

/** What is to be paid of all that is open; undefined where it can't be added up. */
export const owedOf = (bills: readonly Bill[]): Money | undefined =>
  sumOf(bills.filter(({ state }) => state === 'open').map(({ own }) => own));

/** The clinic's payment service with the number of the bill, and nothing else of it. undefined: there is no number, or nothing to pay. */
export function paymentAddress(
  template: string | undefined,
  { number, state, own }: Bill,
): string | undefined {
  if (template === undefined || number === undefined || state !== 'open' || (own?.value ?? 0) <= 0)
    return undefined;
  return template.replaceAll('{number}', encodeURIComponent(number));
}
