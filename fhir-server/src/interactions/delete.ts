/** https://hl7.org/fhir/R4/http.html#delete: by id, or by a condition: of one match, or of all where the server is set so. */
import { multipleMatches, tooCostly } from '@wellspring/profiles';
import { parseCondition } from './condition.ts';
import { expectedVersion, underConditions } from './preconditions.ts';
import type { FhirRequest, Reply, Services } from './request.ts';

/** A conditional delete takes this many at most. */
const MAX_DELETED = 1000;

/** 204, also where there was nothing to delete; 412 where a condition of the request does not hold. */
export async function remove(services: Services, request: FhirRequest): Promise<Reply> {
  const { access, headers, type, id } = request;
  const [result] = await underConditions(
    headers,
    () => expectedVersion(services, request, type, id),
    (expected) =>
      services.repository.write(access, [
        {
          interaction: 'delete',
          type,
          id,
          ...(expected === undefined ? {} : { expectedVersion: expected }),
        },
      ]),
  );
  const tag = result?.version ? { ETag: `W/"${result.version.version}"` } : {};
  return { status: 204, headers: tag, body: undefined };
}

export async function conditionalDelete(services: Services, request: FhirRequest): Promise<Reply> {
  const query = new URLSearchParams(request.query).toString();
  const condition = parseCondition(services, request, request.type, query);
  const { conditionalDelete: mode } = services;
  const most = mode === 'single' ? 1 : MAX_DELETED;
  const matches = await services.repository.find(request.access, request.type, condition, most + 1);
  if (matches.length > 1 && mode === 'single')
    throw multipleMatches('Several resources match the condition.');
  if (matches.length > most)
    throw tooCostly(`More than ${MAX_DELETED} resources match the condition; narrow it.`);
  const [match] = matches;
  if (!match) return { status: 204, headers: {}, body: undefined };
  if (matches.length === 1) return remove(services, { ...request, id: match.id });
  const { type } = request;
  await services.repository.write(
    request.access,
    matches.map(({ id }) => ({ interaction: 'delete', type, id })),
  );
  return { status: 204, headers: {}, body: undefined };
}
