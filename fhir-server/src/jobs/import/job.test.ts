/** An import that ends in the middle, at any of its savings: whoever goes on tells of each line once, in the order of the files and their lines. Issue 15. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { useEmbeddedStore } from '../../../test/embedded-store.ts';
import { BASE, contextOf } from '../../../test/in-memory.ts';
import type { JobRecord } from '../../interactions/request.ts';
import { type ImportData, inputFile } from '../../operations/bulk/import-order.ts';
import type { Repository } from '../../repository/repository.ts';
import type { ResourceStore } from '../../store/store.ts';
import { createImportJob } from './job.ts';

const access = contextOf('system/*.cruds');
const lost = (id: string) =>
  JSON.stringify({ resourceType: 'Observation', id, subject: { reference: 'Patient/nobody' } });
/** Nothing of these can be written: some say so at once, others when all else has come. */
const FILES = [
  { name: 'z', lines: [lost('a'), '{', lost('b'), '[]'] },
  { name: 'a, line 9', lines: [...Array.from({ length: 600 }, (_, i) => lost(`c${i}`)), '{}', lost('d')] },
];
const TOLD = FILES.flatMap(({ name, lines }) => lines.map((_, index) => `${name}, line ${index + 1}`));

let folder: string;
let store: ResourceStore;
useEmbeddedStore((opened) => {
  ({ store, folder } = opened);
});

class Killed extends Error {}

function importOf(id: string): (data: ImportData, savings: number) => Promise<ImportData> {
  let clock = 0;
  const job = createImportJob({
    store,
    repository: { baseUrl: BASE, enforcesReferences: true, supportsTransactions: true } as Repository,
    reopen: async () => access,
    folder,
    mostUpload: 1e6,
    mostLine: 1e5,
    privateHosts: [],
    // As slow as it may be: it is saved as often as it can be.
    now: () => (clock += 5000),
    standsMs: 0,
    elapsed: () => clock,
  });
  return async (data, savings) => {
    let saved = data;
    const record = { id, kind: 'import', grounds: { subject: 's', clientId: 'c' }, data } as JobRecord;
    const running = job.run({
      record,
      async save(next) {
        if (savings-- === 0) throw new Killed();
        saved = next as ImportData;
      },
      part: async () => undefined,
      check: () => undefined,
    });
    await running.catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    return saved;
  };
}

function begun(id: string): ImportData {
  mkdirSync(join(folder, id));
  for (const [index, { lines }] of FILES.entries())
    writeFileSync(join(folder, id, inputFile(index)), gzipSync(lines.join('\n')));
  const inputs = FILES.map(({ name }) => ({ name }));
  const order = { request: '', inputs, access: { ...access, scopes: [] } };
  return { order, fetched: FILES.length, pass: 0, input: 0, line: 0, counts: {}, unchanged: 0 };
}

function toldIn(id: string): string[] {
  const text = gunzipSync(readFileSync(join(folder, id, 'errors.ndjson.gz'))).toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).issue[0].details.text);
}

it('tells of each line once and in order, wherever it was interrupted', async () => {
  let savings = 0;
  for (let isWhole = false; !isWhole; savings += 1) {
    const id = `job${savings}`;
    const run = importOf(id);
    const first = await run(begun(id), savings);
    // Once more than is needed: what is done is not told again.
    const second = await run(first, Number.POSITIVE_INFINITY);
    await run(second, Number.POSITIVE_INFINITY);
    expect([savings, toldIn(id)]).toEqual([savings, TOLD]);
    expect(second.errors?.lines).toBe(TOLD.length);
    isWhole = first.reading === undefined && first.errors?.lines === TOLD.length;
  }
  expect(savings).toBeGreaterThan(3);
});
