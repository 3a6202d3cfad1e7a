/** Recomputes the chains of the audit log in MongoDB, and compares what is searched with what they keep. */
import {
  type ChainFault,
  type ChainReport,
  createChainCheck,
  type Head,
} from '@wellspring/serving/hash-chain';
import type { Collection } from 'mongodb';
import type { BatchDocument, EventDocument } from './mongodb-events.ts';

export async function verifyBatches(
  batches: Collection<BatchDocument>,
  events: Collection<EventDocument>,
  anchors: readonly Head[] = [],
): Promise<ChainReport> {
  const firsts = await batches.find({ n: 1 }, { projection: { stream: 1, previous: 1 } }).toArray();
  const check = createChainCheck(
    firsts.map(({ stream, previous }) => [stream, previous] as const),
    anchors,
  );
  const faults: ChainFault[] = [];
  let count = 0;
  for await (const batch of batches.find().sort({ stream: 1, n: 1 })) {
    count += 1;
    faults.push(...check.take(batch), ...(await checkEvents(events, batch)));
  }
  return { batches: count, faults: [...faults, ...check.end()] };
}

/** A row that was changed, or taken out, where searches find it. */
async function checkEvents(
  events: Collection<EventDocument>,
  { stream, n, texts, unspread }: BatchDocument,
): Promise<ChainFault[]> {
  if (unspread !== undefined) return [];
  const ids = texts.map((text) => (JSON.parse(text) as { auditId: string }).auditId);
  const found = await events.find({ _id: { $in: ids } }, { projection: { text: 1 } }).toArray();
  const kept = new Set(texts);
  if (found.length < texts.length) return [{ stream, batch: n, fault: 'missing' }];
  return found.every(({ text }) => kept.has(text)) ? [] : [{ stream, batch: n, fault: 'changed' }];
}
