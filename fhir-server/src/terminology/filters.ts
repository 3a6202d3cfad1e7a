/** ValueSet.compose.include.filter (https://hl7.org/fhir/R4/valueset-filter-operator.html) of one concept. */
import { type Filter, type Pattern, patternOf, propertyText, tooCostly } from '@wellspring/profiles';
import { createBreath } from '../breath.ts';
import {
  type CodeSource,
  type FoundConcept,
  isSameCode,
  parentsOf,
  UnsupportedFilter,
} from './code-source.ts';
import { type Constraint, constraintOf } from './expression-constraint.ts';
import { inOwnWords, LOINC, SNOMED } from './published-filters.ts';
import { hasValue } from './typed-values.ts';

/** What a filter asks of concepts; `above`: what stands above the concept, where it `needsAncestors`. */
export interface Test {
  readonly needsAncestors: boolean;
  holds(concept: FoundConcept, above: ReadonlySet<string>): boolean;
}

const HIERARCHY: ReadonlySet<string> = new Set(['concept', 'code', 'parent', 'child']);

/** As the system writes the codes, where their case does not count. */
async function ownCodes(source: CodeSource, codes: readonly string[]): Promise<readonly string[]> {
  if (source.caseSensitive) return codes;
  const found = await source.find(codes);
  return codes.map((code) => found.get(code)?.code ?? code);
}

const BY_CODE: ReadonlySet<string> = new Set([
  'is-a',
  'descendent-of',
  'is-not-a',
  'generalizes',
  'child-of',
]);

const NAMING: ReadonlySet<string> = new Set(['=', 'in']);
const TAKES_CODES: ReadonlySet<string> = new Set(['ancestor', 'child']);

/** More than these no value set needs. */
const MAX_FILTERS = 20;

/** Filters whose values are codes as the system writes them. Errors: 413 for too many; UnsupportedFilter for one without a value, as a set that is given may have it. */
export async function settled(source: CodeSource, filters: readonly Filter[]): Promise<readonly Filter[]> {
  if (filters.length > MAX_FILTERS) throw tooCostly(`${MAX_FILTERS} filters of one include at most.`);
  const empty = filters.find(({ value }) => typeof value !== 'string');
  if (empty) throw new UnsupportedFilter(empty, 'has no text as its value');
  return Promise.all(
    inOwnWords(source, filters).map(async (each) => {
      if (!BY_CODE.has(each.op) && !(TAKES_CODES.has(each.property) && NAMING.has(each.op))) return each;
      const asked = each.op === 'in' ? listOf(each.value) : [each.value];
      return { ...each, value: (await ownCodes(source, asked)).join(',') };
    }),
  );
}

/** Throws UnsupportedFilter. */
async function testOf(source: CodeSource, filter: Filter): Promise<Test> {
  const { property, op, value } = filter;
  const plain = (holds: (concept: FoundConcept) => boolean): Test => ({ needsAncestors: false, holds });
  const fold = (text: string): string => (source.caseSensitive ? text : text.toLowerCase());
  if (isConstraint(source, filter)) return constraintTest(source, filter);
  // What a code system does not define can't be told of its concepts: a set of none would be a guess.
  if (property !== 'ancestor' && (await source.hasProperty?.(property)) === false)
    throw new UnsupportedFilter(filter);
  const values = (concept: FoundConcept): string[] =>
    valuesOf(concept, property, source.usualValue?.(property));
  switch (op) {
    case 'is-a':
    case 'descendent-of':
    case 'is-not-a':
    case 'generalizes':
    case 'child-of':
      if (!HIERARCHY.has(property)) throw new UnsupportedFilter(filter);
      await requireCode(source, filter);
      return hierarchyTest(source, op, value);
    case '=':
      await requireNamed(source, filter, [value]);
      if (property === 'child') return parentTest(source, [value]);
      // As LOINC says it.
      if (property === 'ancestor') {
        if (!source.isSubsuming) throw new UnsupportedFilter(filter);
        await requireCode(source, filter);
        return hierarchyTest(source, 'descendent-of', value);
      }
      return plain(
        (concept) =>
          values(concept).some((each) => fold(each) === fold(value)) || isTyped(concept, property, [value]),
      );
    case 'in':
    case 'not-in': {
      await requireNamed(source, filter, listOf(value));
      if (property === 'child' && op === 'in') return parentTest(source, listOf(value));
      const member = memberProperty(source, filter);
      if (member && !(await areSets(source, listOf(value)))) throw new UnsupportedFilter(filter);
      const asked = member ? (concept: FoundConcept) => valuesOf(concept, member) : values;
      const list = new Set(listOf(value).map(fold));
      return plain(
        (concept) =>
          (asked(concept).some((each) => list.has(fold(each))) ||
            isTyped(concept, property, listOf(value))) ===
          (op === 'in'),
      );
    }
    case 'regex': {
      const matches = wholePattern(filter);
      return plain((concept) => values(concept).some(matches));
    }
    case 'exists': {
      if (value !== 'true' && value !== 'false') throw new UnsupportedFilter(filter);
      const isThere = existenceOf(source, filter);
      return plain((concept) => isThere(concept) === (value === 'true'));
    }
    default:
      throw new UnsupportedFilter(filter);
  }
}

