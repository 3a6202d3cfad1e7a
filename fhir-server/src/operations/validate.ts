/** `$validate` (https://hl7.org/fhir/R4/resource-operation-validate.html) of a type or an instance, with mode and profile. */
import {
  type Answers,
  asWarning,
  claimedProfiles,
  closerLook,
  codeAdvice,
  codingsIn,
  type Definition,
  forbidden,
  type Issue,
  invalid,
  isCalled,
  isKnownProfile,
  isOwnType,
  loaded,
  operationOutcome,
  validateProfiles,
} from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { covers } from '../access/scope.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { resourceIssues } from '../repository/checks/check-resource.ts';
import {
  definitionsNamedBy,
  type FoundDefinitions,
  structures,
} from '../repository/checks/stored-definitions.ts';
import { parseJson, type ResourceJson } from '../repository/text/resource-text.ts';
import { isLong } from '../repository/text/size-limits.ts';
import { makeReferencesLocal, packedFormIssues, referenceIssues } from '../search/own-references.ts';
import { UNDERSTOOD } from '../validation/understood.ts';
import { deletionRefusalOf, isWriteMode, refusalOf, withMore } from './as-written.ts';
import { checkInputAround } from './check-input.ts';
import { inputOf, jsonReply } from './parameters.ts';

/** By which a resource is validated at once. */
const MOST_PROFILES = 20;

const INPUT = { resource: 'resource', mode: 'text', profile: 'text' } as const;
const MODES: ReadonlySet<string> = new Set(['create', 'update', 'delete', 'profile']);

/** 200 with what was found; with the mode of a write the outcome says whether it would be accepted, else it looks closer than a write does. */
export async function validate(services: Services, request: FhirRequest): Promise<Reply> {
  requireValidation(request.access, request.type);
  const itself = isItself(request);
  if (!itself) checkInputAround(request.resource);
  const input = inputOf(itself ? { ...request, resource: undefined } : request, INPUT);
  const mode = input.one('mode');
  if (mode !== undefined && !MODES.has(mode))
    throw invalid('mode must be create, update, delete or profile.', 'mode');
  const profiles = input.all('profile');
  if (profiles.length > MOST_PROFILES)
    throw invalid(`A resource is validated by ${MOST_PROFILES} profiles at most.`, 'profile');
  const { access } = request;
  const stored =
    request.id === '' ? undefined : await services.repository.read(access, request.type, request.id);
  const resource = ((itself ? request.resource : input.value('resource')) ??
    (stored?.body === undefined ? undefined : parseJson(stored.body))) as ResourceJson | undefined;
  const elsewhere = resource && misplaced(resource, request, mode);
  const isLarge = resource !== undefined && isLong(resource);
  const isLookedAt = resource !== undefined && mode !== 'delete' && elsewhere === undefined;
  const named = isLookedAt ? definitionsNamedBy(resource, !isLarge) : [];
  const found = await services.repository.definitions(access, [...structures(profiles), ...named]);
  requireKnown(
    profiles.filter((profile) => !isOwnType(profile, { resourceType: request.type })),
    found.definitions,
  );
  if (mode === 'delete')
    return outcome(elsewhere ? [elsewhere] : await deletionRefusalOf(services, request, resource));
  if (!resource) throw invalid('There is no resource to validate.');
  if (elsewhere) return outcome([elsewhere]);
  const notes = async (): Promise<Issue[]> =>
    isLarge ? [] : services.repository.codeNotes(codingsIn(resource));
  if (isWriteMode(mode)) {
    // What is created is named by the server: an id means nothing.
    if (mode === 'create') delete resource.id;
    const refused = await refusalOf(services, request, resource, mode);
    const more = await services.repository.settled(
      await besideWrite(services, resource, profiles, { ...found, isLarge }),
    );
    const told = withMore(refused, more);
    if (hasFault(told)) return outcome(told);
    const advised = [
      ...packedIssues(resource),
      ...(await services.repository.settled(isLarge ? [] : codeAdvice(resource, loaded))),
    ];
    // It may be stored as it is; to be done it is sent to the base.
    const undone = isOfRequests(resource) ? await services.bundleRefusal(request, resource) : [];
    return outcome([...told, ...[...advised, ...undone, ...(await notes())].map(asWarning)]);
  }
  const all = [...claimedProfiles(resource), ...profiles];
  const issues = [...(await issuesOf(services, resource, all, { ...found, isLarge, isClose: true }))];
  if (hasFault(issues)) return outcome(await services.repository.settled(issues));
  issues.push(
    ...addressIssues(resource, services.repository.baseUrl),
    ...(await services.repository.ownRuleIssues(access, resource)),
    ...(await services.repository.answerIssues(resource)),
    ...(await services.repository.closerIssues(access, resource)),
    ...(isOfRequests(resource) ? await services.bundleRefusal(request, resource) : []),
  );
  return outcome([...(await services.repository.settled(issues)), ...(await notes())]);
}

