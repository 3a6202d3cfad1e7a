/** What operations are given has the shape that R4 has for it, before any of them reads it: what they do with a value is their own, that a list is one is not. */
import { invalidResource, isResourceType, validateResource } from '@wellspring/profiles';
import { isPatientLevel } from '../access/read-condition.ts';
import type { FhirRequest, Interaction } from '../interactions/request.ts';
import { checkMembers } from '../repository/text/size-limits.ts';

type Resource = NonNullable<FhirRequest['resource']>;

/** Errors: 400 with the place of each list, object or name that is not what it must be. */
export function checkInput(resource: Resource | undefined): void {
  // An order as plain JSON, where an operation takes one.
  if (resource === undefined || !isResourceType(String(resource.resourceType))) return;
  const faults = validateResource(withoutEmptyLists(resource)).filter(
    ({ severity, code }) => severity === 'error' && code === 'structure',
  );
  if (faults.length > 0) throw invalidResource(faults);
}

/** A list with nothing in it is not R4's way to say that there is nothing, but that of many clients. As deep as Parameters go; what they hold is held to R4. */
function withoutEmptyLists(resource: Resource): Resource {
  return resource.resourceType === 'Parameters' ? (told(resource, 'parameter') as Resource) : resource;
}

function told(value: unknown, list: 'parameter' | 'part'): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { [list]: items, ...rest } = value as Record<string, unknown>;
  if (items === undefined || (Array.isArray(items) && items.length === 0)) return rest;
  return { ...rest, [list]: Array.isArray(items) ? items.map((each) => told(each, 'part')) : items };
}

/**
 * Who may do nothing here is told so by the operation itself, and nothing is looked at for them. What the patient's side hands in has as many members as what they may write: it is
 * looked at, and made ready, in one go. Errors, besides: 413.
 */
export const withCheckedInput =
  (run: Interaction): Interaction =>
  (services, request) => {
    const { access, resource } = request;
    if (access.scopes.length > 0) {
      if (resource && isPatientLevel(access)) checkMembers(resource);
      checkInput(resource);
    }
    return run(services, request);
  };

/** The same of Parameters that hold a resource whose faults are what is asked for. */
export function checkInputAround(resource: Resource | undefined): void {
  if (resource?.resourceType !== 'Parameters') return;
  const { parameter } = resource;
  const around = Array.isArray(parameter) ? parameter.map(withoutResource) : parameter;
  const without = { ...resource, parameter: around };
  checkMembers(without);
  checkInput(without);
}

function withoutResource(part: unknown): unknown {
  if (typeof part !== 'object' || part === null || !('resource' in part)) return part;
  const isOne = typeof part.resource === 'object' && part.resource !== null;
  return isOne ? { ...part, resource: { resourceType: 'Basic' } } : part;
}
