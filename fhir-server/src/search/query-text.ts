/** A query tree as text, for what is kept and asked later. JSON knows no infinity, and open ranges have one. */
import type { QueryNode } from './query.ts';

const OPEN: Readonly<Record<string, number>> = {
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

export const queryText = (node: QueryNode): string =>
  JSON.stringify(node, (key, value: unknown) =>
    isEnd(key) && typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );

export const queryOf = (text: string): QueryNode =>
  JSON.parse(text, (key, value: unknown) =>
    isEnd(key) && typeof value === 'string' && Object.hasOwn(OPEN, value) ? OPEN[value] : value,
  ) as QueryNode;

/** Ends of a Range: no text stands under these names. */
const isEnd = (key: string): boolean => key === 'low' || key === 'high';
