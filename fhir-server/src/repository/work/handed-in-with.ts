/**
 * What was handed in with an insurance is nothing without it: a picture of its card ends with a draft that is taken back or not taken over, by whatever door, in the same
 * transaction. Of one that counted the picture stays: it tells what the insurance was.
 */
import { withoutVersion } from '../../search/own-references.ts';
import { and, type QueryNode } from '../../search/query.ts';
import { tokenNode } from '../../search/types/token.ts';
import type { ResourceStore, StoredVersion, WriteOperation } from '../../store/store.ts';
import { ownUpdate, storedResource } from '../own-writes.ts';
import { resourceOf } from '../text/resource-text.ts';
import type { WrittenResource } from './tasks.ts';

const OVER: ReadonlySet<unknown> = new Set(['cancelled', 'entered-in-error']);

/** LOINC: Health insurance card. */
const IS_CARD = tokenNode('type', 'http://loinc.org|64290-0');

/** More are handed in with none. */
const MOST = 100;

/** `own`: `Type/id` of all that is written, which says of its own what becomes of it. */
export async function endedWithInsurance(
  store: Pick<ResourceStore, 'search' | 'read'>,
  written: readonly WrittenResource[],
  own: ReadonlySet<string>,
): Promise<WriteOperation[]> {
  const ended: WriteOperation[] = [];
  for (const { resource, id, isUpdate } of written) {
    if (resource.resourceType !== 'Coverage' || !isUpdate || !OVER.has(resource.status)) continue;
    const before = await storedResource(store, `Coverage/${id}`);
    if (before?.resource.status !== 'draft') continue;
    for (const card of await cardsOf(store, `Coverage/${id}`)) {
      if (own.has(`DocumentReference/${card.id}`) || (await isOfAnother(store, card, `Coverage/${id}`)))
        continue;
      ended.push(notKept(card));
    }
  }
  return ended;
}

/** Of another insurance too, one that counts or may yet. */
async function isOfAnother(
  store: Pick<ResourceStore, 'read'>,
  card: StoredVersion,
  ended: string,
): Promise<boolean> {
  const { context } = resourceOf(card) as { readonly context?: { readonly related?: readonly Reference[] } };
  for (const { reference = '' } of context?.related ?? []) {
    const name = withoutVersion(reference);
    if (name === ended || !name.startsWith('Coverage/')) continue;
    const other = await storedResource(store, name);
    if (other && !OVER.has(other.resource.status)) return true;
  }
  return false;
}

interface Reference {
  readonly reference?: string;
}

async function cardsOf(
  store: Pick<ResourceStore, 'search'>,
  coverage: string,
): Promise<readonly StoredVersion[]> {
  const isOfIt: QueryNode = { kind: 'reference', param: 'related', targets: [coverage] };
  const { matches } = await store.search({
    type: 'DocumentReference',
    where: and(isOfIt, IS_CARD, tokenNode('status', 'current')),
    sort: [{ by: 'mainDate', descending: true }],
    count: MOST,
    total: 'none',
  });
  return matches;
}

/** As what was handed in and is not kept (portal-app/src/record/work/other.ts). */
function notKept(card: StoredVersion): WriteOperation {
  const resource = { ...resourceOf(card), status: 'entered-in-error', docStatus: 'entered-in-error' };
  return ownUpdate(resource, card.id, card.version);
}
