/** Critical values that waited with a report, once that report is there no more: they wait by themselves again, for nobody has looked at them with it. */
import type { ResourceStore } from '../../store/store.ts';
import { storedResource } from '../own-writes.ts';
import type { ResourceJson } from '../text/resource-text.ts';
import type { Known } from './result-work.ts';
import { reportsNaming, valuesOf } from './waiting-results.ts';
import { isCriticalValue, isTelling } from './work-kinds.ts';

interface Value {
  /** `Observation/id`. */
  readonly name: string;
  readonly resource: ResourceJson;
}

/** `over`: `DiagnosticReport/id` of those that tell nothing from now on. `gone`: `Type/id` of all that is deleted. */
export async function untoldValues(
  store: ResourceStore,
  known: Known,
  over: ReadonlySet<string>,
  gone: ReadonlySet<string>,
): Promise<Value[]> {
  const names = new Set<string>();
  for (const report of over) {
    const before = (await storedResource(store, report))?.resource;
    if (before) for (const name of await valuesOf(store, known, before)) names.add(name);
  }
  if (names.size === 0) return [];
  const told = await toldNow(store, known);
  const values: Value[] = [];
  for (const name of names) {
    if (told.has(name) || gone.has(name)) continue;
    const resource = known.get(name) ?? (await storedResource(store, name))?.resource;
    if (resource?.resourceType !== 'Observation' || !isCriticalValue(resource)) continue;
    const others = [...(await reportsNaming(store, name)).keys()];
    if (others.some((each) => !over.has(each) && !gone.has(each) && !known.has(each))) continue;
    values.push({ name, resource });
  }
  return values;
}

/** By reports that are written now. */
async function toldNow(store: ResourceStore, known: Known): Promise<ReadonlySet<string>> {
  const told = new Set<string>();
  for (const report of known.values())
    if (report.resourceType === 'DiagnosticReport' && isTelling(report))
      for (const name of await valuesOf(store, known, report)) told.add(name);
  return told;
}
