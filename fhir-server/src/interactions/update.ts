/** https://hl7.org/fhir/R4/http.html#update: also as create where the id is new, and conditional (`PUT [type]?…`). */
import { FhirError, invalid } from '@wellspring/profiles';
import type { QueryNode } from '../search/query.ts';
import { findOne, parseCondition } from './condition.ts';
import { checkType } from './create.ts';
import { expectedVersion, underConditions } from './preconditions.ts';
import { writeTold } from './provenance-header.ts';
import type { FhirRequest, Reply, Services } from './request.ts';
import { writtenReply } from './version-reply.ts';
import { adviceOn } from './write-advice.ts';

/** A conditional update that lost a race is looked at again this often. */
const MAX_ATTEMPTS = 3;

/** 200 or 201; 412 where a condition of the request (If-Match, If-None-Match, If-Unmodified-Since) does not hold. */
export async function update(services: Services, request: FhirRequest): Promise<Reply> {
  const { resource, type, id } = request;
  if (!resource) throw invalid('An update needs a resource in its body.');
  checkType(resource.resourceType, type);
  if (resource.id !== id) {
    throw invalid('The id in the body must be the id in the URL.', `${type}.id`);
  }
  return put(services, request, id);
}

/** No match: created (with the body's id, where it has one; 409 where that is another resource's). One: updated. Several: 412. */
export async function conditionalUpdate(services: Services, request: FhirRequest): Promise<Reply> {
  const { resource, type } = request;
  if (!resource) throw invalid('An update needs a resource in its body.');
  checkType(resource.resourceType, type);
  const query = new URLSearchParams(request.query).toString();
  const { id: given } = resource;
  for (let attempt = 1; ; attempt++) {
    const match = await findOne(services, request, type, query, { resource });
    if (match && given !== undefined && given !== match.id) {
      throw invalid('The id in the body is not that of the resource the condition matches.', `${type}.id`);
    }
    const id = match?.id ?? given ?? services.repository.newId();
    resource.id = id;
    // What nothing matches is created only if nothing matches then either: of several who try at once, one creates.
    const unmatched = match
      ? {}
      : {
          ifNoneExist: parseCondition(services, request, type, query, resource),
          isNewId: given === undefined,
        };
    try {
      return await put(services, request, id, unmatched);
    } catch (error) {
      const lostRace = !match && error instanceof FhirError && error.status === 409;
      if (!lostRace || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

async function put(
  services: Services,
  request: FhirRequest,
  id: string,
  unmatched: { readonly ifNoneExist?: QueryNode; readonly isNewId?: boolean } = {},
): Promise<Reply> {
  const { resource } = request;
  if (!resource) throw invalid('An update needs a resource in its body.');
  const { headers, type } = request;
  const result = await underConditions(
    headers,
    () => expectedVersion(services, request, type, id),
    (expected) =>
      writeTold(services, request, {
        interaction: 'update',
        resource,
        id,
        ...(expected === undefined ? {} : { expectedVersion: expected }),
        ...unmatched,
      }),
  );
  if (!result?.version) throw new Error('an update wrote nothing');
  const status = result.outcome === 'created' ? 201 : 200;
  const advice = await adviceOn(services, request, result.version);
  return writtenReply(request, status, result.version, services.repository.baseUrl, advice);
}
