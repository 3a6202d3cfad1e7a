/** A world on each store: the embedded one always, MongoDB where CONTRACT_MONGODB_URL names one. */
import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { openWorld, type World } from './world.ts';

type Open = (environment?: Record<string, string>) => Promise<World>;

const url = process.env.CONTRACT_MONGODB_URL;
/** FerretDB has no transactions. */
export const hasTransactions = process.env.CONTRACT_MONGODB_KIND !== 'ferretdb';

async function openOnMongodb(environment: Record<string, string> = {}): Promise<World> {
  const database = `http_${randomUUID().slice(0, 8)}`;
  const standalone: Record<string, string> = hasTransactions ? {} : { MONGODB_STANDALONE: 'allow' };
  const world = await openWorld({
    MONGODB_URL: url as string,
    MONGODB_DATABASE: database,
    ...standalone,
    ...environment,
  });
  return {
    ...world,
    async close() {
      await world.close();
      await dropDatabase(database);
    },
  };
}

async function dropDatabase(database: string): Promise<void> {
  const client = await new MongoClient(url as string).connect();
  await client.db(database).dropDatabase();
  await client.close();
}

interface StoreSettings {
  readonly environment: Readonly<Record<string, string>>;
  /** When all is done. */
  readonly drop: () => Promise<void>;
}

/** For `describe.each` of servers that are killed and started again on what is there: with transactions alone. */
export function killedStores(): readonly (readonly [name: string, settings: StoreSettings])[] {
  const database = `killed_${randomUUID().slice(0, 8)}`;
  const embedded = ['SQLite', { environment: {}, drop: async () => undefined }] as const;
  if (!url || !hasTransactions) return [embedded];
  const environment = { MONGODB_URL: url, MONGODB_DATABASE: database };
  return [embedded, ['MongoDB', { environment, drop: () => dropDatabase(database) }]];
}

/** For `describe.each`. */
export const STORES: readonly (readonly [name: string, open: Open])[] = [
  ['SQLite', (environment) => openWorld(environment)],
  ...(url ? [['MongoDB', openOnMongodb] as const] : []),
];
