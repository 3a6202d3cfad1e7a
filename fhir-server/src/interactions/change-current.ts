/** Read, change, write: where another write came between, again with what that wrote. */
import type { ResourceJson } from '../repository/text/resource-text.ts';
import type { StoredVersion } from '../store/store.ts';
import { requireWritable, underConditions } from './preconditions.ts';
import { writeTold } from './provenance-header.ts';
import { inTurn } from './races.ts';
import type { FhirRequest, Services } from './request.ts';

/**
 * The version that stands afterwards: unchanged where `change` gives nothing. Errors: 404, 410; 412 where the request's conditions (If-Match, …) do not hold of the
 * version that stands.
 */
export async function changeCurrent(
  services: Services,
  request: FhirRequest,
  change: (before: StoredVersion) => ResourceJson | undefined,
  says: { readonly namesLabels?: boolean } = {},
): Promise<StoredVersion> {
  const { repository } = services;
  const { access, headers, type, id } = request;
  let before: StoredVersion;
  const read = async (): Promise<number> => {
    before = await repository.read(access, type, id);
    requireWritable(headers, before);
    return before.version;
  };
  const write = async (expectedVersion: number | undefined): Promise<StoredVersion> => {
    const resource = change(before);
    if (!resource) return before;
    const expected = expectedVersion === undefined ? {} : { expectedVersion };
    const result = await writeTold(services, request, {
      interaction: 'update',
      resource,
      id,
      ...expected,
      ...says,
    });
    if (!result?.version) throw new Error('a change wrote nothing');
    return result.version;
  };
  return inTurn(repository, `${type}/${id}`, () => underConditions(headers, read, write));
}
