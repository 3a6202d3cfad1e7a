/**
 * Sessions, retries and fail-over against a double that answers as scripted (mongodb-double.ts): it is no MongoDB. What is expected of each error and label is
 * MongoDB's manual: "Transactions in Applications", "Error codes", "Retryable writes".
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reviveStuck } from '@wellspring/serving/revive';
import { exportJWK, generateKeyPair } from 'jose';
import { MongoClient, type ServerHeartbeatStartedEvent } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everything } from '../src/store/contract/asking.ts';
import { create, update } from '../src/store/contract/resources.ts';
import { type MongodbStore, openMongodbStore } from '../src/store/mongodb/mongodb-store.ts';
import type { StoreError } from '../src/store/store.ts';
import { type Double, failed, openDouble, type Scripted } from './mongodb-double.ts';

describe('on a double of MongoDB', () => {
  let double: Double;
  let store: MongodbStore;
  beforeEach(async () => {
    double = await openDouble();
    store = await openMongodbStore({ url: double.url, database: 'double' });
    double.commands.length = 0;
  });
  afterEach(async () => {
    double.script = () => undefined;
    await store.close();
    await double.close();
  });

  /** The nth command of this name is answered so, every other one as usual. */
  function once(name: string, scripted: Scripted, nth = 1): void {
    let seen = 0;
    double.script = (each) => {
      if (each !== name) return undefined;
      seen += 1;
      return seen === nth ? scripted : undefined;
    };
  }
  const write = () => store.transact([create('Basic', 'a')]);
  const faultOf = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'none',
      (error: StoreError) => error.fault ?? error.name,
    );
  /** The second attempt looks whether the new id is new, where it would lie and everywhere else. */
  const AGAIN = ['find', 'find', 'insert', 'commitTransaction'];

  it('a server that stands alone is refused at the start, with how it is made a replica set of one', async () => {
    const alone = await openDouble();
    alone.hello = {};
    const opening = openMongodbStore({ url: alone.url.replace(/\?.*/, ''), database: 'double' });
    await expect(opening).rejects.toThrow(
      /^MONGODB_URL names a standalone server.*rs\.initiate\(\).*replicaSet=/,
    );
    await alone.close();
  });

  it('a transaction is an insert and a commit', async () => {
    await write();
    expect(double.commands).toEqual(['insert', 'commitTransaction']);
  });

  it.each([
    ['a write conflict with its label', failed(112, 'TransientTransactionError')],
    ['a write conflict without labels', failed(112)],
    ['a transaction that is gone, without labels', failed(251)],
    ['a primary that steps down', failed(10_107, 'TransientTransactionError', 'RetryableWriteError')],
    ['a server that shuts down', failed(91, 'TransientTransactionError')],
  ])('%s is begun anew, whole', async (_, error) => {
    once('insert', error);
    await write();
    expect(double.commands).toEqual(['insert', 'abortTransaction', ...AGAIN]);
  });

  it('a connection that is cut in the middle is begun anew on the next one', async () => {
    once('insert', 'cut');
    await write();
    expect(double.commands.filter((name) => name === 'insert')).toHaveLength(2);
    expect(double.commands.at(-1)).toBe('commitTransaction');
  });

  it.each<[string, Scripted]>([
    ['cut off', 'cut'],
    [
      'answered by a server that steps down',
      failed(10_107, 'UnknownTransactionCommitResult', 'RetryableWriteError'),
    ],
    ['answered as not known', failed(50, 'UnknownTransactionCommitResult')],
  ])('a commit that is %s is sent again, and nothing else', async (_, scripted) => {
    once('commitTransaction', scripted);
    await write();
    expect(double.commands.filter((name) => name === 'insert')).toHaveLength(1);
    expect(double.commands.filter((name) => name === 'commitTransaction').length).toBeGreaterThan(1);
  });

  const FAULTS: readonly (readonly [string, Scripted])[] = [
    ['a server that is no longer the primary', failed(10_107, 'RetryableWriteError')],
    ['a connection that is cut', 'cut'],
    [
      'a write concern that was not met',
      { n: 1, ok: 1, writeConcernError: { code: 91, errmsg: 'shuts down' } },
    ],
    ['a fault that goes by', failed(251, 'TransientTransactionError')],
    ['an outcome that nobody knows', failed(50, 'UnknownTransactionCommitResult')],
  ];
  const COMMANDS = ['insert', 'update', 'commitTransaction'] as const;
  /** A version that is there to be updated. */
  const STORED = {
    ...{ _id: 'Basic/a', type: 'Basic', id: 'a', rec: 'Basic/a', own: [], by: null, deleted: false },
    ...{ version: 1, lastUpdated: 1, method: 'create', body: '{}' },
  };
  // The double keeps nothing: what would be there is told by what it said yes to in the transaction whose commit it said yes to.
  it.each(COMMANDS.flatMap((command) => FAULTS.map(([name, fault]) => [command, name, fault] as const)))(
    'F07: %s that meets %s is done once, or told as not done',
    async (command, _, fault) => {
      if (command === 'update') double.find = { resource: [STORED] };
      const done: string[] = [];
      let met = 0;
      double.script = (name, { txnNumber }) => {
        const isMet = name === command && met++ === 0;
        if (!isMet && name !== 'find') done.push(`${name} ${txnNumber}`);
        return isMet ? fault : undefined;
      };
      const outcome = await faultOf(command === 'update' ? store.transact([update('Basic', 'a')]) : write());
      expect(met).toBeGreaterThan(0);
      const commits = done.filter((each) => each.startsWith('commitTransaction'));
      const kept = commits.at(-1)?.split(' ')[1];
      const writes = done.filter((each) => /^(insert|update) /.test(each) && each.endsWith(` ${kept}`));
      if (outcome !== 'none') expect([/^(unavailable|too-slow)$/.test(outcome), commits]).toEqual([true, []]);
      else
        expect(writes.map((each) => each.split(' ')[0]).sort()).toEqual(
          command === 'update' ? ['insert', 'update'] : ['insert'],
        );
    },
  );

  it('a commit of a transaction that the server has given up is begun anew, whole', async () => {
    once('commitTransaction', failed(251));
    await write();
    expect(double.commands).toEqual(['insert', 'commitTransaction', ...AGAIN]);
  });

  it.each([
    [292, 'too-costly'],
    [10_334, 'too-large'],
    [50, 'too-slow'],
    [10_107, 'unavailable'],
    // What nobody foresaw is a fault of this server's, not "try again".
    [8000, 'MongoServerError'],
    [2, 'MongoServerError'],
  ])('error %i of a search is told as %s', async (code, fault) => {
    double.script = (name) => (name === 'find' ? failed(code) : undefined);
    expect(await faultOf(store.search(everything('Basic', { kind: 'all' }, { total: 'none' })))).toBe(fault);
  });

  it('a server that hangs is told in five seconds: reads, writes and searches alike', async () => {
    double.script = () => 'hang';
    const begin = performance.now();
    double.commands.length = 0;
    const asked = [
      faultOf(store.read('Basic', 'a')),
      faultOf(write()),
      faultOf(store.search(everything('Basic'))),
      faultOf(store.changes(undefined, 1)),
    ];
    // It is silent to everything from the first of these on.
    await expect.poll(() => double.commands.length).toBeGreaterThan(0);
    const faults = await Promise.all([...asked, faultOf(store.ping())]);
    expect(faults).toEqual(Array.from({ length: 5 }, () => 'unavailable'));
    expect(performance.now() - begin).toBeLessThan(5000);
    double.script = () => undefined;
    await expect.poll(() => faultOf(store.read('Basic', 'a')), { timeout: 15_000 }).toBe('none');
  }, 30_000);

  it('a command that alone is never answered is given up, whatever else is: what waits for it is told', async () => {
    const impatient = await openMongodbStore({
      url: double.url,
      database: 'double',
      searchDeadlineMs: 1000,
      unansweredMs: 1000,
    });
    const hangs = (...names: string[]) => {
      double.script = (name) => (names.includes(name) ? 'hang' : undefined);
    };
    hangs('find', 'insert');
    const begin = performance.now();
    const faults = await Promise.all([
      faultOf(impatient.read('Basic', 'a')),
      faultOf(impatient.search(everything('Basic'))),
      faultOf(impatient.transact([create('Basic', 'a')])),
      faultOf(impatient.transact([update('Basic', 'b')])),
    ]);
    expect(performance.now() - begin).toBeLessThan(5000);
    for (const fault of faults) expect(fault).toMatch(/^(unavailable|transient)$/);
    hangs('commitTransaction');
    expect(await faultOf(impatient.transact([create('Basic', 'c')]))).toBe('unavailable');
    // One connection that hangs is not the database: the write is done on another.
    once('insert', 'hang');
    double.commands.length = 0;
    await impatient.transact([create('Basic', 'd')]);
    expect(double.commands.filter((name) => name === 'insert')).toHaveLength(2);
    await impatient.close();
  }, 30_000);

  it('every read has a limit on the server', async () => {
    const limits: unknown[] = [];
    double.script = (name, command) => {
      if (name === 'find' || name === 'aggregate' || name === 'count') limits.push(Number(command.maxTimeMS));
      return undefined;
    };
    await store.read('Basic', 'a');
    await store.search(everything('Basic'));
    await store.history({ type: 'Basic', count: 1 });
    await store.scan(undefined, 1);
    expect(limits.length).toBeGreaterThan(5);
    for (const limit of limits) expect(limit).toBeGreaterThan(0);
  });

  it('searches read where they are told to, everything else from the primary', async () => {
    const lagging = await openMongodbStore({
      url: double.url,
      database: 'double',
      searchReadPreference: 'secondaryPreferred',
      searchReadConcern: 'local',
    });
    const asked: unknown[] = [];
    double.script = (name, command) => {
      if (name === 'find') asked.push(command.$readPreference?.mode ?? 'primary', command.readConcern?.level);
      return undefined;
    };
    await lagging.search(everything('Basic', { kind: 'all' }, { total: 'none' }));
    await lagging.read('Basic', 'a');
    expect(asked).toEqual(['secondaryPreferred', 'local', 'primary', 'majority']);
    await lagging.close();
  });
});