/** What stands around a code that is none can't be told: a set of nothing would hide what is most likely a slip of the pen. */
async function requireCode(source: CodeSource, filter: Filter): Promise<void> {
  const { value } = filter;
  if (!(await source.find([value])).has(value))
    throw new UnsupportedFilter(filter, `names '${value.slice(0, 64)}', which ${source.url} does not have`);
}

const LOINC_PART = /^LP\d+-\d$/i;

/** What a value names that is a code: a neighbour in the hierarchy, a part of LOINC's terms, which is known where its files were loaded. */
async function requireNamed(source: CodeSource, filter: Filter, values: readonly string[]): Promise<void> {
  const isNeighbour = filter.property === 'parent' || filter.property === 'child';
  for (const value of values)
    if (isNeighbour || (source.url === LOINC && LOINC_PART.test(value)))
      await requireCode(source, { ...filter, value });
}

/** Of what stands directly above one of these codes: the hierarchy names parents, and a child is the same from above. */
async function parentTest(source: CodeSource, codes: readonly string[]): Promise<Test> {
  const found = await source.find(codes);
  const parents = new Set(await ownCodes(source, [...found.values()].flatMap(parentsOf)));
  return { needsAncestors: false, holds: ({ code }) => parents.has(code) };
}

/** Whether a concept has a value of the property of its own; of a child, whether anything stands below it. */
function existenceOf(source: CodeSource, filter: Filter): (concept: FoundConcept) => boolean {
  const { property } = filter;
  if (property !== 'child') return (concept) => statedValues(concept, property).length > 0;
  const { hasChildren } = source;
  if (!hasChildren) throw new UnsupportedFilter(filter);
  return ({ code }) => hasChildren(code);
}

/** The property that reference sets are kept in: there `concept in` names some of them (https://hl7.org/fhir/R4/snomedct.html#filters). */
export const memberProperty = (
  { url }: Pick<CodeSource, 'url'>,
  { property, op }: Filter,
): string | undefined =>
  url === SNOMED && property === 'concept' && (op === 'in' || op === 'not-in') ? 'memberOf' : undefined;

/** What is in a reference set that was not loaded can't be told. */
async function areSets(source: CodeSource, sets: readonly string[]): Promise<boolean> {
  const found = await source.find(sets);
  const isSet = (set: string): boolean =>
    found.get(set)?.properties.some(({ code }) => code === 'isReferenceSet') === true;
  return sets.every(isSet);
}

/** What the filter asks as an expression constraint; undefined: it is another filter. Throws UnsupportedFilter for one that other filters can't say. */
export function constraintIn(source: Pick<CodeSource, 'url'>, filter: Filter): Constraint | undefined {
  if (!isConstraint(source, filter)) return undefined;
  const found = constraintOf(filter.value);
  if (!found) throw new UnsupportedFilter(filter);
  return found;
}

const isConstraint = ({ url }: Pick<CodeSource, 'url'>, { property, op }: Filter): boolean =>
  url === SNOMED && property === 'constraint' && op === '=';

async function constraintTest(source: CodeSource, filter: Filter): Promise<Test> {
  const { any, none } = constraintIn(source, filter) as Constraint;
  const testsOfEach = (sets: Constraint['any']): Promise<readonly Test[]>[] =>
    sets.map((filters) => testsOf(source, filters));
  const [wanted, unwanted] = [await Promise.all(testsOfEach(any)), await Promise.all(testsOfEach(none))];
  const isIn = (tests: readonly (readonly Test[])[], concept: FoundConcept, above: ReadonlySet<string>) =>
    tests.some((together) => together.every(({ holds }) => holds(concept, above)));
  return {
    needsAncestors: [...wanted, ...unwanted].flat().some(({ needsAncestors }) => needsAncestors),
    holds: (concept, above) => isIn(wanted, concept, above) && !isIn(unwanted, concept, above),
  };
}

