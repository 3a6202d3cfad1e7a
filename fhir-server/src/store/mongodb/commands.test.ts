/** What goes over the wire: how many commands a write takes, and that a sharded cluster could ask one shard. Counted by the driver's command monitoring. */
import { randomUUID } from 'node:crypto';
import type { CommandStartedEvent } from 'mongodb';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { QueryNode } from '../../search/query.ts';
import { everything } from '../contract/asking.ts';
import { create, token, update } from '../contract/resources.ts';
import { type MongodbStore, openMongodbStore } from './mongodb-store.ts';

const url = process.env.CONTRACT_MONGODB_URL;
const hasTransactions = url !== undefined && process.env.CONTRACT_MONGODB_KIND !== 'ferretdb';

describe.runIf(hasTransactions)('the commands of', () => {
  const database = `commands_${randomUUID().slice(0, 8)}`;
  let store: MongodbStore;
  let sent: CommandStartedEvent[] = [];

  beforeAll(async () => {
    store = await openMongodbStore({ url: url as string, database });
    store.client.on('commandStarted', (event) => {
      if (event.commandName !== 'endSessions') sent.push(event);
    });
    await store.transact([
      create('Patient', 'p', { owners: ['p'] }),
      create('Patient', 'q', { owners: ['q'] }),
      create('Practitioner', 'd'),
    ]);
  });
  afterAll(async () => {
    await store.close();
    const client = await new MongoClient(url as string).connect();
    await client.db(database).dropDatabase();
    await client.close();
  });
  beforeEach(() => {
    sent = [];
  });
  const names = (): string[] => sent.map(({ commandName }) => commandName);

  const observation = (id: string) =>
    create(
      'Observation',
      id,
      { owners: ['p'], references: [{ param: 'subject', target: 'Patient/p' }] },
      { requires: ['Patient/p', 'Practitioner/d'] },
    );

  it('a create are three, its references looked up and its commit included', async () => {
    await store.transact([observation('one')]);
    expect(names()).toEqual(['find', 'insert', 'commitTransaction']);
  });

  it('an update are four', async () => {
    await store.transact([update('Patient', 'p', { owners: ['p'] })]);
    expect(names()).toEqual(['find', 'insert', 'update', 'commitTransaction']);
  });

  it('a read and of a page of a search are one', async () => {
    await store.read('Observation', 'one');
    await store.search(everything('Observation', token('code', 'x'), { total: 'none' }));
    expect(names()).toEqual(['find', 'find']);
  });

  it('a hundred notes, or versions, that are asked for at the same time do not grow with them, nor do notes that are written', async () => {
    const spread = Array.from({ length: 100 }, (_, i) => i);
    const each = <T>(work: (i: number) => Promise<T>): Promise<T[]> => Promise.all(spread.map(work));
    expect(await each((i) => store.swapNote(`note/${i}`, undefined, 'added'))).not.toContain(false);
    expect(names()).toEqual(['insert']);
    sent = [];
    await each((i) => store.setNote(`note/${i}`, i % 2 === 0 ? 'set' : undefined));
    expect(names().toSorted()).toEqual(['delete', 'update']);
    sent = [];
    const values = await each((i) => store.getNote(`note/${i}`));
    expect(values).toEqual(spread.map((i) => (i % 2 === 0 ? 'set' : undefined)));
    expect(names()).toEqual(['find']);
    await store.transact(spread.map((i) => create('Basic', `told-${i}`)));
    await store.transact(spread.slice(50).map((i) => update('Basic', `told-${i}`)));
    sent = [];
    const found = await each((i) => store.vread('Basic', `told-${i}`, 1));
    expect(found.map((version) => version?.version)).toEqual(spread.map(() => 1));
    expect(names()).toEqual(['find', 'find']);
  });

  it('what is asked for while many commands are under way goes together when one has ended', async () => {
    const spread = Array.from({ length: 100 }, (_, i) => i);
    const answers: Promise<unknown>[] = [];
    for (const i of spread) {
      answers.push(store.getNote(`late/${i}`));
      await Promise.resolve();
      await Promise.resolve();
    }
    await Promise.all(answers);
    expect(names().length).toBeLessThan(10);
  });

  it.each([100, 500])(
    'a transaction of %i do not grow with it: creates, updates, conditions, deletions',
    async (count) => {
      const identified = (i: number) =>
        create(
          'Organization',
          `${count}-${i}`,
          { tokens: [{ param: 'identifier', system: 's', code: `${count}-${i}` }] },
          { ifNoneExist: token('identifier', `${count}-${i}`, 's') },
        );
      const spread = Array.from({ length: count / 4 }, (_, i) => i);
      await store.transact(spread.map((i) => create('Basic', `old-${count}-${i}`)));
      sent = [];
      await store.transact([
        ...spread.map((i) => ({
          kind: 'delete' as const,
          type: 'Basic',
          id: `old-${count}-${i}`,
          unlessReferenced: true,
        })),
        ...spread.map((i) => observation(`many-${count}-${i}`)),
        ...spread.map((i) => update('Location', `new-${count}-${i}`)),
        ...spread.map(identified),
      ]);
      expect(names().length, names().join()).toBeLessThanOrEqual(12);
      expect(await store.read('Organization', `${count}-7`)).toBeDefined();
      expect((await store.read('Basic', `old-${count}-7`))?.method).toBe('delete');
    },
  );

  describe('the hot paths name the record they are about:', () => {
    /** The values of the shard key that a filter, or a document, names; undefined: all shards are asked. */
    function recordsOf({ command, commandName }: CommandStartedEvent): string[] | undefined {
      if (commandName === 'commitTransaction') return [];
      const parts: { rec?: unknown; $and?: object[] }[] =
        command.documents ??
        (command.updates
          ? command.updates.map(({ q }: { q: object }) => q)
          : [command.filter ?? command.pipeline[0].$match]);
      const values = parts.map((part) => named(part));
      return values.every((each) => each !== undefined) ? [...new Set(values.flat())] : undefined;
    }
    function named(filter: { rec?: unknown; $and?: object[] }): string[] | undefined {
      if (typeof filter.rec === 'string') return [filter.rec];
      const list = (filter.rec as { $in?: string[] } | undefined)?.$in;
      if (list) return list;
      for (const part of filter.$and ?? []) {
        const found = named(part);
        if (found) return found;
      }
      return undefined;
    }
    const owner: QueryNode = { kind: 'owner', patients: ['p'] };
    const asked = (): (string[] | undefined)[] => sent.map(recordsOf);

    it('a create and an update of a patient’s resource, and a transaction about one patient', async () => {
      const own = (id: string, kind: typeof create | typeof update) =>
        kind('Observation', id, { owners: ['p'] }, { requires: ['Patient/p'] });
      await store.transact([own('s1', create)]);
      await store.transact([own('s1', update)]);
      await store.transact([own('s2', create), own('s3', create), own('s1', update)]);
      for (const records of asked()) expect(records?.filter((record) => record !== 'p')).toEqual([]);
    });

    it('a patient’s search and read, with what is shared among patients', async () => {
      await store.search(everything('Observation', { kind: 'and', nodes: [owner, token('code', 'x')] }));
      await store.search(everything('Observation', owner, { total: 'none' }));
      await store.read('Observation', 's1', owner);
      expect(asked().length).toBeGreaterThan(2);
      for (const [i, records] of asked().entries()) expect(records, names()[i]).toEqual(['p', '*']);
    });

    it('what belongs to nobody by its own name, so that directories spread', async () => {
      await store.transact([create('Practitioner', 'e')]);
      expect(asked()).toEqual([['Practitioner/e'], []]);
    });
  });
});
