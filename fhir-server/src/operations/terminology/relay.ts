/** Operations that another terminology server answers, where this one can't. */
import { FhirError, unavailable } from '@wellspring/profiles';
import type { Reply } from '../../interactions/request.ts';
import { type Query, RemoteAway } from '../../terminology/remote.ts';
import type { Terminologies } from '../../terminology/terminologies.ts';
import { jsonReply } from '../parameters.ts';

/** Its answer as it is; undefined where there is no such server, or it does not know. Errors: 503 when it is away. */
export async function relayed(
  { remote }: Terminologies,
  operation: string,
  query: Query,
): Promise<Reply | undefined> {
  if (!remote) return undefined;
  const answer = await orAway(remote.ask(operation, query));
  const isFit = answer?.resourceType === 'Parameters' || answer?.resourceType === 'ValueSet';
  return isFit ? jsonReply(answer) : undefined;
}

/** 503 for a server that does not answer. */
export async function orAway<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RemoteAway) throw away(error);
    throw error;
  }
}

export const away = (cause?: unknown): FhirError =>
  unavailable(
    'The terminology server that is asked for what is not known here does not answer. Try again later.',
    cause,
  );

/** 404 or 422: not known, or not to be told, here. */
export const isNotHere = (error: unknown): boolean =>
  error instanceof FhirError && (error.status === 404 || error.status === 422);
