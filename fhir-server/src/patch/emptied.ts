/** FHIR knows no empty arrays and objects. What a patch has emptied may be filled again by a later operation (RFC 6902); what is still empty at the end goes, and its holder with it. */
import type { Budget } from './budget.ts';

export type Container = Record<string, unknown> | unknown[];

export function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

const isEmpty = (value: Container): boolean =>
  Array.isArray(value) ? value.every((each) => each === null) : Object.keys(value).length === 0;

/** `emptied`: containers that something was taken out of. */
export function dropEmptied(root: Container, emptied: ReadonlySet<Container>, budget: Budget): void {
  if (emptied.size > 0) drop(root, emptied, budget);
}

/** True when `value` is to go. */
function drop(value: Container, emptied: ReadonlySet<Container>, budget: Budget): boolean {
  let hasLost = emptied.has(value);
  const entries = Object.entries(value);
  budget.spend(1 + entries.length);
  for (const [key, child] of entries.toReversed()) {
    if (!isContainer(child) || !drop(child, emptied, budget)) continue;
    hasLost = true;
    if (Array.isArray(value)) value.splice(Number(key), 1);
    else delete value[key];
  }
  return hasLost && isEmpty(value);
}
