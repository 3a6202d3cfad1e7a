/** Recomputes the chains of the audit log in MongoDB, and compares what is searched with what they keep. */
import { isDeepStrictEqual } from 'node:util';
import {
  type ChainFault,
  type ChainReport,
  createChainCheck,
  type Head,
} from '@wellspring/serving/hash-chain';
import type { Collection } from 'mongodb';
import { type BatchDocument, documentsOf, type EventDocument } from './mongodb-events.ts';

/** Rows that are older have long been spread, whichever process wrote them. */
const SPREAD_MS = 60_000;

export async function verifyBatches(
  batches: Collection<BatchDocument>,
  events: Collection<EventDocument>,
  anchors: readonly Head[] = [],
): Promise<ChainReport> {
  const before = Date.now() - SPREAD_MS;
  const firsts = await batches.find({ n: 1 }, { projection: { stream: 1, previous: 1 } }).toArray();
  const check = createChainCheck(
    firsts.map(({ stream, previous }) => [stream, previous] as const),
    anchors,
  );
  const faults: ChainFault[] = [];
  let count = 0;
  let older = 0;
  for await (const batch of batches.find().sort({ stream: 1, n: 1 })) {
    count += 1;
    const documents = documentsIn(batch);
    faults.push(...check.take(batch), ...(await checkEvents(events, batch, documents)));
    older += documents?.filter(({ at }) => at < before).length ?? batch.texts.length;
  }
  if ((await events.countDocuments({ at: { $lt: before } })) > older)
    faults.push({ stream: 'log', batch: 0, fault: 'put in' });
  return { batches: count, faults: [...faults, ...check.end()] };
}

/** A row that was changed, or taken out, where searches find it, or that they find by something else than it says. */
async function checkEvents(
  events: Collection<EventDocument>,
  { stream, n, texts, unspread }: BatchDocument,
  documents: readonly EventDocument[] | undefined,
): Promise<ChainFault[]> {
  if (!documents) return [{ stream, batch: n, fault: 'found otherwise' }];
  if (unspread !== undefined) return [];
  const expected = new Map(documents.map((each) => [each._id, each]));
  const found = await events.find({ _id: { $in: [...expected.keys()] } }).toArray();
  if (found.length < texts.length) return [{ stream, batch: n, fault: 'missing' }];
  const kept = new Set(texts);
  if (!found.every(({ text }) => kept.has(text))) return [{ stream, batch: n, fault: 'changed' }];
  return found.every((each) => isDeepStrictEqual(each, expected.get(each._id)))
    ? []
    : [{ stream, batch: n, fault: 'found otherwise' }];
}

/** undefined: whoever wrote into it left no JSON, or none of a row. */
function documentsIn(batch: BatchDocument): readonly EventDocument[] | undefined {
  try {
    return documentsOf(batch);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}
