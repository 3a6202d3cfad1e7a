/** https://hl7.org/fhir/R4/http.html#create, conditional too (If-None-Exist). */
import { invalid } from '@wellspring/profiles';
import { unlessFound } from './condition.ts';
import { successorOf } from './in-place-of.ts';
import { writeTold } from './provenance-header.ts';
import type { FhirRequest, Reply, Services } from './request.ts';
import { writtenReply } from './version-reply.ts';
import { adviceOn } from './write-advice.ts';

/** 201; 200 where If-None-Exist found one; 412 where it found several. */
export async function create(services: Services, request: FhirRequest): Promise<Reply> {
  const { resource, type } = request;
  if (!resource) throw invalid('A create needs a resource in its body.');
  checkType(resource.resourceType, type);
  const condition = request.headers['if-none-exist'];
  const result = await writeTold(services, request, {
    interaction: 'create',
    resource,
    id: services.repository.newId(),
    ...(condition === undefined
      ? {}
      : { ifNoneExist: await unlessFound(services, request, type, condition, resource) }),
  });
  if (!result?.version) throw new Error('a create wrote nothing');
  const isFound = result.outcome === 'found';
  const version = isFound
    ? await successorOf(services.repository, request.access, result.version)
    : result.version;
  const advice = await adviceOn(services, request, version);
  return writtenReply(request, isFound ? 200 : 201, version, services.repository.baseUrl, advice);
}

/** The body's type must be the URL's. */
export function checkType(found: unknown, expected: string): void {
  if (found !== expected)
    throw invalid(`The URL says ${expected}; the body is of another type.`, 'Resource.resourceType');
}
