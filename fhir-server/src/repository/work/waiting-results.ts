/** Results that wait for somebody, and what is written of them since: what becomes critical is urgent from then on, and what a report tells waits with the report. */
import { ownersOf } from '../../access/owner-table.ts';
import { WORK_KINDS } from '../../access/write-rules.ts';
import { and, or, type QueryNode } from '../../search/query.ts';
import { tokenNode } from '../../search/types/token.ts';
import type { ResourceStore, StoredVersion } from '../../store/store.ts';
import { storedResource } from '../own-writes.ts';
import { type ResourceJson, resourceOf } from '../text/resource-text.ts';
import { isCriticalReport, type Known, namesIn } from './result-work.ts';
import { contentOf, isCriticalValue, isHeeded, isKeptFromPatient, isTelling } from './work-kinds.ts';

export interface ResultChanges {
  /** Open Tasks that were not urgent, of what is critical now. */
  readonly urgent: readonly StoredVersion[];
  /** `Observation/id` of values that a report tells. */
  readonly told: ReadonlySet<string>;
  /** Reports of which a value has become critical, or is another than the one that somebody withheld. */
  readonly again: ReadonlyMap<string, Again>;
}

export interface Again {
  readonly report: ResourceJson;
  readonly isCritical: boolean;
}

const MOST_VALUES = 100;
/** Panels within panels. */
const MOST_LEVELS = 3;
const MOST_FOUND = 500;
const NOTHING: ResultChanges = { urgent: [], told: new Set(), again: new Map() };

interface Written {
  readonly resource: ResourceJson;
  readonly id: string;
}

/** `isOpen`: of Tasks. */
export async function resultChanges(
  store: ResourceStore,
  known: Known,
  written: readonly Written[],
  isOpen: QueryNode,
): Promise<ResultChanges> {
  const reports = written.filter(
    ({ resource }) => resource.resourceType === 'DiagnosticReport' && isTelling(resource),
  );
  const values = written.filter(
    ({ resource }) => resource.resourceType === 'Observation' && isHeeded(resource),
  );
  if (reports.length === 0 && values.length === 0) return NOTHING;
  const patients = [...reports, ...values].flatMap(({ resource, id }) => ownersOf({ ...resource, id }));
  const open = await openResults(store, [...new Set(patients)], isOpen);
  const told = new Set<string>();
  // Where no value waits by itself, nothing is looked for.
  if (values.length > 0 || open.some((task) => focusOf(task)?.startsWith('Observation/')))
    for (const { resource } of reports)
      for (const name of await valuesOf(store, known, resource)) told.add(name);
  const again = new Map<string, Again>();
  for (const { resource, id } of values) {
    const naming = await reportsNaming(store, `Observation/${id}`);
    if (naming.size > 0) told.add(`Observation/${id}`);
    const before = (await storedResource(store, `Observation/${id}`))?.resource;
    const isWorse = isCriticalValue(resource) && !(before && isCriticalValue(before));
    const isAnother = isKeptFromPatient(resource) && before && contentOf(before) !== contentOf(resource);
    if (!isWorse && !isAnother) continue;
    for (const [name, report] of naming)
      again.set(name, {
        report: known.get(name) ?? report,
        isCritical: isWorse || again.get(name)?.isCritical === true,
      });
  }
  return { urgent: await becomeUrgent(store, known, open, again), told, again };
}

async function openResults(
  store: ResourceStore,
  patients: readonly string[],
  isOpen: QueryNode,
): Promise<readonly StoredVersion[]> {
  if (patients.length === 0) return [];
  const { matches } = await store.search({
    type: 'Task',
    where: and(
      { kind: 'owner', patients },
      or(...['result', 'result-release'].map((code) => tokenNode('code', `${WORK_KINDS}|${code}`))),
      isOpen,
    ),
    sort: [{ by: 'mainDate', descending: true }],
    count: MOST_FOUND,
    total: 'none',
  });
  return matches;
}

const focusOf = (task: StoredVersion): string | undefined =>
  (resourceOf(task).focus as { reference?: string } | undefined)?.reference;

async function becomeUrgent(
  store: ResourceStore,
  known: Known,
  open: readonly StoredVersion[],
  again: ReadonlyMap<string, Again>,
): Promise<StoredVersion[]> {
  const urgent: StoredVersion[] = [];
  for (const task of open) {
    const focus = focusOf(task) ?? '';
    if (resourceOf(task).priority !== 'routine') continue;
    const report = known.get(focus);
    if (again.get(focus)?.isCritical || (report && (await isCriticalReport(store, known, report))))
      urgent.push(task);
  }
  return urgent;
}

/** Its values, and the members of its panels. */
export async function valuesOf(
  store: ResourceStore,
  known: Known,
  report: ResourceJson,
): Promise<Set<string>> {
  const names = new Set(namesIn(report.result));
  for (const name of names) {
    const value = known.get(name) ?? (await storedResource(store, name))?.resource;
    for (const member of namesIn(value?.hasMember)) if (names.size < MOST_VALUES) names.add(member);
  }
  return names;
}

/** Reports that are stored and tell this value, also as a member of a panel; one that was taken back tells nothing. */
export async function reportsNaming(store: ResourceStore, value: string): Promise<Map<string, ResourceJson>> {
  const found = new Map<string, ResourceJson>();
  let level: readonly string[] = [value];
  for (let depth = 0; depth < MOST_LEVELS && level.length > 0; depth++) {
    for (const report of await referring(store, 'DiagnosticReport', 'result', level))
      if (isTelling(resourceOf(report))) found.set(`DiagnosticReport/${report.id}`, resourceOf(report));
    level = (await referring(store, 'Observation', 'has-member', level)).map(({ id }) => `Observation/${id}`);
  }
  return found;
}

async function referring(
  store: ResourceStore,
  type: string,
  param: string,
  targets: readonly string[],
): Promise<readonly StoredVersion[]> {
  const { matches } = await store.search({
    type,
    where: { kind: 'reference', param, targets },
    sort: [{ by: 'mainDate', descending: true }],
    count: MOST_VALUES,
    total: 'none',
  });
  return matches;
}
