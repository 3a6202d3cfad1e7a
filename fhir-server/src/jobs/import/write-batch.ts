/** Writes what came in, many in one commit: by the rules of a PUT, validated and audited. What can't be written is told, and the rest is written. */
import { FhirError, type Issue } from '@wellspring/profiles';
import type { AccessContext } from '../../access/access-context.ts';
import { PROVENANCE_HEADER, provenanceWrites } from '../../interactions/provenance-header.ts';
import type { Repository } from '../../repository/repository.ts';
import { cloneJson, type ResourceJson } from '../../repository/text/resource-text.ts';
import type { Write } from '../../repository/writes/write.ts';
import type { Incoming } from './incoming.ts';

export interface Refused {
  readonly incoming: Incoming;
  readonly issues: readonly Issue[];
}

export interface BatchResult {
  readonly written: readonly Incoming[];
  readonly refused: readonly Refused[];
}

/** So many may be left out before each of the rest is tried by itself. */
const MOST_LEFT_OUT = 8;

/** `provenance`: of each patient's part of the batch, in the same commit. Throws what is nobody's fault in the batch (503). */
export async function writeBatch(
  repository: Repository,
  access: AccessContext,
  batch: readonly Incoming[],
  provenance: ResourceJson | undefined,
): Promise<BatchResult> {
  // A database without transactions takes one at a time.
  if (!repository.supportsTransactions && batch.length > 1)
    return oneByOne(repository, access, batch, provenance, []);
  const refused: Refused[] = [];
  let left = [...batch];
  while (left.length > 0) {
    try {
      await write(repository, access, left, provenance);
      return { written: left, refused };
    } catch (error) {
      if (!(error instanceof FhirError) || error.status >= 500) throw error;
      const index = left.length === 1 ? 0 : failedEntry(error);
      const failed = index === undefined ? undefined : left[index];
      if (!failed || refused.length >= MOST_LEFT_OUT)
        return oneByOne(repository, access, left, provenance, refused);
      refused.push({ incoming: failed, issues: error.issues.map((issue) => ofLine(failed, issue)) });
      left = left.filter((each) => each !== failed);
    }
  }
  return { written: [], refused };
}

async function oneByOne(
  repository: Repository,
  access: AccessContext,
  batch: readonly Incoming[],
  provenance: ResourceJson | undefined,
  before: readonly Refused[],
): Promise<BatchResult> {
  const written: Incoming[] = [];
  const refused = [...before];
  for (const incoming of batch) {
    const one = await writeBatch(repository, access, [incoming], provenance);
    written.push(...one.written);
    refused.push(...one.refused);
  }
  return { written, refused };
}

async function write(
  repository: Repository,
  access: AccessContext,
  batch: readonly Incoming[],
  provenance: ResourceJson | undefined,
): Promise<void> {
  // What is written is marked and settled as it goes; another try begins with what came.
  const writes = batch.map(
    ({ resource }): Write => ({
      interaction: 'update',
      resource: cloneJson(resource, () => undefined),
      id: resource.id,
    }),
  );
  if (provenance) writes.push(...provenanceWrites({ repository }, provenance, batch));
  await repository.write(access, writes, (index) => (index < batch.length ? index : PROVENANCE_HEADER));
}

const ENTRY = /^Bundle\.entry\[\d+\](?:\.resource)?/;

/** As a PUT of this resource by itself would be told: of its type, not of the batch that it was written in. */
function ofLine({ resource: { resourceType } }: Incoming, { expression, ...issue }: Issue): Issue {
  if (expression === undefined) return issue;
  const place = expression.replace(ENTRY, '');
  if (place === expression) return { ...issue, expression };
  return place === '' ? issue : { ...issue, expression: `${resourceType}${place}` };
}

function failedEntry({ issues }: FhirError): number | undefined {
  const [, index] = /^Bundle\.entry\[(\d+)\]/.exec(issues[0]?.expression ?? '') ?? [];
  return index === undefined ? undefined : Number(index);
}
