/**
 * The work of `$export`: walks the types one after the other in pages and writes files. What is closed is saved with the place that it was reached at, so whoever
 * goes on after a crash begins after the last whole file. Reads are in the search threads, compression in the thread pool, writing waits for the disk.
 */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  EXPORT,
  type ExportData,
  type ExportedFile,
  type ExportOrder,
  PATIENTS,
} from '../../operations/bulk/export-order.ts';
import type { ResourceStore, StoredVersion } from '../../store/store.ts';
import type { JobKind, RunningJob } from '../runner.ts';
import { byPatient } from './by-patient.ts';
import { havingHadMatch, havingMatch } from './having-match.ts';
import { createLineOf, deletionLine } from './lines.ts';
import { createOutput, type OutputOptions } from './output.ts';
import { createProvenances } from './provenance.ts';
import { createSelection, type SelectedType } from './selection.ts';

export interface ExportJobOptions extends OutputOptions {
  readonly store: ResourceStore;
  readonly baseUrl: string;
  readonly folder: string;
}

const OLD_MS = 3_600_000;

export function createExportJob(options: ExportJobOptions): JobKind {
  const folderOf = (id: string): string => join(options.folder, id);
  return {
    kind: EXPORT,
    keepsFiles: true,
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
      const isProvenance = type.type === 'Provenance';
      const live = versions.filter(({ body }) => body !== undefined);
      const shown = isProvenance ? await provenances.keep(live) : live;
      const deleted = versions.filter(({ body }) => body === undefined);
      const gone = isProvenance ? await provenances.keepDeleted(deleted) : deleted;
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

/** Those that are listed, and that have what a Group asks of its members; of the deletions those who had it until they were deleted. undefined: all. */
async function patientsOf(
  { store, baseUrl }: ExportJobOptions,
  job: RunningJob,
  { listed, memberFilters, since }: ExportOrder,
  time: number,
): Promise<ReadonlySet<string> | undefined> {
  const given = listed ? await job.part(PATIENTS) : undefined;
  const named = given === undefined ? undefined : new Set(JSON.parse(given) as string[]);
  if (memberFilters.length === 0) return named;
  const matching = { store, baseUrl, check: () => job.check() };
  const found: Set<string>[] = [];
  for (const filter of memberFilters) found.push(await havingMatch(matching, filter, time));
  const members = found.reduce((some, those) => some.intersection(those));
  const gone =
    since === undefined
      ? new Set<string>()
      : await havingHadMatch(matching, memberFilters, found, { since, time });
  const meant = members.union(gone);
  return named ? named.intersection(meant) : meant;
}

/** Whether all is there that was saved: another machine may not see this one's disk, and begins anew. */
async function areThere(folder: string, files: readonly ExportedFile[]): Promise<boolean> {
  for (const { name, bytes } of files) {
    const found = await stat(join(folder, `${name}.gz`)).catch(() => undefined);
    if (!found || found.size < bytes) return false;
  }
  return true;
}
