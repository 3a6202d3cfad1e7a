/** `$validate` with the mode of a write: what the write itself would be refused for, and as advice what else there is to say. */
import type { Issue } from '@wellspring/profiles';
import { noAuditWrite } from '../interactions/audit-events.ts';
import type { FhirRequest, Services } from '../interactions/request.ts';
import type { ResourceJson } from '../repository/text/resource-text.ts';

export type WriteMode = 'create' | 'update';

export const isWriteMode = (mode: string | undefined): mode is WriteMode =>
  mode === 'create' || mode === 'update';

/** [] where it would be accepted. */
export async function refusalOf(
  { repository }: Services,
  { access, id }: FhirRequest,
  resource: ResourceJson,
  mode: WriteMode,
): Promise<readonly Issue[]> {
  if (resource.resourceType === 'AuditEvent') return noAuditWrite().issues;
  if (mode === 'create')
    return repository.refusal(access, [{ interaction: 'create', resource, id: repository.newId() }]);
  const named = id === '' ? resource.id : id;
  if (named === undefined)
    return [nameless(resource.resourceType, 'An update needs the id of what is updated.')];
  return repository.refusal(access, [{ interaction: 'update', resource, id: named }]);
}

/** Of the mode `delete`: the content does not count, its id where the URL has none. [] where it would be deleted, or is not there. */
export async function deletionRefusalOf(
  { repository }: Services,
  { access, type, id }: FhirRequest,
  resource: ResourceJson | undefined,
): Promise<readonly Issue[]> {
  if (type === 'AuditEvent') return noAuditWrite().issues;
  const named = id === '' ? resource?.id : id;
  // Nothing of the content was checked.
  if (typeof named !== 'string') return [nameless(type, 'A deletion needs the id of what is deleted.')];
  return repository.refusal(access, [{ interaction: 'delete', type, id: named }]);
}

const nameless = (type: string, diagnostics: string): Issue => ({
  severity: 'error',
  code: 'required',
  diagnostics,
  expression: `${type}.id`,
});

/** Those of `more` that are not among the first, each once. */
export function withMore(issues: readonly Issue[], more: readonly Issue[]): Issue[] {
  const keyOf = ({ expression = '', diagnostics = '' }: Issue): string => `${expression}\n${diagnostics}`;
  const known = new Set(issues.map(keyOf));
  return [...issues, ...more.filter((each) => !known.has(keyOf(each)))];
}
