/** Whether an expansion lists all codes of its set, or some: then what it does not list may be in the set all the same (https://hl7.org/fhir/R4/valueset.html#expansion). */
import type { Expansion, ExpansionItem } from './resources.ts';

/** By which codes are left out that are in the set; `total` counts those that are left. */
const NARROWING: ReadonlySet<string> = new Set(['activeOnly', 'exclude-system', 'excludeNotForUI', 'filter']);
const PAGING: ReadonlySet<string> = new Set(['count', 'offset']);
const OPEN: ReadonlySet<string> = new Set([
  'http://hl7.org/fhir/StructureDefinition/valueset-toocostly',
  'http://hl7.org/fhir/StructureDefinition/valueset-unclosed',
]);

type Parameter = NonNullable<Expansion['parameter']>[number];

export function isPartOnly(expansion: Expansion): boolean {
  const { total, offset = 0, parameter = [], contains = [], extension = [] } = expansion;
  if (offset > 0 || parameter.some(isNarrowing)) return true;
  if (extension.some(({ url, valueBoolean }) => OPEN.has(url) && valueBoolean !== false)) return true;
  return total === undefined ? parameter.some(({ name }) => PAGING.has(name)) : total > countOf(contains);
}

function isNarrowing(parameter: Parameter): boolean {
  if (!NARROWING.has(parameter.name)) return false;
  const [, value] = Object.entries(parameter).find(([key]) => key.startsWith('value')) ?? [];
  return value !== undefined && value !== false && value !== '';
}

const countOf = (items: readonly ExpansionItem[]): number =>
  items.reduce((sum, { code, contains = [] }) => sum + (code === undefined ? 0 : 1) + countOf(contains), 0);
