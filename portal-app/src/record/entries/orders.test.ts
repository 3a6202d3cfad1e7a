import type { ServiceRequest } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import { lineOf } from './kinds.ts';
import { orderState } from './orders.ts';

const order = (more: object) =>
  ({
    resourceType: 'ServiceRequest',
    status: 'active',
    intent: 'order',
    authoredOn: '2026-11-21',
    ...more,
  }) as ServiceRequest;

it('an order to leave something is said to be one while it holds, and nothing that was asked for', () => {
  const left = order({ doNotPerform: true });
  expect(orderState(left)).toBe('Not to be done');
  expect(orderState(order({ doNotPerform: true, status: 'revoked' }))).toBe('Taken back by the clinic');
  const told = (each: ServiceRequest) =>
    lineOf(each).facts.flatMap(([label, value]) => (value?.includes('2026') ? [label] : []));
  expect([told(order({})), told(left)]).toEqual([['Asked for'], ['Written down']]);
});
