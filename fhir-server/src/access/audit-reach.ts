/** Whose events of the audit log a token may see. */
import { forbidden } from '@wellspring/profiles';
import type { QueryNode } from '../search/query.ts';
import type { AccessContext } from './access-context.ts';
import { isClosed } from './consent-condition.ts';
import { isPatientLevel, readCondition } from './read-condition.ts';

/**
 * Ids of Patients; undefined: everybody's. Consents bind what is read of a record, not the clinic's oversight of who read it; to the patient's side the log is a
 * part of the record like any other.
 */
export function auditPatients({ consents, ...access }: AccessContext): readonly string[] | undefined {
  const condition = readCondition(access, 'AuditEvent', 's');
  if (!condition) throw forbidden("The token's scopes do not allow reading AuditEvent.");
  if (condition.kind === 'all') return undefined;
  const patients = [...new Set(ownersIn(condition))];
  if (!consents || !isPatientLevel(access)) return patients;
  return patients.filter((patient) => !isClosed(consents, 'AuditEvent', patient, 'reading'));
}

/** What is narrowed by anything else than owners can't be asked of the log. */
function ownersIn(condition: QueryNode): readonly string[] {
  if (condition.kind === 'owner') return condition.patients;
  return condition.kind === 'or' ? condition.nodes.flatMap(ownersIn) : [];
}
