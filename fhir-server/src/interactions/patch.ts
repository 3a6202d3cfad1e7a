/** https://hl7.org/fhir/R4/http.html#patch: by JSON Patch or FHIRPath Patch, on an id or on the one match of a condition. */
import { FhirError, invalid, multipleMatches, noMatch } from '@wellspring/profiles';
import { applyFhirPathPatch } from '../patch/fhirpath-patch.ts';
import { applyJsonPatch, parseJsonPatch } from '../patch/json-patch.ts';
import { parseJson, type ResourceJson } from '../repository/resource-text.ts';
import type { StoredVersion } from '../store/store.ts';
import { parseCondition, parseIfMatch } from './condition.ts';
import type { FhirRequest, Patch, Reply, Services } from './request.ts';
import { writtenReply } from './version-reply.ts';

/** Without If-Match a patch that lost a race is applied to the newer version, this often. */
const MAX_ATTEMPTS = 5;

/** 200 with the result; 404, 410; 412 where If-Match names another version; 422 where the patch does not fit. */
export async function patch(services: Services, request: FhirRequest): Promise<Reply> {
  const { repository } = services;
  if (!request.patch) throw invalid('A patch needs a body.');
  const asked = parseIfMatch(request.headers['if-match']);
  for (let attempt = 1; ; attempt++) {
    const before = await repository.read(request.access, request.type, request.id);
    const resource = patched(before, request.patch);
    try {
      const [result] = await repository.write(request.access, [
        {
          interaction: 'update',
          resource,
          id: request.id,
          expectedVersion: asked ?? before.version,
        },
      ]);
      if (!result?.version) throw new Error('a patch wrote nothing');
      return writtenReply(request, 200, result.version, repository.baseUrl);
    } catch (error) {
      const lostRace = error instanceof FhirError && error.status === 412 && asked === undefined;
      if (!lostRace || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

export async function conditionalPatch(services: Services, request: FhirRequest): Promise<Reply> {
  const query = new URLSearchParams(request.query).toString();
  const condition = parseCondition(services, request.type, query);
  const matches = await services.repository.find(request.access, request.type, condition, 2);
  if (matches.length > 1) throw multipleMatches('Several resources match the condition.');
  const [match] = matches;
  if (!match) throw noMatch(request.type);
  return patch(services, { ...request, id: match.id });
}

/** A stored version with a patch applied. */
export function patched(version: StoredVersion, given: Patch): ResourceJson {
  const resource = parseJson(version.body ?? '{}') as ResourceJson;
  if (given.kind === 'json') applyJsonPatch(resource, parseJsonPatch(given.operations));
  else applyFhirPathPatch(resource, given.parameters);
  return resource;
}
