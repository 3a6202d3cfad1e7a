/**
 * Chains look into contained resources (https://hl7.org/fhir/R4/search.html#contained): what a reference leads to inside the resource is indexed with it, under names that
 * say by which parameter and of which type. So it is found with what contains it, under the access of that, and no other way.
 */
import type { SearchParameter, TypedValue } from '@wellspring/profiles';
import { and, type QueryLeaf, type QueryNode, withLeaves } from './query.ts';

export interface Inside {
  readonly type: string;
  readonly resource: { readonly resourceType: string };
}

/** There where the parameter leads to a contained resource of the type. */
export const insideMark = (param: string, type: string): string => `${param}#${type}`;

export const insideParam = (param: string, type: string, code: string): string =>
  `${insideMark(param, type)}.${code}`;

export const isInside = (param: string): boolean => param.includes('#');

const NONE: readonly never[] = [];

interface Container {
  readonly contained?: readonly { readonly resourceType: string; readonly id?: string }[];
}

/** The contained resources that these values of a reference parameter lead to; of a Bundle's `composition` and `message` its first entry is the value itself. */
export function insideOf(
  resource: object,
  { type, targets }: SearchParameter,
  values: readonly TypedValue[],
): readonly Inside[] {
  const { contained = NONE } = resource as Container;
  if (type !== 'reference') return NONE;
  const entries = values.flatMap(({ value }) =>
    isResource(value) && targets.includes(value.resourceType)
      ? { type: value.resourceType, resource: value }
      : [],
  );
  if (contained.length === 0) return entries;
  const named = new Map(
    contained.toReversed().flatMap((each) => (each.id === undefined ? [] : [[`#${each.id}`, each]])),
  );
  return values.flatMap(({ value }) => {
    const reference = (value as { reference?: unknown } | null)?.reference;
    const found = typeof reference === 'string' ? named.get(reference) : undefined;
    return found ? [{ type: found.resourceType, resource: found }] : [];
  });
}

const isResource = (value: unknown): value is Inside['resource'] =>
  typeof (value as { readonly resourceType?: unknown } | null)?.resourceType === 'string';

/** `where`, asked of the contained resource that `param` leads to. */
export function insideNode(param: string, type: string, where: QueryNode): QueryNode {
  const there: QueryNode = { kind: 'missing', param: insideMark(param, type), missing: false };
  const asked = withLeaves(where, (leaf) => renamed(leaf, (code) => insideParam(param, type, code)));
  return asked.kind === 'none' ? asked : and(there, asked);
}

function renamed(leaf: QueryLeaf, rename: (param: string) => string): QueryNode {
  switch (leaf.kind) {
    case 'all':
    case 'none':
      return leaf;
    // It has no id that others know, no time of its own, no owner, and nobody else refers to it.
    case 'id':
    case 'lastUpdated':
    case 'owner':
    case 'ownedBy':
    case 'words':
    case 'reverseChained':
    case 'linked':
      return { kind: 'none' };
    default:
      // Nothing is contained in what is contained.
      return isInside(leaf.param) ? { kind: 'none' } : { ...leaf, param: rename(leaf.param) };
  }
}
