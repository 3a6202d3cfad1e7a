/** A merge, and its undoing, are made of what was read: where somebody wrote between, they are made again of what stands then. */
import { FhirError, type OriginOf, preconditionFailed } from '@wellspring/profiles';
import { againUntilWon } from '../../interactions/races.ts';
import type { FhirRequest, Services } from '../../interactions/request.ts';
import type { WrittenVersion } from '../../repository/repository.ts';
import type { Write } from '../../repository/writes/write.ts';

/** By a version that is gone, or by something that refers to the source since. */
class Overtaken extends Error {}

export async function written(
  { repository }: Services,
  { access }: FhirRequest,
  writes: readonly Write[],
  originOf?: OriginOf,
): Promise<readonly WrittenVersion[]> {
  try {
    return await repository.write(access, writes, originOf);
  } catch (error) {
    if (error instanceof FhirError && (isOvertaken(error) || !(await stands(repository, access, writes))))
      throw new Overtaken('what was read is not what stands', { cause: error });
    throw error;
  }
}

const isOvertaken = ({ status }: FhirError): boolean => status === 409 || status === 412;

/** What is refused before it comes to its version (a Provenance of what is deleted by now) is asked of what was read, too. */
async function stands(
  repository: Services['repository'],
  access: FhirRequest['access'],
  writes: readonly Write[],
): Promise<boolean> {
  const read = writes.filter((write) => write.interaction === 'update');
  for (const [type, ofType] of Map.groupBy(read, ({ resource }) => resource.resourceType)) {
    const ids = ofType.map(({ id }) => id);
    const found = await repository.find(access, type, { kind: 'id', ids }, ids.length);
    const versions = new Map(found.map(({ id, version }) => [id, version]));
    if (ofType.some(({ id, expectedVersion }) => versions.get(id) !== expectedVersion)) return false;
  }
  return true;
}

/** 412 where it is overtaken again and again. */
export async function untilWritten<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await againUntilWon(attempt, (error) => error instanceof Overtaken);
  } catch (error) {
    throw error instanceof Overtaken
      ? preconditionFailed('These records are being written to all the while. Send it again.')
      : error;
  }
}
