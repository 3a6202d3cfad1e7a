/** A process that writes until it is killed, and says what was acknowledged: `node writer-process.ts URL DATABASE NAME`. For crash.test.ts. */
import { create, update } from '../contract/resources.ts';
import { openMongodbStore } from './mongodb-store.ts';

const [url = '', database = '', name = ''] = process.argv.slice(2);
const store = await openMongodbStore({ url, database, lifetimeMs: 2000 });
async function write(lane: number): Promise<void> {
  for (let i = 0; ; i++) {
    const results = await store.transact([
      create('Basic', `${name}-${lane}-${i}`),
      update('Patient', `shared${i % 4}`),
    ]);
    const told = results.map(({ version }) => `${version?.type}/${version?.id}/${version?.version}`);
    process.stdout.write(`${told.join('\n')}\n`);
  }
}
await Promise.all(Array.from({ length: 4 }, (_, lane) => write(lane)));
