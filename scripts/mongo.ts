/** `npm run mongo`: a local MongoDB replica set without Docker, kept under DATA_DIR/mongo. */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { closeFolder, keepPrivate } from '@wellspring/serving/private-files';
import { MongoMemoryReplSet } from 'mongodb-memory-server-core';

const PORT = 37_017;
const dbPath = join(resolve(process.env.DATA_DIR || './data'), 'mongo');

/** A mongod that is on the path needs no download. */
function installedMongod(): string | undefined {
  if (process.env.MONGOMS_SYSTEM_BINARY) return process.env.MONGOMS_SYSTEM_BINARY;
  const found = spawnSync('which', ['mongod'], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

const systemBinary = installedMongod();
keepPrivate();
closeFolder(dbPath);
console.log(systemBinary ? `Using ${systemBinary}` : 'No mongod on this machine: downloading one (once) …');
try {
  const set = await MongoMemoryReplSet.create({
    ...(systemBinary ? { binary: { systemBinary } } : {}),
    instanceOpts: [{ dbPath, port: PORT, storageEngine: 'wiredTiger' }],
    replSet: { name: 'rs0', count: 1, ip: '127.0.0.1' },
  });
  console.log(
    `\nMongoDB is ready. In another terminal:\n\n  MONGODB_URL='mongodb://127.0.0.1:${PORT}/?replicaSet=rs0' npm start\n\nCtrl-C stops it; the data stays in ${dbPath}.`,
  );
  const stop = async (): Promise<void> => {
    await set.stop({ doCleanup: false });
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
} catch (error) {
  console.error(`No MongoDB could be started: ${(error as Error).message.split('\n')[0]}`);
  console.error(
    'It needs a mongod: install MongoDB 6 or newer so that "mongod" is on the PATH, set MONGOMS_SYSTEM_BINARY to one, or allow the download.',
  );
  process.exit(1);
}
