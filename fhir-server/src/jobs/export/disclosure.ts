/** Whose records an export takes out of the house, for the audit log: a patient who asks who had their record finds it there. */
import type { AuditLog } from '../../audit/audit-log.ts';
import type { JobRecord } from '../../interactions/request.ts';
import { SUPPORTING } from '../../operations/bulk/export-order.ts';
import type { Selection } from './selection.ts';

const AT_ONCE = 500;

/** Once for each patient that the order reaches, before the first of their resources is written. */
export async function noteDisclosure(
  { audit, now }: { readonly audit: Pick<AuditLog, 'append'>; readonly now: () => number },
  { id, grounds, data }: JobRecord,
  selection: Selection,
  patients: ReadonlySet<string> | undefined,
): Promise<void> {
  const note = (patients: readonly string[]): Promise<void> =>
    patients.length === 0
      ? Promise.resolve()
      : audit.append([
          {
            at: now(),
            action: 'R',
            interaction: '$export',
            status: 200,
            type: 'Patient',
            patients,
            subject: grounds.subject,
            client: grounds.clientId,
            requestId: id,
          },
        ]);
  if (selection.types.every(({ type }) => SUPPORTING.has(type))) return;
  if ((data as { at: number; after?: string }).at > 0 || (data as { after?: string }).after !== undefined)
    return;
  if (patients) {
    const ids = [...patients];
    for (let at = 0; at < ids.length; at += AT_ONCE) await note(ids.slice(at, at + AT_ONCE));
    return;
  }
  const everybody = { type: 'Patient', where: { kind: 'all' } } as const;
  for (let after: string | undefined; ; ) {
    const { versions, next } = await selection.page(everybody, { after, always: true });
    await note(versions.map((version) => version.id));
    if (next === undefined) return;
    after = next;
  }
}
