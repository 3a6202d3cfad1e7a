/** An index that was lost is made anew before anybody is answered: a search that finds only a part would be worse than none. */
import type { Logger } from 'pino';
import type { CustomParameters } from '../repository/custom-parameters.ts';
import { INDEX_FORMAT } from '../search/index-entries.ts';
import type { ResourceStore, StoredVersion } from '../store/store.ts';
import { entriesOf, FORMAT_NOTE } from './reindex.ts';

/** Does nothing where the index is there. Afterwards the search parameters are known, as after `parameters.refresh`. */
export async function remakeLostIndex(
  store: ResourceStore,
  parameters: CustomParameters,
  log: Pick<Logger, 'warn'>,
  baseUrl: string,
): Promise<void> {
  if (!store.remakeIndex) return;
  log.warn('the index is not there, or can not be trusted: it is made anew from what is stored');
  const entries = (version: StoredVersion) => entriesOf(version, baseUrl);
  // What resources are found by depends on the search parameters that are stored: they come first.
  await store.remakeIndex(entries, 'SearchParameter');
  await parameters.refresh();
  await store.remakeIndex(entries);
  await parameters.indexed();
  await store.setNote(FORMAT_NOTE, String(INDEX_FORMAT));
  log.warn('the index is whole again');
}
