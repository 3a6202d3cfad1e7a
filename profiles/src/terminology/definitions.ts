/** The terminology of the loaded definitions: R4's own, and on top of it that of loaded packages. */
import { loadTerminology } from '../compile/cache.ts';
import { type CodeSystem, createTerminology, type Terminology, type ValueSet } from './terminology.ts';

let base: Terminology | undefined;
let current: Terminology | undefined;

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
