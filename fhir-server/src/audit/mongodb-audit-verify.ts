/** Recomputes the chains of the audit log in MongoDB, and compares what is searched with what they keep. */
import type { Collection } from 'mongodb';
import { type AuditFault, checkBatch } from './audit-log.ts';
import type { BatchDocument, EventDocument } from './mongodb-events.ts';

export async function verifyBatches(
  batches: Collection<BatchDocument>,
  events: Collection<EventDocument>,
): Promise<{ batches: number; faults: AuditFault[] }> {
  const faults: AuditFault[] = [];
  let count = 0;
  let last: BatchDocument | undefined;
  for await (const batch of batches.find().sort({ stream: 1, n: 1 })) {
    count += 1;
    faults.push(...checkBatch(batch, last), ...(await checkEvents(events, batch)));
    last = batch;
  }
  return { batches: count, faults };
}

/** A row that was changed, or taken out, where searches find it. */
async function checkEvents(
  events: Collection<EventDocument>,
  { stream, n, texts, unspread }: BatchDocument,
): Promise<AuditFault[]> {
  if (unspread !== undefined) return [];
  const ids = texts.map((text) => (JSON.parse(text) as { auditId: string }).auditId);
  const found = await events.find({ _id: { $in: ids } }, { projection: { text: 1 } }).toArray();
  const kept = new Set(texts);
  if (found.length < texts.length) return [{ stream, batch: n, fault: 'missing' }];
  return found.every(({ text }) => kept.has(text)) ? [] : [{ stream, batch: n, fault: 'changed' }];
}
