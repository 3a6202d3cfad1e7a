/** A merge, and its undoing, are made of what was read: where somebody wrote between, they are made again of what stands then. */
import { FhirError, preconditionFailed } from '@wellspring/profiles';
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
): Promise<readonly WrittenVersion[]> {
  try {
    return await repository.write(access, writes);
  } catch (error) {
    if (error instanceof FhirError && (error.status === 409 || error.status === 412))
      throw new Overtaken('what was read is not what stands', { cause: error });
    throw error;
  }
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
