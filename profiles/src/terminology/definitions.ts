/** The terminology of the loaded definitions: R4's own, and on top of it that of loaded packages. */
import { loadConceptMaps, loadTerminology } from '../compile/cache.ts';
import type { CodeSystem, ConceptMap, ValueSet } from './resources.ts';
import { createTerminology, type Terminology } from './terminology.ts';

let base: Terminology | undefined;
let current: Terminology | undefined;
let ownMaps: readonly ConceptMap[] | undefined;
let loadedMaps: readonly ConceptMap[] = [];

/** Read from disk when it is first asked for. */
export function terminology(): Terminology {
  base ??= createTerminology(loadTerminology());
  current ??= base;
  return current;
}

/** Sets and systems of a loaded package, before those of R4. */
export function addTerminology(resources: Iterable<CodeSystem | ValueSet>): void {
  current = createTerminology(resources, terminology());
}

/** Maps of loaded packages, then R4's own. */
export function conceptMaps(): readonly ConceptMap[] {
  ownMaps ??= loadConceptMaps();
  return [...loadedMaps, ...ownMaps];
}

/** A later map with the same URL replaces an earlier one. */
export function addConceptMaps(maps: readonly ConceptMap[]): void {
  const urls = new Set(maps.map(({ url }) => url));
  loadedMaps = [...maps, ...loadedMaps.filter(({ url }) => !urls.has(url))];
}
