/** Of a piece of news that is of results: those that came together. */
import type { Observation } from '@medplum/fhirtypes';
import { type Group, keysOf } from '../results/order.ts';
import type { News } from './news.ts';

/** `orders`: those that the news were made of. */
export const linesOf = (orders: readonly Group[], { keys }: News): readonly Observation[] =>
  orders.find((order) => keysOf(order).every((key, i) => key === keys[i]))?.lines ?? [];
