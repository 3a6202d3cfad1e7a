/** Lines → resources in the store: parsed, compared with what is there, put off where they refer to what has not come, and written many at once. */
import { FhirError, type Issue } from '@wellspring/profiles';
import type { AccessContext } from '../../access/access-context.ts';
import type { ImportOrder } from '../../operations/bulk/import-order.ts';
import { placeOf } from '../../repository/references.ts';
import type { Repository } from '../../repository/repository.ts';
import type { ResourceJson } from '../../repository/text/resource-text.ts';
import type { ResourceStore } from '../../store/store.ts';
import { type Incoming, incomingOf, isUnchanged, type Origin } from './incoming.ts';
import { createTargets } from './targets.ts';
import { together } from './together.ts';
import { writeBatch } from './write-batch.ts';

export interface Read extends Origin {
  readonly text: string;
  /** What it must be. */
  readonly type?: string | undefined;
}

export interface IntakeOptions {
  readonly store: ResourceStore;
  readonly repository: Repository;
  readonly order: ImportOrder;
  readonly access: () => Promise<AccessContext>;
  /** Told of each line that can't be written. */
  readonly refuse: (origin: Origin, issues: readonly Issue[]) => Promise<void>;
  readonly putOff: (lines: readonly Read[]) => Promise<void>;
  /** Of an interrupted import. */
  readonly counts: Readonly<Record<string, number>>;
  readonly unchanged: number;
}

export interface Intake {
  /** Resolves when the lines are on their way; `landed` when all are. */
  take(lines: readonly Read[]): Promise<void>;
  landed(): Promise<void>;
  /** Of what was put off and stays so: what refers in circles is written together, what refers to nothing is refused. */
  finish(lines: readonly Read[]): Promise<void>;
  /** Written or found as it is, by type. */
  counts(): Record<string, number>;
  unchanged(): number;
}

/** Batches that are written while the next one is read: one is prepared here while the other waits for the disk. */
const AT_ONCE = 2;

export function createIntake(options: IntakeOptions): Intake {
  const { store, repository, order, access, refuse } = options;
  const targets = createTargets(store);
  const incoming = { baseUrl: repository.baseUrl, source: order.source };
  const provenance =
    order.provenance === undefined ? undefined : (JSON.parse(order.provenance) as ResourceJson);
  const counts = new Map(Object.entries(options.counts));
  const writing: { readonly names: ReadonlySet<string>; readonly done: Promise<void> }[] = [];
  let { unchanged } = options;

  function isThere({ resource: { resourceType }, name }: Incoming): void {
    counts.set(resourceType, (counts.get(resourceType) ?? 0) + 1);
    targets.known(name);
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
    const { clientId } = await access();
    return batch.filter((each) => {
      const before = seen.has(each.name) ? undefined : there.get(each.name);
      seen.add(each.name);
      if (!before || !isUnchanged(each, before, clientId)) return true;
      unchanged += 1;
      isThere(each);
      return false;
    });
  }

  const missingOf = (batch: readonly Incoming[]): Promise<Set<string>> =>
    targets.missing(new Set(batch.flatMap(({ references }) => references)));

  /** Those whose references lead somewhere, or to one another; the others wait. */
  async function ready(batch: readonly Incoming[]): Promise<readonly Incoming[]> {
    if (!repository.enforcesReferences) return batch;
    const parts = together(batch, await missingOf(batch));
    await options.putOff(parts.waiting);
    return parts.ready;
  }

  async function write(batch: readonly Incoming[]): Promise<void> {
    if (batch.length === 0) return;
    const { written, refused } = await writeBatch(repository, await access(), batch, provenance);
    for (const each of written) isThere(each);
    for (const each of refused) await refuse(each.incoming, each.issues);
  }

  async function landed(): Promise<void> {
    for (const { done } of writing.splice(0)) await done;
  }

  return {
    landed,
    counts: () => Object.fromEntries(counts),
    unchanged: () => unchanged,
    async take(lines) {
      const batch = await parsed(lines);
      // What stands in two batches is written in the order of the lines.
      if (batch.some(({ name }) => writing.some(({ names }) => names.has(name)))) await landed();
      const wanted = await ready(await changed(batch));
      if (writing.length >= AT_ONCE) await writing.shift()?.done;
      const done = write(wanted);
      // Told when it is waited for.
      done.catch(() => undefined);
      writing.push({ names: new Set(wanted.map(({ name }) => name)), done });
    },
    async finish(lines) {
      const rest = await changed(await parsed(lines));
      const missing = await missingOf(rest);
      const { ready: circles, waiting } = together(rest, missing);
      for (const each of waiting) {
        const lost = each.references.find((name) => missing.has(name)) ?? '';
        const place = placeOf(each.resource, lost);
        await refuse(each, [dangling(`The reference '${lost}' leads to nothing on this server.`, place)]);
      }
      await write(circles);
    },
  };
}

export const dangling = (diagnostics: string, expression?: string): Issue => ({
  severity: 'error',
  code: 'business-rule',
  diagnostics,
  ...(expression === undefined ? {} : { expression }),
});
