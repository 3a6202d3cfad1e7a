/** `$validate` (https://hl7.org/fhir/R4/resource-operation-validate.html) of a type or an instance, with mode and profile. */
import {
  claimedProfiles,
  codingsIn,
  forbidden,
  type Issue,
  invalid,
  isKnownProfile,
  operationOutcome,
  type StructureDefinition,
  validateProfiles,
} from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { covers } from '../access/read-condition.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { resourceIssues } from '../repository/check-resource.ts';
import { parseJson, type ResourceJson } from '../repository/resource-text.ts';
import { hasMoreMembers } from '../repository/size-limits.ts';
import { inputOf, jsonReply } from './parameters.ts';

/** By which a resource is validated at once. */
const MOST_PROFILES = 20;

const INPUT = ['resource', 'mode', 'profile'];
const MODES: ReadonlySet<string> = new Set(['create', 'update', 'delete', 'profile']);

/** 200 with what was found; the outcome says whether the resource would be accepted. */
export async function validate(services: Services, request: FhirRequest): Promise<Reply> {
  requireValidation(request.access, request.type);
  const itself = isItself(request);
  const input = inputOf(itself ? { ...request, resource: undefined } : request, INPUT);
  const mode = input.one('mode');
  if (mode !== undefined && !MODES.has(mode))
    throw invalid('mode must be create, update, delete or profile.');
  const profiles = input.all('profile');
  if (profiles.length > MOST_PROFILES)
    throw invalid(`A resource is validated by ${MOST_PROFILES} profiles at most.`);
  const stored =
    request.id === '' ? undefined : await services.repository.read(request.access, request.type, request.id);
  const resource =
    (itself ? request.resource : input.value('resource')) ??
    (stored?.body === undefined ? undefined : parseJson(stored.body));
  if (mode === 'delete') return outcome([]);
  if (!resource) throw invalid('There is no resource to validate.');
  const isLarge = hasMoreMembers(resource, MOST_AT_ONCE);
  const definitions = await services.repository.definitions(resource as ResourceJson, profiles, !isLarge);
  const isStored = (profile: string) => definitions.some(({ url }) => url === profile.split('|')[0]);
  const unknown = profiles.find((profile) => !isKnownProfile(profile) && !isStored(profile));
  if (unknown !== undefined) throw invalid(`The profile ${unknown.slice(0, 200)} is not known here.`);
  const asked = { type: request.type, id: request.id, mode, profiles, isLarge, definitions };
  const issues = [...(await issuesOf(services, resource as Record<string, unknown>, asked))];
  if (hasFault(issues)) return outcome(issues);
  issues.push(...(await services.repository.answerIssues(resource as ResourceJson)));
  const told = await services.repository.settled(issues);
  const notes = isLarge
    ? []
    : await services.repository.codeNotes(codingsIn(resource as Record<string, unknown>));
  return outcome([...told, ...notes]);
}

interface Asked {
  readonly type: string;
  readonly id: string;
  readonly mode: string | undefined;
  readonly profiles: readonly string[];
  readonly isLarge: boolean;
  readonly definitions: readonly StructureDefinition[];
}

/** By what people stored as by what is large: in a thread with a deadline, for nobody knows what their expressions cost. */
async function issuesOf(
  services: Services,
  resource: Record<string, unknown>,
  { type, id, mode, profiles, isLarge, definitions }: Asked,
): Promise<readonly Issue[]> {
  if (resource.resourceType !== type)
    return [fault('The resource is of another type than the URL.', 'Resource.resourceType')];
  if (mode === 'update' && id !== '' && resource.id !== id)
    return [fault('The id must be that of the URL.', `${type}.id`)];
  const all = [...claimedProfiles(resource), ...profiles];
  if (isLarge || definitions.length > 0) return services.validateApart(resource, all, definitions);
  const issues = resourceIssues(resource as ResourceJson);
  return hasFault(issues)
    ? issues
    : [...issues, ...validateProfiles(resource, all, services.uncheckedProfiles)];
}

const hasFault = (issues: readonly Issue[]): boolean => issues.some(({ severity }) => severity === 'error');

/** Members and items of what is validated while others wait: some milliseconds, with profiles too. */
const MOST_AT_ONCE = 2000;

/** Parameters are what operations are given, and a type of resource as well: those that hold nothing of this operation are what is to be validated. */
function isItself({ type, resource }: FhirRequest): boolean {
  if (type !== 'Parameters' || resource?.resourceType !== 'Parameters') return false;
  const { parameter } = resource as { readonly parameter?: unknown };
  return !Array.isArray(parameter) || !parameter.some((part) => INPUT.includes(part?.name));
}

/** Whoever may make or read such resources may ask whether one is valid. */
function requireValidation(access: AccessContext, type: string): void {
  const may = access.scopes.some((scope) =>
    (['c', 'u', 'r', 's'] as const).some((interaction) => covers(scope, type, interaction)),
  );
  if (!may) throw forbidden(`The token's scopes do not allow anything with ${type}.`);
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
  const isFine = issues.every(({ severity }) => severity === 'information');
  return jsonReply(operationOutcome(isFine ? [fine, ...issues] : issues));
}
