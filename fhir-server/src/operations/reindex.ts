/** `$reindex`: index entries of everything, or of some types, made anew; an operation of this server's own. */
import { forbidden, invalid, isResourceType } from '@wellspring/profiles';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { inputOf, parametersReply } from './parameters.ts';

const EVERYTHING = ['c', 'r', 'u', 'd', 's'] as const;

/** Who may read and change everything, as a system, may have it indexed. */
function checkAllowed({ access }: FhirRequest): void {
  const wide = access.scopes.filter(
    ({ level, type, filter }) => level === 'system' && type === '*' && filter.length === 0,
  );
  const isAllowed = EVERYTHING.every((each) => wide.some(({ interactions }) => interactions.has(each)));
  if (!isAllowed) throw forbidden('$reindex needs system/*.cruds.');
}

/** 202; GET on the same address tells how far it is. */
export async function startReindex(services: Services, request: FhirRequest): Promise<Reply> {
  checkAllowed(request);
  const types = inputOf(request, { _type: 'list' })
    .all('_type')
    .flatMap((each) => each.split(','));
  const unknown = types.find((type) => !isResourceType(type));
  if (unknown !== undefined)
    throw invalid(`'_type': '${unknown.slice(0, 64)}' is not a resource type of R4.`, 'Parameters.parameter');
  // Its end, good or bad, is told by the progress and the log.
  void services.reindex.start(types).catch(() => undefined);
  const reply = progressReply(services);
  return {
    ...reply,
    status: 202,
    headers: { 'Content-Location': `${services.repository.baseUrl}/$reindex` },
  };
}

export async function reindexProgress(services: Services, request: FhirRequest): Promise<Reply> {
  checkAllowed(request);
  return progressReply(services);
}

function progressReply({ reindex }: Services): Reply {
  const { running, done, types } = reindex.progress();
  return parametersReply(
    { name: 'running', valueBoolean: running },
    { name: 'done', valueInteger: done },
    ...types.map((type) => ({ name: '_type', valueCode: type })),
  );
}
