/** Runs on whatever server CONTRACT_MONGODB_URL names: a real replica set, or FerretDB (a wire-protocol server without transactions). */
import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { describe, it } from 'vitest';
import { storeContract } from '../contract/store-contract.ts';
import { openMongodbStore } from './mongodb-store.ts';

const url = process.env.CONTRACT_MONGODB_URL;

if (url) {
  storeContract({
    name: `mongodb (${process.env.CONTRACT_MONGODB_KIND ?? 'as CONTRACT_MONGODB_URL says'})`,
    elementMatch: process.env.CONTRACT_MONGODB_KIND !== 'ferretdb',
    async open() {
      const database = `contract_${randomUUID().slice(0, 8)}`;
      const standalone = process.env.CONTRACT_MONGODB_KIND === 'ferretdb';
      const store = await openMongodbStore({ url, database, standalone });
      return {
        store,
        // Without transactions one process owns the database.
        ...(standalone ? {} : { again: (clock) => openMongodbStore({ url, database, clock }) }),
        async close() {
          await store.close();
          const client = await new MongoClient(url).connect();
          await client.db(database).dropDatabase();
          await client.close();
        },
      };
    },
  });
} else {
  describe('mongodb store', () => {
    it.skip('!! not run here: CONTRACT_MONGODB_URL names no server', () => undefined);
  });
}
