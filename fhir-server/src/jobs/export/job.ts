/**
 * The work of `$export`: walks the types one after the other in pages and writes files. What is closed is saved with the place that it was reached at, so whoever
 * goes on after a crash begins after the last whole file. Reads are in the search threads, compression in the thread pool, writing waits for the disk.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FhirError, operationOutcome } from '@wellspring/profiles';
import type { Stands } from '../../access/standing.ts';
import type { AuditLog } from '../../audit/audit-log.ts';
import {
  EXPORT,
  type ExportData,
  type ExportedFile,
  type ExportOrder,
  PATIENTS,
} from '../../operations/bulk/export-order.ts';
import type { ResourceStore, StoredVersion } from '../../store/store.ts';
import type { JobKind, RunningJob } from '../runner.ts';
import { createDisclosure } from './disclosure.ts';
import { createExportFile, type ExportFile } from './export-file.ts';
import { havingMatch } from './having-match.ts';
import { createLineOf, deletionLine, headerLine } from './lines.ts';
import { createProvenances, type Provenances } from './provenance.ts';
import { createSelection, type SelectedType, type Selection } from './selection.ts';

export interface ExportJobOptions {
  readonly store: ResourceStore;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly stands: Stands;
  readonly baseUrl: string;
  readonly folder: string;
  /** Resources in one file. */
  readonly fileResources: number;
  readonly now: () => number;
}

const FILE_CHARACTERS = 268_435_456;
const SAVE_MS = 2000;
const STANDS_MS = 60_000;
const OLD_MS = 3_600_000;

export function createExportJob(options: ExportJobOptions): JobKind {
  const folderOf = (id: string): string => join(options.folder, id);
  return {
    kind: EXPORT,
    run: (job) => runExport(options, folderOf(job.record.id), job),
    remove: (id) => rm(folderOf(id), { recursive: true, force: true }),
    async tidy(known) {
      for (const name of await readdir(options.folder).catch(() => []))
        if (!known.has(name) && (await isOld(folderOf(name))))
          await rm(folderOf(name), { recursive: true, force: true });
    },
  };
}

/** A file that is being handed up has a folder before it has a job. */
async function isOld(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > OLD_MS;
}

async function runExport(options: ExportJobOptions, folder: string, job: RunningJob): Promise<void> {
  const { store, baseUrl } = options;
  let data = job.record.data as ExportData;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (!(await areThere(folder, data.files))) data = { ...data, at: 0, files: [], resources: 0 };
  if (data.time === undefined) {
    data = { ...data, time: (await store.logEnd()).time };
    await job.save(data, 'starting');
  }
  const { order, time = 0 } = data;
  const patients = await patientsOf(options, job, order, time);
  const selection = createSelection({ store, baseUrl, order, time, patients, most: options.fileResources });
  const output = createOutput(options, folder, job, data);
  await output.requireStanding();
  if (data.files.length === 0) await output.notices();
  const provenances = createProvenances(store, baseUrl, order, selection);
  const lineOf = createLineOf(baseUrl, order.elements);
  async function byType(at: number, after: string | undefined): Promise<void> {
    const type = selection.types[at] as SelectedType;
    for (let from = after; ; ) {
      job.check();
      // Provenances of what is exported come whenever they were written.
      const always = type.type === 'Provenance' && order.provenance !== 'all';
      const { versions, next } = await selection.page(type, { after: from, always });
      const live = versions.filter(({ body }) => body !== undefined);
      const shown = type.type === 'Provenance' ? await provenances.keep(live) : live;
      const gone = versions.filter(({ body }) => body === undefined);
      const told = new Set<StoredVersion>(order.organizedBy ? gone : [...shown, ...gone]);
      output.disclose(versions.flatMap((version) => (told.has(version) ? version.owners : [])));
      if (!order.organizedBy) await output.write('output', type.type, shown.map(lineOf));
      await output.write('deleted', 'Bundle', gone.map(deletionLine));
      await output.reached(next === undefined ? { at: at + 1 } : { at, after: next }, type.type);
      if (next === undefined) return;
      from = next;
    }
  }

  const steps = selection.types.length;
  // Organized by patients, the types tell the deletions only; then the patients follow.
  const skipsTypes = order.organizedBy !== undefined && order.since === undefined;
  for (let { at, after } = data; at < steps && !skipsTypes; at++, after = undefined) {
    await byType(at, after);
    await output.endOfType();
  }
  const from = data.at >= steps ? data.after : undefined;
  if (order.organizedBy) await byPatient({ selection, provenances, output, job, lineOf }, from);
  await output.end();
}

/** Those that are listed, and that have what a Group asks of its members. undefined: all. */
async function patientsOf(
  { store, baseUrl }: ExportJobOptions,
  job: RunningJob,
  order: ExportOrder,
  time: number,
): Promise<ReadonlySet<string> | undefined> {
  const given = order.listed ? await job.part(PATIENTS) : undefined;
  let patients = given === undefined ? undefined : new Set(JSON.parse(given) as string[]);
  for (const filter of order.memberFilters) {
    const found = await havingMatch({ store, baseUrl, check: () => job.check() }, filter, time);
    patients = patients ? patients.intersection(found) : found;
  }
  return patients;
}

interface Blocks {
  readonly selection: Selection;
  readonly provenances: Provenances;
  readonly output: Output;
  readonly job: RunningJob;
  readonly lineOf: (version: StoredVersion) => string;
}

