/** `npm run reindex [Type …]`: makes index entries anew, of all types or of those named, on the store of the configuration. */
import { isResourceType } from '@wellspring/profiles';
import { loadConfig } from '../config.ts';
import { createReindex } from '../jobs/reindex.ts';
import { createLog } from '../log.ts';
import { openToolStore } from './open-tool-store.ts';

const types = process.argv.slice(2);
const unknown = types.find((type) => !isResourceType(type));
if (unknown !== undefined) {
  console.error(`${unknown} is not a resource type of R4.`);
  process.exit(1);
}
const config = loadConfig(process.env);
const { store, parameters } = await openToolStore(config);
const reindex = createReindex(store, createLog('warn'), config.FHIR_BASE_URL);
const timer = setInterval(() => console.log(`${reindex.progress().done} resources`), 2000);
await reindex.start(types);
if (types.length === 0) await parameters.indexed();
clearInterval(timer);
await store.close();
console.log('Done.');
