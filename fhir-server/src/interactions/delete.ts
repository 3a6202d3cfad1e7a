/** https://hl7.org/fhir/R4/http.html#delete: by id, or by a condition that matches one resource at most. */
import { multipleMatches } from '@wellspring/profiles';
import { parseCondition, parseIfMatch } from './condition.ts';
import type { FhirRequest, Reply, Services } from './request.ts';

/** 204, also where there was nothing to delete. */
export async function remove(services: Services, request: FhirRequest): Promise<Reply> {
  const expectedVersion = parseIfMatch(request.headers['if-match']);
  const [result] = await services.repository.write(request.access, [
    {
      interaction: 'delete',
      type: request.type,
      id: request.id,
      ...(expectedVersion === undefined ? {} : { expectedVersion }),
    },
  ]);
  const tag = result?.version ? { ETag: `W/"${result.version.version}"` } : {};
  return { status: 204, headers: tag, body: undefined };
}

export async function conditionalDelete(services: Services, request: FhirRequest): Promise<Reply> {
  const query = new URLSearchParams(request.query).toString();
  const condition = parseCondition(services, request.type, query);
  const matches = await services.repository.find(request.access, request.type, condition, 2);
  if (matches.length > 1) throw multipleMatches('Several resources match the condition.');
  const [match] = matches;
  if (!match) return { status: 204, headers: {}, body: undefined };
  return remove(services, { ...request, id: match.id });
}
