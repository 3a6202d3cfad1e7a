import type { Coverage, DocumentReference } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import { identified } from '../../smart/once.ts';
import { cardsOf } from './insurance.ts';

const COVERAGE: Coverage = {
  resourceType: 'Coverage',
  id: 'c1',
  status: 'draft',
  beneficiary: {},
  payor: [],
};
const card = (title: string, coverage = 'Coverage/c1'): DocumentReference => ({
  resourceType: 'DocumentReference',
  status: 'current',
  content: [{ attachment: { title } }],
  context: { related: [{ reference: coverage }] },
});

it('the pictures of a card are shown front first, in whatever order the server has them', () => {
  const front = identified(card('front'), 'b7', '-1');
  const back = identified(card('back'), 'b7', '-2');
  const others = identified(card('of another'), 'a1', '-1');
  const elsewhere = { ...others, context: { related: [{ reference: 'Coverage/c2' }] } };
  expect(cardsOf(COVERAGE, [back, elsewhere, front])).toEqual([front, back]);
  expect(cardsOf(COVERAGE, [front, back])).toEqual([front, back]);
  // What was scanned at the desk has no number.
  expect(cardsOf(COVERAGE, [card('scanned')])).toHaveLength(1);
});