async function hierarchyTest(source: CodeSource, op: string, value: string): Promise<Test> {
  if (op === 'child-of')
    return {
      needsAncestors: false,
      holds: (concept) => parentsOf(concept).some((each) => isSameCode(source, each, value)),
    };
  if (op === 'generalizes') {
    const above = (await source.ancestors([value])).get(value);
    return { needsAncestors: false, holds: ({ code }) => code === value || above?.has(code) === true };
  }
  const below = source.descendants(value);
  return {
    needsAncestors: below === undefined,
    holds: ({ code }, above) => {
      const isBelow = below ? below.has(code) : above.has(value);
      return op === 'descendent-of' ? isBelow : (code === value || isBelow) === (op === 'is-a');
    },
  };
}

export const listOf = (value: string): string[] => value.split(',').map((each) => each.trim());

/** Instructions times characters: of one text some 80 ms, of all that a filter is asked of a second. */
const MOST_OF_TEXT = 1_500_000;
const MOST_OF_FILTER = 20_000_000;

/** Throws 413 where a text, or all texts together, are too long for the pattern. */
function wholePattern(filter: Filter): (text: string) => boolean {
  const pattern = madePattern(filter);
  let left = MOST_OF_FILTER;
  return (text) => {
    const steps = pattern.size * text.length;
    left -= steps;
    if (steps > MOST_OF_TEXT || left < 0)
      throw tooCostly(`The filter '${filter.property} regex' is too much work for what it is asked of.`);
    return pattern.test(text);
  };
}

function madePattern(filter: Filter): Pattern {
  try {
    return patternOf(`^(?:${filter.value})$`);
  } catch {
    throw new UnsupportedFilter(filter);
  }
}

/**
 * What is not inactive is said to be none where its system says nothing, as that is the default (https://hl7.org/fhir/R4/codesystem-concept-properties.html); so is what is usual in it.
 * What may be chosen has none: `notSelectable = false` is what a system says so of.
 */
function valuesOf(concept: FoundConcept, property: string, usual?: string): string[] {
  const stated = statedValues(concept, property);
  if (stated.length > 0) return stated;
  if (property === 'inactive') return [String(concept.inactive)];
  if (property === 'notSelectable' && concept.abstract) return ['true'];
  return usual === undefined ? [] : [usual];
}

function statedValues(concept: FoundConcept, property: string): string[] {
  if (property === 'code' || property === 'concept') return [concept.code];
  if (property === 'display') return concept.display === undefined ? [] : [concept.display];
  if (property === 'definition') return concept.definition === undefined ? [] : [concept.definition];
  return concept.properties
    .filter(({ code }) => code === property)
    .flatMap((each) => propertyText(each) ?? []);
}

const isTyped = ({ properties }: FoundConcept, property: string, asked: readonly string[]): boolean =>
  properties.some((each) => each.code === property && asked.some((value) => hasValue(each, value)));

export const testsOf = async (source: CodeSource, filters: readonly Filter[]): Promise<readonly Test[]> =>
  testsOfSettled(source, await settled(source, filters));

export async function testsOfSettled(
  source: CodeSource,
  filters: readonly Filter[],
): Promise<readonly Test[]> {
  const tests: Test[] = [];
  const breath = createBreath();
  for (const filter of filters) {
    await breath();
    tests.push(await testOf(source, filter));
  }
  return tests;
}

/** Those that pass all tests. */
export async function passing(
  source: CodeSource,
  concepts: readonly FoundConcept[],
  tests: readonly Test[],
): Promise<FoundConcept[]> {
  const asksAbove = tests.some(({ needsAncestors }) => needsAncestors);
  const above = asksAbove ? await source.ancestors(concepts.map(({ code }) => code)) : undefined;
  return concepts.filter((concept) =>
    tests.every(({ holds }) => holds(concept, above?.get(concept.code) ?? NOTHING)),
  );
}

const NOTHING: ReadonlySet<string> = new Set();
