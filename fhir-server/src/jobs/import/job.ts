/**
 * The work of `$import`: fetches what is to be fetched, then reads line by line and writes many in one commit. A resource that refers to what is not there yet is put
 * off and tried again when all others have come, so that files may be in any order and no reference leads nowhere. What was done is saved from time to time; what was
 * written after that is found unchanged when it is read again.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reopen } from '../../access/standing.ts';
import {
  ERRORS,
  type Grown,
  IMPORT,
  type ImportData,
  type ImportInput,
  inputFile,
} from '../../operations/bulk/import-order.ts';
import type { Repository } from '../../repository/repository.ts';
import type { ResourceStore } from '../../store/store.ts';
import { createKeptAccess } from '../kept-access.ts';
import type { JobKind, RunningJob } from '../runner.ts';
import { compressed, type GrowingFile, openGrowingFile } from './growing-file.ts';
import { errorLine } from './incoming.ts';
import { createIntake, dangling, type Intake, type Read } from './intake.ts';
import { writeOrderedErrors } from './ordered-errors.ts';
import { readLines } from './read-lines.ts';
import { fetchFile } from './source-file.ts';

export interface ImportJobOptions {
  readonly store: ResourceStore;
  readonly repository: Repository;
  readonly reopen: Reopen;
  readonly folder: string;
  readonly mostUpload: number;
  /** Bytes of one line. */
  readonly mostLine: number;
  readonly privateHosts: readonly string[];
  readonly now: () => number;
  readonly standsMs: number;
  readonly elapsed: () => number;
}

const BATCH = 500;
const BATCH_CHARACTERS = 4_000_000;
const SAVE_MS = 2000;
const PUT_OFF = 'put-off';
/** Resources that may refer to one another in circles, and are written in one commit. */
const MOST_IN_CIRCLES = 5000;

export function createImportJob(options: ImportJobOptions): JobKind {
  const folderOf = (id: string): string => join(options.folder, id);
  return {
    kind: IMPORT,
    keepsFiles: true,
    run: (job) => runImport(options, folderOf(job.record.id), job),
    remove: (id) => rm(folderOf(id), { recursive: true, force: true }),
  };
}

/** One import while it is worked at. `at`: how far it is, as it is saved. */
interface Work {
  readonly options: ImportJobOptions;
  readonly folder: string;
  readonly job: RunningJob;
  readonly intake: Intake;
  readonly errors: GrowingFile;
  putOff: GrowingFile;
  at: Pick<ImportData, 'order' | 'pass' | 'input' | 'line' | 'reading'>;
  lastSave: number;
}

/** A line with its place in the file that is read, which may hold what was put off. */
type Placed = Read & { readonly place: number };

async function runImport(options: ImportJobOptions, folder: string, job: RunningJob): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const access = createKeptAccess(options, job.record, (job.record.data as ImportData).order.access);
  await access();
  const data = await fetchAll(options, folder, job);
  const { order, pass, input, line, reading } = data;
  const errors = await openGrowingFile(folder, 'errors', data.errors);
  const work: Work = {
    options,
    folder,
    job,
    errors,
    putOff: await openGrowingFile(folder, PUT_OFF, data.putOff),
    at: { order, pass, input, line, ...(reading ? { reading } : {}) },
    lastSave: options.now(),
    intake: createIntake({
      ...options,
      order,
      access,
      counts: data.counts,
      unchanged: data.unchanged,
      refuse: (origin, issues) => errors.add([errorLine(origin, issues)]),
      putOff: (lines) =>
        work.putOff.add(lines.map(({ input: name, number, text }) => JSON.stringify([name, number, text]))),
    }),
  };
  try {
    await readInputs(work);
    await readPutOff(work);
    await saveAsRead(work);
    await tidyUp(work);
  } finally {
    await Promise.all([errors.close(), work.putOff.close()]);
  }
}

async function fetchAll(options: ImportJobOptions, folder: string, job: RunningJob): Promise<ImportData> {
  let data = job.record.data as ImportData;
  const { inputs } = data.order;
  const { mostUpload: most, privateHosts } = options;
  for (let index = data.fetched; index < inputs.length; index++) {
    const { url } = inputs[index] as ImportInput;
    if (url) await fetchFile(url, join(folder, inputFile(index)), { most, privateHosts });
    data = { ...data, fetched: index + 1 };
    await job.save(data, `fetched ${index + 1} of ${inputs.length} files`);
  }
  return data;
}

async function readInputs(work: Work): Promise<void> {
  const { inputs } = work.at.order;
  while (work.at.pass === 0 && work.at.input < inputs.length) {
    await readThrough(work, linesOfInput(work, work.at.input));
    work.at = { ...work.at, input: work.at.input + 1, line: 0 };
  }
}