/** What a write would be refused for where it stands alone; in a transaction it may be meant. */
function addressIssues(resource: ResourceJson, baseUrl: string): Issue[] {
  makeReferencesLocal(resource, baseUrl);
  return [...referenceIssues(resource, baseUrl), ...packedIssues(resource)].map(asWarning);
}

/** What is sent to the base is refused for them. */
const packedIssues = (resource: ResourceJson): readonly Issue[] =>
  isOfRequests(resource) ? [] : packedFormIssues(resource);

/** Beside what refuses a write: faults by profiles that were asked for; as advice, those by definitions that are stored here, which bind no write. */
async function besideWrite(
  services: Services,
  resource: ResourceJson,
  profiles: readonly string[],
  found: FoundDefinitions & { isLarge: boolean },
): Promise<readonly Issue[]> {
  const { definitions } = found;
  const claimed = claimedProfiles(resource);
  const by = (all: readonly string[], known: readonly Definition[]) =>
    issuesOf(services, resource, all, { ...found, definitions: known, isClose: false });
  const plain = await by(claimed, []);
  if (hasFault(plain)) return plain;
  const asked = profiles.length > 0 ? await by(profiles, definitions) : [];
  const stored = definitions.length > 0 ? (await by(claimed, definitions)).map(asWarning) : plain;
  return withMore(withMore(asked, stored), await services.repository.answerIssues(resource));
}

/** 400 for the first profile that was asked for and is in no package, nor stored where the caller may read it. */
function requireKnown(profiles: readonly string[], definitions: readonly Definition[]): void {
  const isStored = (profile: string): boolean =>
    definitions.some((each) => each.resourceType === 'StructureDefinition' && isCalled(each, profile));
  const unknown = profiles.find((profile) => !isKnownProfile(profile) && !isStored(profile));
  if (unknown !== undefined)
    throw invalid(`The profile ${unknown.slice(0, 200)} is not known here.`, 'profile');
}

function misplaced(
  resource: ResourceJson,
  { type, id }: FhirRequest,
  mode: string | undefined,
): Issue | undefined {
  if (resource.resourceType !== type)
    return fault('The resource is of another type than the URL.', 'Resource.resourceType');
  if (mode === 'update' && id !== '' && resource.id !== id)
    return fault('The id must be that of the URL.', `${type}.id`);
  return undefined;
}

/** By what people stored as by what is large: in a thread with a deadline, for nobody knows what their expressions cost. */
const issuesOf = (services: Services, ...what: What): Promise<readonly Issue[]> =>
  services.repository.decided((answers) => issuesWith(services, answers, ...what));

type What = [
  resource: ResourceJson,
  profiles: readonly string[],
  how: FoundDefinitions & { isLarge: boolean; isClose: boolean },
];

async function issuesWith(
  { validateApart, uncheckedProfiles }: Services,
  answers: Answers,
  ...[resource, all, { definitions, areAll, isLarge, isClose }]: What
): Promise<readonly Issue[]> {
  const known = { ...loaded, answers, understood: UNDERSTOOD };
  const areAllKnown = areAll && !isLarge;
  if (isLarge || definitions.length > 0)
    return validateApart(resource, all, definitions, isClose ? { areAllKnown } : undefined, answers);
  const issues = resourceIssues(resource, known);
  if (hasFault(issues)) return issues;
  issues.push(...validateProfiles(resource, all, uncheckedProfiles, known, isClose));
  return isClose
    ? [...issues, ...closerLook(resource, uncheckedProfiles, known, areAllKnown, issues)]
    : issues;
}

/** Is sent to the base, and says there what is to be done. */
const isOfRequests = ({ resourceType, type }: ResourceJson): boolean =>
  resourceType === 'Bundle' && (type === 'transaction' || type === 'batch');

const hasFault = (issues: readonly Issue[]): boolean => issues.some(({ severity }) => severity === 'error');

/** Parameters are what operations are given, and a type of resource as well: those that hold no other resource are what is to be validated. */
function isItself({ type, resource }: FhirRequest): boolean {
  if (type !== 'Parameters' || resource?.resourceType !== 'Parameters') return false;
  const { parameter } = resource as { readonly parameter?: unknown };
  return !Array.isArray(parameter) || !parameter.some((part) => part?.name === 'resource');
}

/** Whoever may make, read or delete such resources may ask whether one is valid, or would go. */
function requireValidation(access: AccessContext, type: string): void {
  const may = access.scopes.some((scope) =>
    (['c', 'u', 'r', 's', 'd'] as const).some((interaction) => covers(scope, type, interaction)),
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
