/** Whose records a job tells of outside the house, for the audit log: a patient who asks who had their record finds it there. */
import type { AuditLog } from '../../audit/audit-log.ts';
import type { JobRecord } from '../../interactions/request.ts';

export interface Disclosure {
  /** Patients (ids) of whom something was written. */
  add(patients: readonly string[]): void;
  /** Each of them once; before anything that was written can be had. */
  keep(): Promise<void>;
}

const AT_ONCE = 500;

export function createDisclosure(
  { audit, now }: { readonly audit: Pick<AuditLog, 'append'>; readonly now: () => number },
  { id, grounds: { subject, clientId } }: JobRecord,
  interaction: string,
): Disclosure {
  const kept = new Set<string>();
  const added = new Set<string>();
  return {
    add(patients) {
      for (const patient of patients) if (!kept.has(patient)) added.add(patient);
    },
    async keep() {
      const patients = [...added];
      for (let at = 0; at < patients.length; at += AT_ONCE)
        await audit.append([
          {
            at: now(),
            action: 'R',
            interaction,
            status: 200,
            type: 'Patient',
            patients: patients.slice(at, at + AT_ONCE),
            subject,
            client: clientId,
            requestId: id,
          },
        ]);
      for (const patient of patients) kept.add(patient);
      added.clear();
    },
  };
}