/** Each pass over what was put off writes some of it; when one writes nothing more, what is left refers to nothing, or in circles. */
async function readPutOff(work: Work): Promise<void> {
  for (;;) {
    const { reading, pass, order } = work.at;
    if (reading) {
      await compressed(work.folder, reading, `${PUT_OFF}.gz`);
      await readThrough(work, linesPutOff(work, work.at.line));
    }
    const left = work.putOff.grown;
    if (left.lines === 0) return;
    if (left.lines === reading?.lines) return finish(work, left);
    await work.putOff.close();
    work.putOff = await openGrowingFile(work.folder, PUT_OFF, undefined);
    work.at = { order, pass: pass + 1, input: order.inputs.length, line: 0, reading: left };
    await save(work);
  }
}

async function finish(work: Work, left: Grown): Promise<void> {
  await compressed(work.folder, left, `${PUT_OFF}.gz`);
  const lines: Read[] = [];
  for await (const each of linesPutOff(work, 0)) {
    if (lines.length < MOST_IN_CIRCLES) lines.push(each);
    else {
      const fault = dangling('More refer to what is not there than can be looked at together.');
      await work.errors.add([errorLine(each, [fault])]);
    }
  }
  await work.intake.finish(lines);
}

/** Whoever goes on from what is saved now looks at nothing again, which would be told twice, or is gone from the folder. */
async function saveAsRead(work: Work): Promise<void> {
  const { reading: _, ...at } = work.at;
  work.at = at;
  await work.putOff.close();
  work.putOff = await openGrowingFile(work.folder, PUT_OFF, undefined);
  await save(work);
}

async function readThrough(work: Work, lines: AsyncIterable<Placed>): Promise<void> {
  let batch: Placed[] = [];
  let size = 0;
  for await (const each of lines) {
    batch.push(each);
    size += each.text.length;
    if (batch.length < BATCH && size < BATCH_CHARACTERS) continue;
    await take(work, batch);
    batch = [];
    size = 0;
  }
  if (batch.length > 0) await take(work, batch);
  await work.intake.landed();
}

async function take(work: Work, batch: readonly Placed[]): Promise<void> {
  work.job.check();
  await work.intake.take(batch);
  work.at = { ...work.at, line: batch.at(-1)?.place ?? work.at.line };
  if (work.options.now() - work.lastSave < SAVE_MS) return;
  await work.intake.landed();
  await save(work);
}

async function save(work: Work): Promise<void> {
  const { at, errors, putOff, intake } = work;
  await Promise.all([errors.sync(), putOff.sync()]);
  const counts = intake.counts();
  const data: ImportData = {
    ...at,
    fetched: at.order.inputs.length,
    counts,
    unchanged: intake.unchanged(),
    errors: errors.grown,
    putOff: putOff.grown,
  };
  const done = Object.values(counts).reduce((sum, count) => sum + count, 0);
  await work.job.save(data, `${done} resources, ${errors.grown.lines} errors, ${putOff.grown.lines} put off`);
  work.lastSave = work.options.now();
}

async function* linesOfInput({ options, folder, at, errors }: Work, index: number): AsyncGenerator<Placed> {
  const { name, type } = at.order.inputs[index] as ImportInput;
  for await (const { number, text, fault } of readLines(
    join(folder, inputFile(index)),
    at.line,
    options.mostLine,
  )) {
    if (fault === undefined) yield { input: name, number, text, type, place: number };
    else {
      const issue = { severity: 'error', code: 'invalid', diagnostics: fault } as const;
      await errors.add([errorLine({ input: name, number }, [issue])]);
    }
  }
}

async function* linesPutOff({ options, folder }: Work, skip: number): AsyncGenerator<Placed> {
  // What was put off is wrapped, and may so be longer than it was.
  const most = 8 * options.mostLine;
  for await (const { number: place, text: wrapped } of readLines(join(folder, `${PUT_OFF}.gz`), skip, most)) {
    const [input, number, text] = JSON.parse(wrapped) as [string, number, string];
    yield { input, number, text, place };
  }
}

/** The error file is kept; what came in is in the store. */
async function tidyUp({ folder, errors, at }: Work): Promise<void> {
  const { inputs } = at.order;
  const names = inputs.map(({ name }) => name);
  if (errors.grown.lines > 0) await writeOrderedErrors(folder, errors.grown, names, `${ERRORS}.gz`);
  const came = new Set(inputs.map((_, index) => inputFile(index)));
  for (const name of await readdir(folder))
    if (came.has(name) || name.startsWith(PUT_OFF)) await rm(join(folder, name), { force: true });
}
