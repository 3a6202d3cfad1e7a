/** Loads a folder of Synthea Bundles: the directory first, then patients a few at a time. */
import type { Bundle, BundleEntry, OperationOutcome } from '@medplum/fhirtypes';
import { describeOutcome, type FhirClient, FhirResponseError } from '../fhir/fhir-client.ts';
import { count, type Progress, rate } from '../progress.ts';
import { hashFile, listBundleFiles, readBundleFile } from './files.ts';
import type { LoadState } from './load-state.ts';
import { repeatableBundle } from './repeatable-bundle.ts';

export interface SyntheaOptions {
  readonly directory: string;
  readonly concurrency: number;
  readonly again: boolean;
  readonly keepGoing: boolean;
  readonly client: FhirClient;
  readonly state: LoadState;
  readonly progress: Progress;
}

export interface SyntheaReport {
  readonly files: number;
  readonly skipped: number;
  readonly resources: number;
  readonly milliseconds: number;
  readonly errors: readonly string[];
}

interface Tally {
  done: number;
  loaded: number;
  skipped: number;
  resources: number;
  readonly total: number;
  readonly errors: string[];
}

export async function loadSynthea(options: SyntheaOptions): Promise<SyntheaReport> {
  const started = performance.now();
  const { first, patients } = await listBundleFiles(options.directory);
  const tally: Tally = {
    done: 0,
    loaded: 0,
    skipped: 0,
    resources: 0,
    total: first.length + patients.length,
    errors: [],
  };
  // Patients refer to hospitals and practitioners by search, so those must be there before.
  await inParallel(first, 1, (name) => loadFile(options, name, tally));
  if (options.keepGoing || tally.errors.length === 0) {
    await inParallel(patients, options.concurrency, (name) => loadFile(options, name, tally));
  }
  options.progress.end();
  return {
    files: tally.loaded,
    skipped: tally.skipped,
    resources: tally.resources,
    milliseconds: performance.now() - started,
    errors: tally.errors,
  };
}

/** Takes items from the list with `workers` hands until it is empty or one of them says stop. */
async function inParallel(
  items: readonly string[],
  workers: number,
  work: (item: string) => Promise<'go' | 'stop'>,
): Promise<void> {
  const queue = items.values();
  let stopped = false;
  const hand = async () => {
    for (const item of queue) {
      if (stopped) return;
      if ((await work(item)) === 'stop') stopped = true;
    }
  };
  await Promise.all(Array.from({ length: workers }, hand));
}

async function loadFile(options: SyntheaOptions, name: string, tally: Tally): Promise<'go' | 'stop'> {
  try {
    if (!options.again && (await isLoaded(options, name))) tally.skipped++;
    else {
      // Not `+= await`: that would add to what the tally was before the other hands went on.
      const resources = await sendFile(options, name);
      tally.resources += resources;
      tally.loaded++;
    }
  } catch (error) {
    tally.errors.push((error as Error).message);
    if (!options.keepGoing) return 'stop';
  } finally {
    tally.done++;
    options.progress.update({
      label: 'files',
      done: tally.done,
      total: tally.total,
      resources: tally.resources,
    });
  }
  return 'go';
}

/** Loaded before, and the server still has it: a database that was emptied since is noticed. */
async function isLoaded({ directory, client, state }: SyntheaOptions, name: string): Promise<boolean> {
  const known = state.get(await hashFile(directory, name));
  const [type, id] = known?.probe.split('/') ?? [];
  return type !== undefined && id !== undefined && (await client.exists(type, id));
}

async function sendFile({ directory, client, state }: SyntheaOptions, name: string): Promise<number> {
  const { hash, json } = await readBundleFile(directory, name);
  const bundle = repeatableBundle(json, name);
  const response = await client.transaction(bundle).catch((error: unknown) => {
    throw explain(error, name, bundle);
  });
  const entries = response.entry ?? [];
  checkEntries(entries, bundle, name);
  const probe = probeOf(entries, bundle);
  if (probe !== undefined) await state.add(hash, { probe, resources: entries.length });
  return entries.length;
}

/** A batch answers 200 as a whole; what failed stands in its entries. */
function checkEntries(entries: readonly BundleEntry[], bundle: Bundle, name: string): void {
  const sent = bundle.entry?.length ?? 0;
  if (entries.length !== sent)
    throw new Error(`${name}: ${sent} entries were sent, ${entries.length} answered`);
  for (const [index, { response }] of entries.entries()) {
    if (/^2\d\d/.test(response?.status ?? '')) continue;
    throw new Error(
      `${name}, ${entryName(bundle, index)}: ${response?.status ?? 'no status'}: ${describeOutcome(response?.outcome as OperationOutcome | undefined)}`,
    );
  }
}

/**
 * A resource of the file by which it can be known later whether the server still has it. Without one (conditional
 * creates that all matched) the file is sent again next time, which changes nothing.
 */
function probeOf(entries: readonly BundleEntry[], bundle: Bundle): string | undefined {
  for (const [index, { response }] of entries.entries()) {
    const request = bundle.entry?.[index]?.request;
    // A server need not say where an update is that changed nothing; its request says it.
    const place = response?.location ?? (request?.method === 'PUT' ? request.url : '');
    const found = /([A-Za-z]+\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]+)?$/.exec(place)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

function explain(error: unknown, name: string, bundle: Bundle): Error {
  if (!(error instanceof FhirResponseError)) return error as Error;
  const index = /entry\[(\d+)\]/.exec(JSON.stringify(error.outcome ?? ''))?.[1];
  const where = index === undefined ? name : `${name}, ${entryName(bundle, Number(index))}`;
  const what =
    error.outcome === undefined ? error.message : `${error.status}: ${describeOutcome(error.outcome)}`;
  return new Error(`${where}: ${what}`);
}

function entryName({ entry }: Bundle, index: number): string {
  const { resource, request } = entry?.[index] ?? {};
  return `entry ${index} (${request?.url ?? resource?.resourceType ?? 'unknown'})`;
}

/** The report in one line, and a line for each error. */
export function describeReport({ files, skipped, resources, milliseconds, errors }: SyntheaReport): string {
  const before = skipped === 0 ? '' : ` (${skipped} were there already)`;
  const summary = `${files} files${before}, ${count(resources)} resources, ${(milliseconds / 1000).toFixed(1)} s, ${rate(resources, milliseconds)}, ${errors.length} errors`;
  return [...errors.map((error) => `error: ${error}`), summary].join('\n');
}
