import type { ExplanationOfBenefit, Invoice } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { type Bill, billsOf, owedOf, paymentAddress } from './bills.ts';

const usd = (value: number) => ({ value, currency: 'USD' as const });
const NUMBER = { system: 'urn:clinic:invoice', value: 'W-1' };

const invoice = (change: Partial<Invoice> = {}): Invoice => ({
  resourceType: 'Invoice',
  id: 'one',
  status: 'issued',
  identifier: [NUMBER],
  date: '2026-11-20',
  lineItem: [
    {
      chargeItemCodeableConcept: { text: 'Blood tests' },
      priceComponent: [
        { type: 'base', amount: usd(200) },
        { type: 'tax', amount: usd(12.4) },
        { type: 'deduction', code: { text: 'Paid by the plan' }, amount: usd(-182.15) },
        { type: 'informational', amount: usd(999) },
      ],
    },
  ],
  totalGross: usd(30.25),
  ...change,
});

const benefit = (change: Partial<ExplanationOfBenefit> = {}) =>
  ({
    resourceType: 'ExplanationOfBenefit',
    id: 'decided',
    status: 'active',
    use: 'claim',
    created: '2026-11-19',
    insurer: { display: 'The plan' },
    related: [{ reference: NUMBER }],
    item: [{ productOrService: { text: 'Blood tests' } }],
    total: [
      { category: { coding: [{ code: 'submitted' }] }, amount: usd(212.4) },
      { category: { coding: [{ code: 'benefit' }] }, amount: usd(182.15) },
      { category: { coding: [{ code: 'copay' }] }, amount: usd(20) },
      { category: { coding: [{ code: 'deductible' }] }, amount: usd(10.25) },
    ],
    ...change,
  }) as ExplanationOfBenefit;

const only = (bills: readonly Bill[]): Bill => bills[0] as Bill;

describe('a bill', () => {
  it('of less than nothing is a credit, and one of nothing is not to be paid', () => {
    const stateOf = (change: Partial<Invoice>) => only(billsOf([invoice(change)], [], []).bills).state;
    expect(stateOf({})).toBe('open');
    expect(stateOf({ totalGross: usd(-20) })).toBe('credit');
    expect(stateOf({ totalGross: usd(0) })).toBe('nothing');
    expect(stateOf({ totalGross: usd(-20), status: 'cancelled' })).toBe('cancelled');
    const { bills } = billsOf([invoice(), invoice({ id: 'two', totalGross: usd(-20) })], [], []);
    expect(owedOf(bills)).toEqual(usd(30.25));
    expect(bills.map((each) => paymentAddress('https://pay/{number}', each))).toEqual([
      'https://pay/W-1',
      undefined,
    ]);
  });

  it('says what each line cost, what was taken over, and by whom, with or without a minus', () => {
    const { lines, own } = only(billsOf([invoice()], [], []).bills);
    expect(lines).toEqual([
      {
        name: 'Blood tests',
        charged: usd(212.4),
        taken: [{ by: 'Paid by the plan', amount: usd(182.15) }],
      },
    ]);
    expect(own).toEqual(usd(30.25));
  });

  it('is told of once it was issued, never as a draft or when it was entered in error', () => {
    const all = ['draft', 'issued', 'balanced', 'cancelled', 'entered-in-error'] as const;
    const { bills } = billsOf(
      all.map((status) => invoice({ status })),
      [],
      [],
    );
    expect(bills.map(({ state }) => state)).toEqual(['open', 'paid', 'cancelled']);
  });

  it('stands with what the insurance decided about its number; what is about another stands apart', () => {
    const other = benefit({ id: 'other', related: [{ reference: { ...NUMBER, system: 'urn:other' } }] });
    const { bills, others } = billsOf([invoice()], [benefit(), other], []);
    expect(only(bills).benefits).toMatchObject([
      { id: 'decided', charged: usd(212.4), paid: usd(182.15), own: usd(30.25), names: ['Blood tests'] },
    ]);
    expect(others.map(({ id }) => id)).toEqual(['other']);
  });

  it('leaves out what the insurance took back, and what was only asked beforehand', () => {
    const cancelled = benefit({ status: 'cancelled' });
    const asked = benefit({ use: 'predetermination' });
    expect(billsOf([], [cancelled, asked], [])).toEqual({ bills: [], others: [] });
  });

  it('adds up what is open, to the cent, and not across currencies', () => {
    const all = billsOf(
      [invoice({ totalGross: usd(0.1) }), invoice({ totalGross: usd(0.2) }), invoice({ status: 'balanced' })],
      [],
      [],
    ).bills;
    expect(owedOf(all)).toEqual(usd(0.3));
    const mixed = [...all, { ...only(all), own: { value: 1, currency: 'CAD' as const } }];
    expect(owedOf(mixed)).toBeUndefined();
    expect(owedOf([])).toBeUndefined();
  });
});

describe('the way to the payment service', () => {
  const TEMPLATE = 'https://pay.example/clinic?invoice={number}';

  it('carries the number of the bill and nothing else of it', () => {
    const bill = { ...only(billsOf([invoice()], [], []).bills), number: 'W 1&x=2' };
    expect(paymentAddress(TEMPLATE, bill)).toBe('https://pay.example/clinic?invoice=W%201%26x%3D2');
  });

  it('is there only for what is open and is to be paid', () => {
    const bill = only(billsOf([invoice()], [], []).bills);
    expect(paymentAddress(undefined, bill)).toBeUndefined();
    expect(paymentAddress(TEMPLATE, { ...bill, state: 'paid' })).toBeUndefined();
    expect(paymentAddress(TEMPLATE, { ...bill, own: usd(0) })).toBeUndefined();
    expect(paymentAddress(TEMPLATE, { ...bill, number: undefined })).toBeUndefined();
  });
});
