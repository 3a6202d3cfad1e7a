/**
 * A MeasureReport against its Measure (https://hl7.org/fhir/R4/measurereport.html): groups, populations and stratifiers are those that the Measure
 * defines, and scores are what its scoring has. What must be there is asked of a report that is said to be complete; one that is pending may have gaps.
 */
import { isObject } from '../fhirpath/node.ts';
import { firstIssues, type Issue, tooCostly } from '../outcome.ts';
import { listOf } from './authoring/authoring-report.ts';

type Json = Readonly<Record<string, unknown>>;

export interface Measure {
  readonly resourceType: 'Measure';
  readonly url?: string;
  readonly version?: string;
  readonly status?: string;
  readonly [element: string]: unknown;
}

/** More faults than this help nobody. */
const MAX_ISSUES = 50;
/** Codes that are compared for one report: some 50 ms. */
const MOST_COMPARED = 100_000;

interface Context {
  readonly fault: Fault;
  /** Nothing may be missing any more. */
  readonly isComplete: boolean;
  readonly compared: (codes: number) => void;
}

/** Both are valid R4. Issues at the places in the report. Throws 413 where there is more to compare than any report has. */
export function validateReport(report: Json, measure: Json): Issue[] {
  const issues: Issue[] = [];
  const fault: Fault = (place, diagnostics) =>
    issues.push({
      severity: 'error',
      code: 'business-rule',
      diagnostics,
      expression: `MeasureReport${place}`,
    });
  const groups = listOf(report.group);
  if (report.type === 'data-collection') {
    if (groups.length > 0) fault('.group[0]', 'A report that collects data has no groups.');
    return issues;
  }
  let left = MOST_COMPARED;
  const compared = (codes: number): void => {
    left -= codes;
    if (left < 0) throw tooCostly('The report and its Measure have too much to compare.');
  };
  const context: Context = { fault, isComplete: report.status === 'complete', compared };
  const pairs = matched(context, 'group', groups, listOf(measure.group), '.group');
  for (const { place, given, defined } of pairs) {
    scoreFaults(context, given, scoringOf(measure), place);
    const populations = listOf(given.population);
    matched(context, 'population', populations, listOf(defined.population), `${place}.population`);
    for (const [i, each] of populations.entries())
      countFault(each, report, `${place}.population[${i}]`, fault);
    stratifierFaults(context, given, defined, place);
  }
  return firstIssues(issues, MAX_ISSUES);
}

type Fault = (place: string, diagnostics: string) => void;

interface Pair {
  readonly place: string;
  readonly given: Json;
  readonly defined: Json;
}

/** What is reported with what was defined, by their codes; a single one of each needs none. */
function matched(
  { fault, isComplete, compared }: Context,
  name: string,
  given: readonly Json[],
  defined: readonly Json[],
  place: string,
): Pair[] {
  const taken = new Set<Json>();
  const pairs = given.flatMap((each, i): Pair[] => {
    const here = `${place}[${i}]`;
    const isOnly = codesOf(each.code).length === 0 && given.length === 1 && defined.length === 1;
    const found = isOnly
      ? defined[0]
      : defined.find((other) => haveCommonCode(compared, each.code, other.code));
    if (!found) fault(here, `The Measure defines no such ${name}.`);
    else if (taken.has(found)) fault(here, `This ${name} of the Measure was reported already.`);
    else {
      taken.add(found);
      return [{ place: here, given: each, defined: found }];
    }
    return [];
  });
  const missing = isComplete ? defined.filter((each) => !taken.has(each)) : [];
  for (const each of missing)
    fault(place.slice(0, place.lastIndexOf('.')), `A ${name} of the Measure is not reported${named(each)}.`);
  return pairs;
}

const named = ({ code }: Json): string => {
  const [first] = codesOf(code);
  return first === undefined ? '' : `: ${first.slice(0, 200)}`;
};

/** `system|code` of one concept or of several. */
const codesOf = (concepts: unknown): string[] =>
  [concepts]
    .flat()
    .filter(isObject)
    .flatMap(({ coding }) => listOf(coding).map(({ system, code }) => `${system ?? ''}|${code}`));

function haveCommonCode(compared: Context['compared'], a: unknown, b: unknown): boolean {
  const [codes, others] = [new Set(codesOf(a)), codesOf(b)];
  compared(1 + codes.size + others.length);
  return others.some((code) => codes.has(code));
}

function scoringOf({ scoring }: Json): string | undefined {
  const coding = isObject(scoring) ? listOf(scoring.coding)[0] : undefined;
  return typeof coding?.code === 'string' ? coding.code : undefined;
}

const SCORED: ReadonlySet<unknown> = new Set(['proportion', 'ratio', 'continuous-variable']);

function scoreFaults(
  { fault, isComplete }: Context,
  { measureScore }: Json,
  scoring: string | undefined,
  place: string,
): void {
  if (measureScore === undefined) {
    if (isComplete && SCORED.has(scoring)) fault(place, `A Measure of the scoring ${scoring} has a score.`);
    return;
  }
  const at = `${place}.measureScore`;
  if (scoring === 'cohort') fault(at, 'A cohort is counted and has no score.');
  const { value, code, unit } = isObject(measureScore) ? measureScore : {};
  const most = [code, unit].includes('%') ? 100 : 1;
  if (scoring === 'proportion' && typeof value === 'number' && (value < 0 || value > most))
    fault(`${at}.value`, `A proportion is between 0 and ${most}.`);
}

/** Lists of subjects are of subject lists alone. */
function countFault({ subjectResults }: Json, { type }: Json, place: string, fault: Fault): void {
  if (subjectResults !== undefined && type !== 'subject-list')
    fault(`${place}.subjectResults`, 'Only a report of the type subject-list has lists of subjects.');
}

function stratifierFaults(
  { fault, isComplete, compared }: Context,
  group: Json,
  definedGroup: Json,
  place: string,
): void {
  const defined = listOf(definedGroup.stratifier);
  const taken = new Set<Json>();
  listOf(group.stratifier).forEach((each, i) => {
    const found = defined.find((other) => isOf(each, other, compared));
    if (found) taken.add(found);
    else fault(`${place}.stratifier[${i}]`, 'The Measure defines no such stratifier in this group.');
  });
  if (isComplete && defined.some((each) => !taken.has(each)))
    fault(place, 'A stratifier of the Measure is not reported.');
}

/** By its code; one of several components by theirs. */
function isOf(stratifier: Json, defined: Json, compared: Context['compared']): boolean {
  if (codesOf(defined.code).length > 0) return haveCommonCode(compared, stratifier.code, defined.code);
  const wanted = listOf(defined.component).map(({ code }) => code);
  return listOf(stratifier.stratum).every((stratum) => {
    const given = listOf(stratum.component).map(({ code }) => code);
    return (
      given.length === wanted.length &&
      wanted.every((each) => given.some((code) => haveCommonCode(compared, code, each)))
    );
  });
}
