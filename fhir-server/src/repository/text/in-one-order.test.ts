import { expect, it } from 'vitest';
import { contentOf } from '../work/work-kinds.ts';
import { inOneOrder } from './in-one-order.ts';
import { parseJson } from './resource-text.ts';

const report = (more: object) => ({ resourceType: 'DiagnosticReport', id: 'r', ...more });

it('a resource that is sent again in another order of members says the same', () => {
  const sent = report({ status: 'final', code: { text: 'c', coding: [{ system: 's', code: 'a' }] } });
  const again = report({ code: { coding: [{ code: 'a', system: 's' }], text: 'c' }, status: 'final' });
  expect(contentOf(again)).toBe(contentOf(sent));
  expect(contentOf(report({ ...sent, status: 'amended' }))).not.toBe(contentOf(sent));
});

it('the order of items counts, and how a number is written', () => {
  expect(inOneOrder({ a: [1, 2] })).not.toBe(inOneOrder({ a: [2, 1] }));
  const text = '{"b":[1.00,{"d":1.0,"c":null}],"a":"x"}';
  expect(inOneOrder(parseJson(text))).toBe('{"a":"x","b":[1.00,{"c":null,"d":1.0}]}');
});
