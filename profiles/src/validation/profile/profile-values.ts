/** The values of a resource by the names that a profile has for elements. */
import { resourceNode } from '../../fhirpath/node.ts';
import { choiceProperties, elementType, isResourceType } from '../../tables.ts';
import type { Value } from './profile-state.ts';
import type { ProfileNode } from './profile-tree.ts';

export const bare = (name: string): string => name.replace('[x]', '');

export const isElementOf = (type: string, name: string): boolean =>
  elementType(type, name) !== undefined ||
  choiceProperties(type, bare(name)).length > 0 ||
  name === 'resourceType';

/** Elements that hold resources are those where a profile can choose the type, beside those of a choice. */
export function mayBe({ name }: ProfileNode, types: readonly string[], type: string): boolean {
  if (!name.endsWith('[x]') && !isResourceType(type)) return true;
  return types.includes(type) || types.includes('Resource') || types.includes('DomainResource');
}

/** The values of a child element, with their types and places. */
export function valuesOf(
  name: string,
  holder: Readonly<Record<string, unknown>>,
  type: string,
  path: string,
): Value[] {
  const properties = name.endsWith('[x]') ? choiceProperties(type, bare(name)) : [name];
  return properties.flatMap((property): Value[] => {
    const value = holder[property];
    const own = elementType(type, property)?.type ?? 'Element';
    // A choice is named without its type, as FHIRPath does.
    const place = `${path}.${bare(name)}`;
    if (value === undefined) {
      // A primitive that has extensions only is there all the same.
      const twin = holder[`_${property}`];
      return twin === undefined ? [] : [{ value: undefined, type: own, path: place }];
    }
    const typeOf = (each: unknown): string => (own === 'Resource' ? resourceNode(each).type : own);
    if (!Array.isArray(value)) return [{ value, type: typeOf(value), path: place }];
    return value.map((each: unknown, i) => ({ value: each, type: typeOf(each), path: `${place}[${i}]` }));
  });
}
