/** Collections as sets (http://hl7.org/fhirpath/N1/#combining): by a key that equal values share, so that cost grows with their number and not with its square. */
import type { Node } from './node.ts';

/** Equal for values that deepEqual calls equal: the order of members does not count. */
export function keyOfNode({ value }: Node): string {
  return typeof value === 'object' ? canonical(value) : `${typeof value} ${String(value)}`;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`).join(',')}}`;
}

/** The first of each. */
export function distinct(nodes: readonly Node[]): readonly Node[] {
  if (nodes.length < 2) return nodes;
  const seen = new Set<string>();
  return nodes.filter((node) => {
    const key = keyOfNode(node);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

export function union(x: readonly Node[], y: readonly Node[]): readonly Node[] {
  return distinct([...x, ...y]);
}

export function intersect(x: readonly Node[], y: readonly Node[]): readonly Node[] {
  const keys = new Set(y.map(keyOfNode));
  return distinct(x.filter((node) => keys.has(keyOfNode(node))));
}

export function isIn(node: Node, nodes: readonly Node[]): boolean {
  // A few are compared faster than hashed.
  const key = keyOfNode(node);
  return nodes.some((each) => each.value === node.value || keyOfNode(each) === key);
}
