/**
 * Element.id is unique within its resource (https://hl7.org/fhir/R4/element-definitions.html#Element.id). What is contained, or packed in a Bundle, is a resource of its own; snapshot and
 * differential of a StructureDefinition say the same of the same elements.
 */
import type { Issue } from '../../outcome.ts';
import { typeSpec } from '../../tables.ts';
import { type VisitedElement, visitElements } from '../visit-elements.ts';

type Json = Readonly<Record<string, unknown>>;

/** Of a resource that is valid by its structure. */
export function elementIdIssues(resource: Json): Issue[] {
  const spaces = new Map<object, Set<string>>();
  const issues: Issue[] = [];
  visitElements(resource, (visited) => {
    const { value, property, path } = visited;
    if (property !== 'id' || typeof value !== 'string' || isOfResource(visited)) return;
    const space = spaceOf(visited);
    const ids = spaces.get(space) ?? new Set<string>();
    spaces.set(space, ids);
    if (ids.has(value))
      issues.push({
        severity: 'error',
        code: 'value',
        diagnostics: 'Another element of the resource has this id.',
        expression: path,
      });
    ids.add(value);
  });
  return issues;
}

const isOfResource = ({ ownerType }: VisitedElement): boolean => typeSpec(ownerType)?.kind === 'resource';

/** What an id is unique in. */
function spaceOf(visited: VisitedElement): object {
  if (visited.resource.resourceType !== 'StructureDefinition') return visited.resource;
  let at: VisitedElement | undefined = visited;
  while (at && at.ownerType !== 'StructureDefinition') at = at.parent;
  const isView = at?.property === 'snapshot' || at?.property === 'differential';
  return isView ? (at?.value as object) : visited.resource;
}