const WAITED_FOR = { connectionId: 'gone:1', awaited: false } as ServerHeartbeatStartedEvent;

describe('a heartbeat that never ends, as the driver has it where a connection is cut in the moment it is made', () => {
  it('has the client made anew, and what was taken from it stays good; one that was closed stays closed', async () => {
    const double = await openDouble();
    const client = await new MongoClient(double.url, { heartbeatFrequencyMS: 500 }).connect();
    reviveStuck(client, 1000);
    const found = () => client.db('x').collection('resource').findOne({});
    await found();
    let opened = 0;
    client.on('topologyOpening', () => {
      opened += 1;
    });
    // What it says of a server whose answer it waits for.
    client.emit('serverHeartbeatStarted', WAITED_FOR);
    await expect.poll(() => opened, { timeout: 5000 }).toBe(1);
    expect(await found()).toBeNull();
    await sleep(2500);
    expect(opened).toBe(1);
    await client.close();
    client.emit('serverHeartbeatStarted', WAITED_FOR);
    await sleep(2500);
    expect(opened).toBe(1);
    await double.close();
  }, 20_000);

  it('has it made anew until somebody is there: a client that can’t connect at once is tried again; one that was closed meanwhile is not', async () => {
    const double = await openDouble();
    const primary = double.hello;
    const client = await new MongoClient(double.url, { serverSelectionTimeoutMS: 300 }).connect();
    reviveStuck(client, 500);
    const found = () => client.db('x').collection('resource').findOne({});
    let opened = 0;
    client.on('topologyOpening', () => {
      opened += 1;
    });
    double.hello = {};
    client.emit('serverHeartbeatStarted', WAITED_FOR);
    await expect.poll(() => opened, { timeout: 10_000 }).toBeGreaterThan(1);
    await expect(found()).rejects.toThrow();
    double.hello = primary;
    await expect.poll(() => found().catch(() => 'away'), { timeout: 10_000 }).toBeNull();
    double.hello = {};
    const before = opened;
    client.emit('serverHeartbeatStarted', WAITED_FOR);
    await expect.poll(() => opened, { timeout: 10_000 }).toBeGreaterThan(before);
    await client.close();
    const atTheEnd = opened;
    double.hello = primary;
    await sleep(2500);
    expect(opened).toBe(atTheEnd);
    await double.close();
  }, 40_000);
});

