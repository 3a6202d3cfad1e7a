/** Whether a text is a unit of UCUM (https://ucum.org/ucum), by the library that the U.S. National Library of Medicine keeps. It is loaded when it is first needed. */
import { createRequire } from 'node:module';

interface Units {
  validateUnitString(unit: string): { readonly status: string };
}

/** Longer ones are not looked at. */
const MOST_CHARACTERS = 100;
const MOST_KEPT = 2000;

let units: Units | undefined;
const known = new Map<string, boolean>();

export function isUcum(unit: string): boolean {
  if (unit.length > MOST_CHARACTERS) return true;
  const found = known.get(unit);
  if (found !== undefined) return found;
  units ??= loaded();
  const is = units.validateUnitString(unit).status === 'valid';
  if (known.size < MOST_KEPT) known.set(unit, is);
  return is;
}

function loaded(): Units {
  const require = createRequire(import.meta.url);
  return require('@lhncbc/ucum-lhc').UcumLhcUtils.getInstance();
}
