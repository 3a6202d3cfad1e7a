/**
 * Whether a text is a unit of UCUM (https://ucum.org/ucum). How units are put together is read here; the simple ones are known to the library that the
 * U.S. National Library of Medicine keeps, which is loaded when the first is met. It never sees a whole text: its cost grows with brackets, and it writes to the console what it can't read.
 */
import { createRequire } from 'node:module';

interface Units {
  validateUnitString(unit: string): { readonly status: string };
}

/** Longer ones are not looked at. */
const MOST_CHARACTERS = 100;
const ANNOTATION = /\{[!-z|~]*\}/g;
/** A number, or a unit with its prefix and exponent: `10*9`, `mm[Hg]`, `s-1`. */
const SIMPLE = /(?:[^./()[\]{}\s]|\[[^[\]{}\s]*\])+/g;
const NUMBER = /^\d+$/;
const UNIT = /^[\w%'"*^]*(?:\[\w[\w./^'-]*(?:\(1\/2\))?\][\w%'"]*)*(?:[+-]\d+)?$/;
/** Names that the library's tables, being objects, seem to have. */
const INHERITED = Object.getOwnPropertyNames(Object.prototype);

export function isUcum(text: string): boolean {
  if (text.length > MOST_CHARACTERS) return true;
  if (!/^[!-~]+$/.test(text)) return false;
  const bare = text.replace(ANNOTATION, '{}');
  const simple = bare.replaceAll('{}', '').match(SIMPLE) ?? [];
  return isTerm(bare) && simple.every((each) => NUMBER.test(each) || isSimpleUnit(each));
}

/** Simple units with annotations, joined by `.` and `/`, in brackets. */
function isTerm(bare: string): boolean {
  let term = bare.replace(SIMPLE, 'u').replace(/u(?:\{\})+|(?<![)}])(?:\{\})+/g, 'u');
  for (let before = ''; before !== term; ) {
    before = term;
    term = term.replace(/u[./]u/g, 'u').replace(/\(\/?u\)(?:\{\})*/g, 'u');
  }
  return term === 'u' || term === '/u';
}

const MOST_KEPT = 2000;
const MOST_OF_UNIT = 24;
let units: Units | undefined;
const known = new Map<string, boolean>();

function isSimpleUnit(unit: string): boolean {
  if (unit.length > MOST_OF_UNIT || !UNIT.test(unit)) return false;
  if (INHERITED.some((name) => unit.includes(name))) return false;
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