describe('a MongoDB that can not be used', () => {
  it('as it has no transactions ends the start with one line that says what to do', async () => {
    const double = await openDouble();
    double.hello = {};
    const url = double.url.replace(/\?.*/, '?directConnection=true');
    const data = mkdtempSync(join(tmpdir(), 'wellspring-double-'));
    const { privateKey } = await generateKeyPair('ES384', { extractable: true });
    writeFileSync(join(data, 'key.json'), JSON.stringify(await exportJWK(privateKey)));
    const child = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], {
      env: { ...process.env, MONGODB_URL: url, DATA_DIR: data, FHIR_CLIENT_KEY_FILE: join(data, 'key.json') },
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(1);
    expect(said.trim().split('\n')).toHaveLength(1);
    expect(said).toMatch(
      /^fhir-server: MONGODB_URL names a standalone server.*--replSet rs0.*rs\.initiate\(\)/,
    );
    await double.close();
    rmSync(data, { recursive: true, force: true });
  });

  it('as an earlier version wrote it is refused, and nothing is made in it', async () => {
    const double = await openDouble();
    const made: string[] = [];
    double.script = (name) => {
      made.push(name);
      return undefined;
    };
    double.find = { counter: [{ _id: 'seq', value: 7 }] };
    await expect(openMongodbStore({ url: double.url, database: 'old' })).rejects.toThrow(/earlier version/);
    expect(made.filter((name) => !/^(hello|ismaster)$/i.test(name))).toEqual([]);
    await double.close();
  });
});
