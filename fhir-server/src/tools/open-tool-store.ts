/** The store of the configuration, for a tool: with the search parameters that the server has. */
import type { Config } from '../config.ts';
import { remakeLostIndex } from '../jobs/remake-index.ts';
import { createLog } from '../log.ts';
import { loadPackages } from '../packages/load-packages.ts';
import { createCustomParameters } from '../repository/custom-parameters.ts';
import { openStore } from '../store/open-store.ts';

export async function openToolStore(config: Config) {
  const ofPackages = await loadPackages({
    folder: config.packagesDir,
    wanted: config.PACKAGES,
    registry: config.PACKAGE_REGISTRY,
  });
  const store = await openStore({
    mongodb: config.mongodb,
    databaseFile: config.databaseFile,
    readers: 1,
    searchDeadlineMs: 60_000,
    writer: 'here',
  });
  try {
    const parameters = createCustomParameters(store, ofPackages);
    await remakeLostIndex(store, parameters, createLog('warn'), config.FHIR_BASE_URL);
    await parameters.refresh();
    return { store, parameters };
  } catch (error) {
    // A connection that stays open keeps the tool from ending.
    await store.close();
    throw error;
  }
}
