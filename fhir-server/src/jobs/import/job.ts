/**
 * The work of `$import`: fetches what is to be fetched, then reads line by line and writes many in one commit. A resource that refers to what is not there yet is put
 * off and tried again when all others have come, so that files may be in any order and no reference leads nowhere. What was done is saved from time to time; what was
 * written after that is found unchanged when it is read again.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FhirError, type Issue } from '@wellspring/profiles';
import type { AccessContext } from '../../access/access-context.ts';
import type { Reopen } from '../../access/standing.ts';
import { createTrail } from '../../audit/trail.ts';
import {
  ERRORS,
  type Grown,
  IMPORT,
  type ImportData,
  type ImportInput,
  inputFile,
} from '../../operations/bulk/import-order.ts';
import type { Repository } from '../../repository/repository.ts';
import type { ResourceJson } from '../../repository/resource-text.ts';
import type { ResourceStore } from '../../store/store.ts';
import type { JobKind, RunningJob } from '../runner.ts';
import { compressed, openGrowingFile } from './growing-file.ts';
import { errorLine, type Incoming, incomingOf, isUnchanged, type Origin } from './incoming.ts';
import { readLines } from './read-lines.ts';
import { fetchFile } from './source-file.ts';
import { createTargets } from './targets.ts';
import { together } from './together.ts';
import { writeBatch } from './write-batch.ts';

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
}

const BATCH = 500;
const BATCH_CHARACTERS = 4_000_000;
/** Batches that are written while the next one is read: one is prepared here while the other waits for the disk. */
const AT_ONCE = 2;
const SAVE_MS = 2000;
const STANDS_MS = 60_000;
const PUT_OFF = 'put-off';

export function createImportJob(options: ImportJobOptions): JobKind {
  const folderOf = (id: string): string => join(options.folder, id);
  return {
    kind: IMPORT,
    run: (job) => runImport(options, folderOf(job.record.id), job),
    remove: (id) => rm(folderOf(id), { recursive: true, force: true }),
  };
}

interface Read extends Origin {
  readonly text: string;
  readonly type?: string | undefined;
}