/** A block for each patient: a header, themselves, and what their record holds. Never split: a file may grow beyond its measure for the last one in it. */
async function byPatient(blocks: Blocks, after: string | undefined): Promise<void> {
  const { selection, output } = blocks;
  const everybody: SelectedType = { type: 'Patient', where: { kind: 'all' } };
  for (let from = after; ; ) {
    const { versions, next } = await selection.page(everybody, { after: from, always: true });
    for (const { id } of versions) {
      await writeBlock(blocks, id);
      await output.reached({ at: selection.types.length, after: id }, 'by patients');
    }
    if (next === undefined) return;
    from = next;
  }
}

async function writeBlock(
  { selection, provenances, output, job, lineOf }: Blocks,
  patient: string,
): Promise<void> {
  const names: string[] = [];
  async function write(versions: readonly StoredVersion[]): Promise<void> {
    if (versions.length === 0) return;
    const header = names.length === 0 ? [headerLine(patient)] : [];
    names.push(...versions.map(({ type, id }) => `${type}/${id}`));
    output.disclose([patient]);
    await output.write('output', '', [...header, ...versions.map(lineOf)]);
  }
  const own = selection.types.filter(({ type }) => type === 'Patient');
  const others = selection.types.filter(({ type }) => type !== 'Patient' && type !== 'Provenance');
  for (const type of [...own, ...others]) {
    for (let after: string | undefined; ; ) {
      job.check();
      const page = await selection.page(type, { after, patient });
      await write(page.versions);
      if (page.next === undefined) break;
      after = page.next;
    }
  }
  if (selection.types.some(({ type }) => type === 'Provenance'))
    await write(await provenances.keep(await provenances.about(names)));
}

interface Output {
  requireStanding(): Promise<void>;
  notices(): Promise<void>;
  write(list: ExportedFile['list'], type: string, lines: readonly string[]): Promise<void>;
  /** Whose records something of is written. */
  disclose(patients: readonly string[]): void;
  /** All before this place is written: files that are full are closed, and from time to time it is told how far it is. */
  reached(place: Pick<ExportData, 'at' | 'after'>, where: string): Promise<void>;
  endOfType(): Promise<void>;
  end(): Promise<void>;
}

function createOutput(options: ExportJobOptions, folder: string, job: RunningJob, begun: ExportData): Output {
  const { now, stands, fileResources } = options;
  const open = new Map<string, { file: ExportFile; entry: Omit<ExportedFile, 'count' | 'bytes' | 'size'> }>();
  let saved = begun;
  let place: Pick<ExportData, 'at' | 'after'> = {
    at: begun.at,
    ...(begun.after === undefined ? {} : { after: begun.after }),
  };
  let unsaved: ExportedFile[] = [];
  let resources = begun.resources;
  let made = begun.files.length;
  // A name of this turn alone: whoever was interrupted may still be writing to its own.
  const turn = randomBytes(4).toString('hex');
  const disclosure = createDisclosure(options, job.record);
  let lastSave = now();
  let lastAsked = 0;

  async function requireStanding(): Promise<void> {
    if (now() - lastAsked < STANDS_MS) return;
    if (!(await stands(job.record.grounds)))
      throw new FhirError(403, [
        { severity: 'error', code: 'forbidden', diagnostics: 'The access that this rests on has ended.' },
      ]);
    lastAsked = now();
  }

  async function write(list: ExportedFile['list'], type: string, lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    const key = `${list} ${type}`;
    let found = open.get(key);
    if (!found) {
      made += 1;
      const name = `${list === 'output' ? type || 'records' : list}-${made}-${turn}.ndjson`;
      found = { file: createExportFile(join(folder, `${name}.gz`)), entry: { name, list, type } };
      open.set(key, found);
    }
    await found.file.write(lines);
    if (list === 'output') resources += lines.length;
  }

  async function closeAll(): Promise<void> {
    for (const [key, { file, entry }] of open) {
      open.delete(key);
      unsaved.push({ ...entry, count: file.count, ...(await file.close()) });
    }
  }

  async function save(where: string): Promise<void> {
    const isWhole = open.size === 0;
    if (isWhole) await disclosure.keep();
    const { after: _, ...rest } = saved;
    if (isWhole) {
      saved = { ...rest, ...place, resources, files: [...saved.files, ...unsaved] };
      unsaved = [];
    }
    const percent = Math.floor((100 * place.at) / (saved.order.types.length + 1));
    await job.save(saved, `${percent}% done, ${resources} resources, ${where}`);
    lastSave = now();
  }

  return {
    requireStanding,
    disclose: disclosure.add,
    write,
    async notices() {
      const lines = saved.order.notices.map((issue) => JSON.stringify(operationOutcome([issue])));
      await write('error', 'OperationOutcome', lines);
      await closeAll();
      await save('starting');
    },
    async reached(next, where) {
      place = next;
      const isFull = [...open.values()].some(
        ({ file }) => file.count >= fileResources || file.size >= FILE_CHARACTERS,
      );
      if (isFull) await closeAll();
      if (isFull || now() - lastSave >= SAVE_MS) {
        await requireStanding();
        await save(where);
      }
    },
    /** A file holds one type; deletions of all go together. */
    async endOfType() {
      const others = [...open].filter(([, { entry }]) => entry.list === 'output');
      if (others.length > 0) await closeAll();
    },
    async end() {
      await closeAll();
      await save('done');
    },
  };
}

/** Whether all is there that was saved: another machine may not see this one's disk, and begins anew. */
async function areThere(folder: string, files: readonly ExportedFile[]): Promise<boolean> {
  for (const { name, bytes } of files) {
    const found = await stat(join(folder, `${name}.gz`)).catch(() => undefined);
    if (!found || found.size < bytes) return false;
  }
  return true;
}
