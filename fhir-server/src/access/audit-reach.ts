/** Whose events of the audit log a token may see. */
import { forbidden } from '@wellspring/profiles';
import type { QueryNode } from '../search/query.ts';
import type { AccessContext } from './access-context.ts';
import { readCondition } from './read-condition.ts';

/** Ids of Patients; undefined: everybody's. Consents bind what is read of a record, not the oversight of who read it. */
export function auditPatients({ consents: _, ...access }: AccessContext): readonly string[] | undefined {
  const condition = readCondition(access, 'AuditEvent', 's');
  if (!condition) throw forbidden("The token's scopes do not allow reading AuditEvent.");
  return condition.kind === 'all' ? undefined : [...new Set(ownersIn(condition))];
}

/** What is narrowed by anything else than owners can't be asked of the log. */
function ownersIn(condition: QueryNode): readonly string[] {
  if (condition.kind === 'owner') return condition.patients;
  return condition.kind === 'or' ? condition.nodes.flatMap(ownersIn) : [];
}
