/** What there is to say of a resource that was stored, for who asks for it by `Prefer: return=OperationOutcome`: "hints and warnings about the operation" (https://hl7.org/fhir/R4/http.html#ops). */
import {
  asWarning,
  claimedProfiles,
  codeAdvice,
  codingsIn,
  FhirError,
  type Issue,
  loaded,
  validateProfiles,
  validateResource,
} from '@wellspring/profiles';
import { parseJson, type ResourceJson } from '../repository/text/resource-text.ts';
import { isLong } from '../repository/text/size-limits.ts';
import type { StoredVersion } from '../store/store.ts';
import { type FhirRequest, returnPreference, type Services } from './request.ts';

/** [] for who did not ask, and of what is large: nobody waits for it. It was stored: what can't be found out then is told, and is no fault of the write. */
export async function adviceOn(
  services: Pick<Services, 'repository' | 'uncheckedProfiles'>,
  request: FhirRequest,
  { body }: StoredVersion,
): Promise<readonly Issue[]> {
  if (body === undefined || returnPreference(request) !== 'OperationOutcome') return [];
  if (request.isUnadvised) return [UNADVISED];
  const resource = parseJson(body) as ResourceJson;
  if (isLong(resource)) return [];
  try {
    return (await issuesOf(services, resource)).map(asWarning);
  } catch (error) {
    if (error instanceof FhirError) return error.issues.map(asWarning);
    throw error;
  }
}

/** Entries of a Bundle of which hints and warnings are told, where they are asked for: each is validated once more. */
export const MOST_ADVISED = 100;

const UNADVISED: Issue = {
  severity: 'information',
  code: 'informational',
  diagnostics: `Hints and warnings are told of the first ${MOST_ADVISED} entries of a Bundle.`,
};

async function issuesOf(
  { repository, uncheckedProfiles }: Pick<Services, 'repository' | 'uncheckedProfiles'>,
  resource: ResourceJson,
): Promise<Issue[]> {
  const found = await repository.decided((answers) => {
    const known = { ...loaded, answers };
    return [
      ...validateResource(resource, known),
      ...validateProfiles(resource, claimedProfiles(resource), uncheckedProfiles, known, true),
    ];
  });
  const issues = await repository.settled([
    ...found,
    ...(await repository.answerIssues(resource)),
    ...codeAdvice(resource, loaded),
  ]);
  return [...issues, ...(await repository.codeNotes(codingsIn(resource)))];
}
