/**
 * `npm run shard`: shards the collections of the FHIR store on the cluster that MONGODB_URL names (a mongos). Safe to run again. Needs the
 * clusterAdmin role. See docs/OPERATIONS.md for what it does to whom.
 */
import { MongoClient } from 'mongodb';

/** A record lies together: searches that name their patient ask one shard. Versions are spread by their name. */
const KEYS = {
  resource: { own: 1, _id: 1 },
  version: { _id: 'hashed' },
  audit_event: { _id: 'hashed' },
  audit_batch: { _id: 'hashed' },
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
