/** The CommunicationRequest of a broadcast in the store: made once, by whoever comes first, the request that asks for it or the job. */
import type { AccessContext } from '../../access/access-context.ts';
import { onBehalf } from '../../access/on-behalf.ts';
import { BROADCAST } from '../../access/reach.ts';
import type { Repository } from '../../repository/repository.ts';
import { cloneJson, type ResourceJson } from '../../repository/text/resource-text.ts';
import { tokenNode } from '../../search/types/token.ts';
import type { StoredVersion } from '../../store/store.ts';

export const STOPPABLE: ReadonlySet<string> = new Set(['active', 'on-hold']);

export async function ensureStored(
  repository: Repository,
  access: AccessContext,
  request: ResourceJson,
  id: string,
): Promise<StoredVersion> {
  const [written] = await repository.write(onBehalf(access, 'system/CommunicationRequest.cs'), [
    {
      interaction: 'create',
      resource: cloneJson(request, () => undefined),
      id,
      ifNoneExist: tokenNode('identifier', `${BROADCAST}|${id}`),
    },
  ]);
  if (!written?.version) throw new Error('a broadcast was neither stored nor found');
  return written.version;
}
