/** `$validate` with the mode `create` or `update`: what the write itself would be refused for, and as advice what else there is to say. */
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
    return repository.refusal(access, { interaction: 'create', resource, id: repository.newId() });
  const named = id === '' ? resource.id : id;
  if (named === undefined)
    return [
      {
        severity: 'error',
        code: 'required',
        diagnostics: 'An update needs the id of what is updated.',
        expression: `${resource.resourceType}.id`,
      },
    ];
  return repository.refusal(access, { interaction: 'update', resource, id: named });
}

/** Those of `more` that are not among the first, each once. */
export function withMore(issues: readonly Issue[], more: readonly Issue[]): Issue[] {
  const keyOf = ({ expression = '', diagnostics = '' }: Issue): string => `${expression}\n${diagnostics}`;
  const known = new Set(issues.map(keyOf));
  return [...issues, ...more.filter((each) => !known.has(keyOf(each)))];
}
