/** https://hl7.org/fhir/R4/http.html#delete: by id, or by a condition: of one match, or of all where the server is set so. */
import { multipleMatches, tooCostly } from '@wellspring/profiles';
import { parseCondition, parseIfMatch } from './condition.ts';
import type { FhirRequest, Reply, Services } from './request.ts';

/** A conditional delete takes this many at most. */
const MAX_DELETED = 1000;

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
