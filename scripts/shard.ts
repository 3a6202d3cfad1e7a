/**
 * `npm run shard`: shards the collections of the FHIR store on the cluster that MONGODB_URL names (a mongos). Safe to run again. Needs the
 * clusterAdmin role. See docs/OPERATIONS.md for what it does to whom.
 */
import { MongoClient } from 'mongodb';

/**
 * `rec` is the patient whose record a document lies with, or the resource itself (store/mongodb/documents.ts): a create, an update, a search and a transaction
 * about one patient ask one shard, for resources, their former versions and audit rows alike. Directories spread. Within a record, `_id` lets a large one be split.
 */
const RECORD = { rec: 'hashed', _id: 1 } as const;
const KEYS = {
  resource: RECORD,
  version: RECORD,
  audit_event: RECORD,
  audit_batch: { _id: 'hashed' },
  identity: { _id: 'hashed' },
} as const;

const url = process.env.MONGODB_URL;
if (!url) {
  console.error('MONGODB_URL must name the mongos of a sharded cluster.');
  process.exit(1);
}
const database = process.env.MONGODB_DATABASE || 'wellspring';
const client = new MongoClient(url, { serverSelectionTimeoutMS: 5000 });
try {
  await client.connect();
  const admin = client.db('admin');
  const hello = await admin.command({ hello: 1 });
  if (hello.msg !== 'isdbgrid') throw new Error('this is no mongos: only a sharded cluster can be sharded');
  await admin.command({ enableSharding: database });
  for (const [collection, key] of Object.entries(KEYS)) {
    await client.db(database).collection(collection).createIndex(key);
    await admin.command({ shardCollection: `${database}.${collection}`, key });
    console.log(`${database}.${collection} is sharded by ${JSON.stringify(key)}.`);
  }
} catch (error) {
  console.error(`The cluster could not be sharded: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  await client.close();
}
