/** Runs on whatever server CONTRACT_MONGODB_URL names. Nothing here needs transactions. */
import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { describe, it } from 'vitest';
import { storageContract } from '../contract/storage-contract.ts';
import { openMongodbStorage } from './mongodb-storage.ts';

const url = process.env.CONTRACT_MONGODB_URL;

if (url) {
  storageContract({
    name: `mongodb (${process.env.CONTRACT_MONGODB_KIND ?? 'as CONTRACT_MONGODB_URL says'})`,
    atomicUpdates: process.env.CONTRACT_MONGODB_KIND !== 'ferretdb',
    async open() {
      const database = `auth_contract_${randomUUID().slice(0, 8)}`;
      const storage = await openMongodbStorage(url, database);
      return {
        storage,
        again: () => openMongodbStorage(url, database),
        async close() {
          await storage.close();
          const client = await new MongoClient(url).connect();
          await client.db(database).dropDatabase();
          await client.close();
        },
      };
    },
  });
} else {
  describe('mongodb storage', () => {
    it.skip('!! not run here: CONTRACT_MONGODB_URL names no server', () => undefined);
  });
}
