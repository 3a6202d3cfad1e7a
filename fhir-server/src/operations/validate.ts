/** `$validate` (https://hl7.org/fhir/R4/resource-operation-validate.html) of a type or an instance, with mode and profile. */
import {
  claimedProfiles,
  type Issue,
  invalid,
  isKnownProfile,
  operationOutcome,
  validateProfiles,
  validateResource,
} from '@wellspring/profiles';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { parseJson, type ResourceJson } from '../repository/resource-text.ts';
import { inputOf, jsonReply } from './parameters.ts';

const MODES: ReadonlySet<string> = new Set(['create', 'update', 'delete', 'profile']);

/** 200 with what was found; the outcome says whether the resource would be accepted. */
export async function validate(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, ['resource', 'mode', 'profile']);
  const mode = input.one('mode');
  if (mode !== undefined && !MODES.has(mode))
    throw invalid('mode must be create, update, delete or profile.');
  const profiles = input.all('profile');
  const unknown = profiles.find((profile) => !isKnownProfile(profile));
  if (unknown !== undefined) throw invalid(`The profile ${unknown.slice(0, 200)} is not known here.`);
  const stored =
    request.id === '' ? undefined : await services.repository.read(request.access, request.type, request.id);
  const resource =
    input.value('resource') ?? (stored?.body === undefined ? undefined : parseJson(stored.body));
  if (mode === 'delete') return outcome([]);
  if (!resource) throw invalid('There is no resource to validate.');
  const issues = issuesOf(resource as Record<string, unknown>, request, mode, profiles);
  if (!issues.some(({ severity }) => severity === 'error'))
    issues.push(...(await services.repository.answerIssues(resource as ResourceJson)));
  return outcome(issues);
}

function issuesOf(
  resource: Record<string, unknown>,
  { type, id }: FhirRequest,
  mode: string | undefined,
  profiles: readonly string[],
): Issue[] {
  if (resource.resourceType !== type)
    return [fault('The resource is of another type than the URL.', 'Resource.resourceType')];
  const issues = [...validateResource(resource)];
  if (mode === 'update' && id !== '' && resource.id !== id)
    issues.push(fault('The id must be that of the URL.', `${type}.id`));
  if (issues.length === 0)
    issues.push(...validateProfiles(resource, [...claimedProfiles(resource), ...profiles]));
  return issues;
}

const fault = (diagnostics: string, expression: string): Issue => ({
  severity: 'error',
  code: 'invalid',
  diagnostics,
  expression,
});

function outcome(issues: readonly Issue[]): Reply {
  const fine: Issue = {
    severity: 'information',
    code: 'informational',
    diagnostics: 'No faults were found.',
  };
  return jsonReply(operationOutcome(issues.length === 0 ? [fine] : issues));
}
