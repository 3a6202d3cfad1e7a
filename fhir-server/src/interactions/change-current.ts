/** Read, change, write: where another write came between, again with what that wrote. */
import { FhirError } from '@wellspring/profiles';
import type { ResourceJson } from '../repository/resource-text.ts';
import type { StoredVersion } from '../store/store.ts';
import type { FhirRequest, Services } from './request.ts';

const MAX_ATTEMPTS = 5;

/**
 * The version that stands afterwards: unchanged where `change` gives nothing. Errors: 404, 410; 412 where `expected` (of If-Match) is given
 * and is not the version that stands.
 */
export async function changeCurrent(
  { repository }: Services,
  request: FhirRequest,
  change: (before: StoredVersion) => ResourceJson | undefined,
  expected?: number,
): Promise<StoredVersion> {
  for (let attempt = 1; ; attempt++) {
    const before = await repository.read(request.access, request.type, request.id);
    const resource = change(before);
    if (!resource) return before;
    const expectedVersion = expected ?? before.version;
    try {
      const [result] = await repository.write(request.access, [
        { interaction: 'update', resource, id: request.id, expectedVersion },
      ]);
      if (!result?.version) throw new Error('a change wrote nothing');
      return result.version;
    } catch (error) {
      const lostRace = error instanceof FhirError && error.status === 412 && expected === undefined;
      if (!lostRace || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}
