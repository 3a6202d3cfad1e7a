/** References from one entry of a Bundle to another (https://hl7.org/fhir/R4/bundle.html#references): to a resource of a type that the element is for, and that Reference.type names. */
import { isObject } from '../../fhirpath/node.ts';
import type { Issue } from '../../outcome.ts';
import { isResourceType } from '../../tables.ts';
import { type VisitedElement, visitElements } from '../visit-elements.ts';
import { CONTRADICTS, leadsAstray } from './datatype-rules.ts';
import { resolveWithin } from './resolve.ts';
import { typeNamed } from './uris.ts';

type Json = Readonly<Record<string, unknown>>;

/** Of a Bundle, or of Parameters with Bundles, that is valid by its structure. */
export function packedReferenceIssues(resource: Json): Issue[] {
  const issues: Issue[] = [];
  visitElements(resource, (visited) => {
    const { value, element, path } = visited;
    if (element.type !== 'Reference' || !isObject(value)) return;
    const target = targetOf(value.reference, visited);
    if (target === undefined) return;
    if (element.targets && !element.targets.includes(target))
      issues.push(fault(leadsAstray(target, element.targets), `${path}.reference`));
    else if (typeof value.type === 'string' && contradicts(value.type, target))
      issues.push(fault(CONTRADICTS, `${path}.type`));
  });
  return issues;
}

/** The type of what it leads to, in the Bundle around it. */
function targetOf(reference: unknown, visited: VisitedElement): string | undefined {
  // What is contained was looked at by itself.
  if (typeof reference !== 'string' || reference.startsWith('#')) return undefined;
  const bundle = bundleAround(visited);
  const type = bundle && String(resolveWithin(bundle, reference)?.resourceType);
  return type !== undefined && isResourceType(type) ? type : undefined;
}

function bundleAround({ parent }: VisitedElement): Json | undefined {
  let at = parent;
  for (; at?.parent; at = at.parent)
    if (isObject(at.value) && at.value.resourceType === 'Bundle') return at.value;
  return at?.resource.resourceType === 'Bundle' ? at.resource : undefined;
}

function contradicts(type: string, target: string): boolean {
  const named = typeNamed(type);
  return isResourceType(named) && named !== target;
}

const fault = (diagnostics: string, expression: string): Issue => ({
  severity: 'error',
  code: 'value',
  diagnostics,
  expression,
});
