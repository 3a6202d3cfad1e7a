/** What a profile says of a value beside its type: the least and the most, how long a text is and of which form (https://hl7.org/fhir/R4/elementdefinition.html). */
import { isObject } from '../../fhirpath/node.ts';
import { type Pattern, wholePatternOf } from '../../fhirpath/pattern.ts';
import { compareValues } from '../questionnaire/compare-values.ts';
import type { Bounds } from './profile-tree.ts';

export interface BoundFault {
  readonly severity: 'error' | 'warning';
  readonly code: 'value' | 'not-supported';
  readonly text: string;
}

export function boundFaults(bounds: Bounds, value: unknown, type: string): BoundFault[] {
  if (typeof value === 'string')
    return [...orderFaults(bounds, value, type), ...textFaults(bounds, value), ...formFaults(bounds, value)];
  return typeof value === 'number' || isObject(value) ? orderFaults(bounds, value, type) : [];
}

function orderFaults({ least, most }: Bounds, value: unknown, type: string): BoundFault[] {
  const faults: BoundFault[] = [];
  const [below, above] = [least, most].map((bound) => bound && compareValues({ type, value }, bound));
  if (below !== undefined && below < 0)
    faults.push(error(`The value must be ${shown(least?.value)} at least.`));
  if (above !== undefined && above > 0)
    faults.push(error(`The value must be ${shown(most?.value)} at most.`));
  const isOpen = (least && below === undefined) || (most && above === undefined);
  // A choice may hold what the bound is not about.
  if (isOpen && (least ?? most)?.type === type)
    faults.push(warning('The value was not held against the bounds: they can not be compared.'));
  return faults;
}

function textFaults({ maxLength }: Bounds, value: string): BoundFault[] {
  return maxLength !== undefined && [...value].length > maxLength
    ? [error(`The value may have ${maxLength} characters at most.`)]
    : [];
}

function formFaults(bounds: Bounds, value: string): BoundFault[] {
  if (bounds.forms.length === 0) return [];
  return patternsOf(bounds).flatMap((pattern, i): BoundFault[] => {
    if (!pattern)
      return [warning('The form of the value was not checked: its regular expression is not covered here.')];
    return pattern.test(value)
      ? []
      : [error(`The value must be of the form ${bounds.forms[i]?.slice(0, 200)}`)];
  });
}

const made = new WeakMap<Bounds, readonly (Pattern | undefined)[]>();

/** Made when the first value asks for them, and once. */
function patternsOf(bounds: Bounds): readonly (Pattern | undefined)[] {
  const patterns = made.get(bounds) ?? bounds.forms.map(wholePatternOf);
  made.set(bounds, patterns);
  return patterns;
}

const shown = (value: unknown): string => JSON.stringify(value).slice(0, 200);
const error = (text: string): BoundFault => ({ severity: 'error', code: 'value', text });
const warning = (text: string): BoundFault => ({ severity: 'warning', code: 'not-supported', text });
