/**
 * Whether anything of a type has borne a security label at any time. Most types never do, and what a system writes is asked for labels that it would take over at each write
 * (repository/writes/carried-labels.ts): one look at a table of a few rows, where the question itself looks up a key that nobody has, in pages that each commit makes new.
 */
import type { IndexEntries } from '../../search/index-entry.ts';
import type { QueryNode } from '../../search/query.ts';
import type { Connection } from './connection.ts';

const LABELS = '_security';

/** Among what was touched (schema.ts). */
const markOf = (type: string): string => `${type}~labelled`;

/** The mark of what is written, where it has one. */
export const labelMark = (type: string, { present }: Pick<IndexEntries, 'present'>): string | undefined =>
  present.includes(LABELS) ? markOf(type) : undefined;

const asksForLabelled = (node: QueryNode): boolean =>
  node.kind === 'missing' && node.param === LABELS && !node.missing;

/** False where the query is of what bears a label, and nothing of the type ever did. */
export function mayMatch(connection: Connection, type: string, conjuncts: readonly QueryNode[]): boolean {
  if (!conjuncts.some(asksForLabelled)) return true;
  const known = connection.known?.labelled;
  const found = known?.get(type) ?? isTouched(connection, markOf(type));
  known?.set(type, found);
  return found;
}

const isTouched = (connection: Connection, name: string): boolean =>
  connection.rows('SELECT 1 FROM touched WHERE type = ?', [name]).length > 0;
