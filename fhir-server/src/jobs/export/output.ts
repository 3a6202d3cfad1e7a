/** The files of an export: open while they are written to, known when they are closed and saved with the place that was reached. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { FhirError, operationOutcome } from '@wellspring/profiles';
import type { Stands } from '../../access/standing.ts';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { ExportData, ExportedFile } from '../../operations/bulk/export-order.ts';
import type { RunningJob } from '../runner.ts';
import { createDisclosure } from './disclosure.ts';
import { createExportFile, type ExportFile } from './export-file.ts';

export interface OutputOptions {
  readonly audit: Pick<AuditLog, 'append'>;
  readonly stands: Stands;
  /** Resources in one file. */
  readonly fileResources: number;
  readonly now: () => number;
  /** For how long it counts that it stands, a minute at most, by `elapsed`, a clock that nobody sets. */
  readonly standsMs: number;
  readonly elapsed: () => number;
}

const FILE_CHARACTERS = 268_435_456;
const SAVE_MS = 2000;

export interface Output {
  requireStanding(): Promise<void>;
  notices(): Promise<void>;
  /** `header`: a line before them, which counts as no resource (so SMART's own client counts too). */
  write(list: ExportedFile['list'], type: string, lines: readonly string[], header?: string): Promise<void>;
  /** Whose records something of is written. */
  disclose(patients: readonly string[]): void;
  /** All before this place is written: files that are full are closed, and from time to time it is told how far it is. */
  reached(place: Pick<ExportData, 'at' | 'after'>, where: string): Promise<void>;
  endOfType(): Promise<void>;
  end(): Promise<void>;
}

export function createOutput(
  options: OutputOptions,
  folder: string,
  job: RunningJob,
  begun: ExportData,
): Output {
  const { now, elapsed, stands, standsMs, fileResources } = options;
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
  const disclosure = createDisclosure(options, job.record, '$export');
  let lastSave = now();
  let lastAsked = Number.NEGATIVE_INFINITY;

  async function requireStanding(): Promise<void> {
    if (elapsed() - lastAsked < standsMs) return;
    if (!(await stands(job.record.grounds)))
      throw new FhirError(403, [
        { severity: 'error', code: 'forbidden', diagnostics: 'The access that this rests on has ended.' },
      ]);
    lastAsked = elapsed();
  }

  async function write(
    list: ExportedFile['list'],
    type: string,
    lines: readonly string[],
    header?: string,
  ): Promise<void> {
    if (lines.length === 0) return;
    const key = `${list} ${type}`;
    let found = open.get(key);
    if (!found) {
      made += 1;
      const name = `${list === 'output' ? type || 'records' : list}-${made}-${turn}.ndjson`;
      found = { file: createExportFile(join(folder, `${name}.gz`)), entry: { name, list, type } };
      open.set(key, found);
    }
    await found.file.write(header === undefined ? lines : [header, ...lines], lines.length);
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