async function runImport(options: ImportJobOptions, folder: string, job: RunningJob): Promise<void> {
  const { repository, store, now } = options;
  let data = job.record.data as ImportData;
  const { order } = data;
  const { inputs } = order;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const access = await openAccess(options, job);
  for (let index = data.fetched; index < inputs.length; index++) {
    const { url } = inputs[index] as ImportInput;
    if (url)
      await fetchFile(url, join(folder, inputFile(index)), {
        most: options.mostUpload,
        privateHosts: options.privateHosts,
      });
    data = { ...data, fetched: index + 1 };
    await job.save(data, `fetched ${index + 1} of ${inputs.length} files`);
  }
  const errors = await openGrowingFile(folder, 'errors', data.errors);
  let putOff = await openGrowingFile(folder, PUT_OFF, data.putOff);
  const targets = createTargets(store);
  const incoming = { baseUrl: repository.baseUrl, source: order.source };
  const provenance =
    order.provenance === undefined ? undefined : (JSON.parse(order.provenance) as ResourceJson);
  const counts = new Map(Object.entries(data.counts));
  let { pass, input, line, unchanged, reading } = data;
  let lastSave = now();
  const writing: { readonly names: ReadonlySet<string>; readonly done: Promise<void> }[] = [];

  const progress = (): string => {
    const done = [...counts.values()].reduce((sum, count) => sum + count, 0);
    return `${done} resources, ${errors.grown.lines} errors, ${putOff.grown.lines} put off`;
  };
  async function save(): Promise<void> {
    await Promise.all([errors.sync(), putOff.sync()]);
    data = {
      order,
      fetched: inputs.length,
      pass,
      input,
      line,
      counts: Object.fromEntries(counts),
      unchanged,
      errors: errors.grown,
      putOff: putOff.grown,
      ...(reading ? { reading } : {}),
    };
    await job.save(data, progress());
    lastSave = now();
  }
  const refuse = (origin: Origin, issues: readonly Issue[]): Promise<void> =>
    errors.add([errorLine(origin, issues)]);
  const count = ({ resource }: Incoming): void => {
    counts.set(resource.resourceType, (counts.get(resource.resourceType) ?? 0) + 1);
  };

  async function write(batch: readonly Incoming[]): Promise<void> {
    if (batch.length === 0) return;
    const { written, refused } = await writeBatch(repository, await access(), batch, provenance);
    for (const each of written) {
      count(each);
      targets.known(each.name);
    }
    for (const each of refused) await refuse(each.incoming, each.issues);
  }

  async function parsed(lines: readonly Read[]): Promise<Incoming[]> {
    const found: Incoming[] = [];
    for (const each of lines) {
      try {
        found.push(incomingOf(incoming, each, each.text, each.type));
      } catch (error) {
        if (!(error instanceof FhirError)) throw error;
        await refuse(each, error.issues);
      }
    }
    return found;
  }

  /** Those of a batch that change something. */
  async function changed(batch: readonly Incoming[]): Promise<Incoming[]> {
    const there = await targets.current([...new Set(batch.map(({ name }) => name))]);
    const seen = new Set<string>();
    return batch.filter((each) => {
      const before = seen.has(each.name) ? undefined : there.get(each.name);
      seen.add(each.name);
      if (!before || !isUnchanged(each, before)) return true;
      unchanged += 1;
      count(each);
      targets.known(each.name);
      return false;
    });
  }

  /** Those whose references lead somewhere, or to one another; the others wait. */
  async function ready(batch: readonly Incoming[]): Promise<readonly Incoming[]> {
    if (!repository.enforcesReferences) return batch;
    const missing = await targets.missing(new Set(batch.flatMap(({ references }) => references)));
    const { ready: now, waiting } = together(batch, missing);
    await putOff.add(waiting.map(({ input: name, number, text }) => JSON.stringify([name, number, text])));
    return now;
  }

  async function take(lines: readonly Read[]): Promise<void> {
    job.check();
    const batch = await parsed(lines);
    // What stands in two batches is written in the order of the lines.
    if (batch.some(({ name }) => writing.some(({ names }) => names.has(name)))) await landed();
    const wanted = await ready(await changed(batch));
    if (writing.length >= AT_ONCE) await writing.shift()?.done;
    const done = write(wanted);
    // Told when it is waited for.
    done.catch(() => undefined);
    writing.push({ names: new Set(wanted.map(({ name }) => name)), done });
    if (now() - lastSave < SAVE_MS) return;
    await landed();
    await save();
  }

  async function landed(): Promise<void> {
    for (const { done } of writing.splice(0)) await done;
  }

  async function readThrough(lines: AsyncIterable<Read & { readonly at: number }>): Promise<void> {
    let batch: Read[] = [];
    let size = 0;
    for await (const each of lines) {
      batch.push(each);
      size += each.text.length;
      if (batch.length < BATCH && size < BATCH_CHARACTERS) continue;
      const taken = batch;
      batch = [];
      size = 0;
      const at = each.at;
      line = at;
      await take(taken);
    }
    if (batch.length > 0) await take(batch);
    await landed();
  }

  const most = options.mostLine;
  async function* ofInput(index: number): AsyncGenerator<Read & { at: number }> {
    const { name, type } = inputs[index] as ImportInput;
    for await (const { number, text, fault } of readLines(join(folder, inputFile(index)), line, most)) {
      if (fault === undefined) yield { input: name, number, text, type, at: number };
      else
        await refuse({ input: name, number }, [{ severity: 'error', code: 'invalid', diagnostics: fault }]);
    }
  }
  async function* ofPutOff(): AsyncGenerator<Read & { at: number }> {
    // What was put off is wrapped, and may so be longer than it was.
    for await (const { number, text } of readLines(join(folder, `${PUT_OFF}.gz`), line, 8 * most)) {
      const [name, at, inner] = JSON.parse(text) as [string, number, string];
      yield { input: name, number: at, text: inner, at: number };
    }
  }

  for (; pass === 0 && input < inputs.length; input++, line = 0) await readThrough(ofInput(input));
  // Each pass over what was put off writes some of it; when one writes nothing more, what is left refers to nothing, or in circles.
  for (;;) {
    if (pass > 0) {
      if (reading) await compressed(folder, reading, `${PUT_OFF}.gz`);
      await readThrough(ofPutOff());
    }
    const left: Grown = putOff.grown;
    if (left.lines === 0 || left.lines === reading?.lines) break;
    reading = left;
    await putOff.close();
    putOff = await openGrowingFile(folder, PUT_OFF, undefined);
    pass += 1;
    input = inputs.length;
    line = 0;
    await save();
  }
  if (putOff.grown.lines > 0) await finish(putOff.grown);
  await save();
  if (errors.grown.lines > 0) await compressed(folder, errors.grown, `${ERRORS}.gz`);
  await Promise.all([errors.close(), putOff.close()]);
  for (let index = 0; index < inputs.length; index++)
    await rm(join(folder, inputFile(index)), { force: true });
  for (const grown of [reading, putOff.grown]) if (grown) await rm(join(folder, grown.name), { force: true });
  await rm(join(folder, `${PUT_OFF}.gz`), { force: true });

  /** What refers in circles is written together; what refers to nothing is refused. */
  async function finish(left: Grown): Promise<void> {
    await compressed(folder, left, `${PUT_OFF}.gz`);
    line = 0;
    const lines: Read[] = [];
    for await (const each of ofPutOff()) {
      if (lines.length < MOST_IN_CIRCLES) lines.push(each);
      else await refuse(each, [dangling('More refer to what is not there than can be looked at together.')]);
    }
    const rest = await changed(await parsed(lines));
    const missing = await targets.missing(new Set(rest.flatMap(({ references }) => references)));
    const { ready: circles, waiting } = together(rest, missing);
    for (const each of waiting) {
      const lost = each.references.find((name) => missing.has(name));
      await refuse(each, [dangling(`The reference '${lost}' leads to nothing on this server.`)]);
    }
    await write(circles);
  }
}

/** Resources that may refer to one another in circles, and are written in one commit. */
const MOST_IN_CIRCLES = 5000;

const dangling = (diagnostics: string): Issue => ({ severity: 'error', code: 'business-rule', diagnostics });

/** Whose access it rests on, looked at once a minute. Throws 403 when that has ended. */
async function openAccess(
  { reopen, now }: ImportJobOptions,
  { record }: RunningJob,
): Promise<() => Promise<AccessContext>> {
  const { order } = record.data as ImportData;
  const { subject, clientId } = record.grounds;
  const trail = createTrail({ subject, client: clientId, requestId: record.id });
  let known: AccessContext | undefined;
  let until = 0;
  async function open(): Promise<AccessContext> {
    if (known && until > now()) return known;
    const reopened = await reopen(order.access);
    if (!reopened)
      throw new FhirError(403, [
        { severity: 'error', code: 'forbidden', diagnostics: 'The access that this rests on has ended.' },
      ]);
    known = { ...reopened, trail };
    until = now() + STANDS_MS;
    return known;
  }
  await open();
  return open;
}
