/** A value set as the list of its codes (https://hl7.org/fhir/R4/valueset-operation-expand.html): made page by page, no further than it is asked for. */
import {
  type ExpansionItem,
  type Include,
  isPartOnly,
  tooCostly,
  unprocessable,
  type ValueSet,
} from '@wellspring/profiles';
import { type CodeSource, type FoundConcept, UnsupportedFilter } from './code-source.ts';
import { hasWords } from './held-source.ts';
import {
  hasAllCodes,
  hasSeveralVersions,
  membershipOf,
  missingSupplement,
  PART_ONLY,
  systemOf,
  versionOf,
  whyNotHeld,
} from './membership.ts';
import { type ListedCode, type ListedConcept, listedCodes, namedConcept } from './named-concept.ts';
import type { Terminologies } from './terminologies.ts';
import { withContained } from './with-contained.ts';

export interface ExpandRequest {
  /** A text filter: its words. */
  readonly words: readonly string[];
  readonly offset: number;
  readonly count: number | undefined;
  readonly activeOnly: boolean;
  /** Of each system these codes alone, in whatever case, of others none; undefined: all. */
  readonly among?: ReadonlyMap<string, readonly string[]> | undefined;
  readonly leavesOut?: (member: Member) => boolean;
  /** Codes that may be listed, or passed over to come to a page. */
  readonly limit: number;
}

export interface Member {
  readonly system: string;
  readonly version: string | undefined;
  readonly concept: FoundConcept;
}

export interface Expansion {
  readonly members: readonly Member[];
  /** undefined: a large set was listed no further than asked. */
  readonly total: number | undefined;
  /** Code systems that were used, as `url|version`. */
  readonly used: readonly string[];
}

interface Walk {
  readonly terminologies: Terminologies;
  readonly words: readonly string[];
  readonly activeOnly: boolean;
  readonly among: ReadonlyMap<string, readonly string[]> | undefined;
  readonly used: Set<string>;
  isLarge: boolean;
}

/** Concepts that a listed set looks up at once. */
const PAGE = 200;
/** Steps of a request (terminologies.ts): so many concepts cost one, whether they are kept or not, and however often the same ones are named. */
const A_STEP = 5;
/** Of a code system, some hundred concepts are looked at for a page of those that are selected. */
const STEPS_OF_PAGE = 100;
const MAX_DEPTH = 12;

/** Errors: 413 where there are more than the limit and no count is asked for, 422 where the set can't be listed here. */
export async function expandSet(
  terminologies: Terminologies,
  set: ValueSet,
  { words, offset, count, activeOnly, among, leavesOut, limit }: ExpandRequest,
): Promise<Expansion> {
  const walk: Walk = {
    terminologies: withContained(terminologies, set),
    words,
    activeOnly,
    among,
    used: new Set(),
    isLarge: false,
  };
  const seen = createSeen();
  const members: Member[] = [];
  const end = count === undefined ? Number.POSITIVE_INFINITY : offset + count;
  if (offset > limit) throw tooLong(limit);
  for await (const page of membersOf(walk, set, [])) {
    await terminologies.step(1 + page.length / A_STEP);
    for (const member of page) {
      if (leavesOut?.(member) || !seen.isNew(member)) continue;
      if (seen.count > offset && seen.count <= end) members.push(member);
    }
    const isFull = seen.count >= end;
    if (isFull && (walk.isLarge || seen.count > limit))
      return { members, total: undefined, used: [...walk.used] };
    if (seen.count > limit) throw tooLong(limit);
  }
  return { members, total: seen.count, used: [...walk.used] };
}

/** The code of another version of its system is another; where one of the two names none they are the same. */
function createSeen() {
  const seen = new Map<string, (string | undefined)[]>();
  const found = {
    count: 0,
    isNew({ system, version, concept }: Member): boolean {
      const key = `${system}|${concept.code}`;
      const versions = seen.get(key);
      if (versions?.some((each) => each === version || each === undefined || version === undefined))
        return false;
      if (versions) versions.push(version);
      else seen.set(key, [version]);
      found.count += 1;
      return true;
    },
  };
  return found;
}

const tooLong = (limit: number): Error =>
  tooCostly(`More than ${limit} codes: narrow them by a 'filter', or ask for a 'count' of the first ones.`);

async function* membersOf(
  walk: Walk,
  set: ValueSet,
  outer: readonly string[],
): AsyncGenerator<readonly Member[]> {
  if (outer.includes(set.url) || outer.length >= MAX_DEPTH)
    throw notListed(`the set ${set.url} names itself`);
  const supplement = await missingSupplement(walk.terminologies, set);
  if (supplement) throw notListed(supplement);
  const inside = [...outer, set.url];
  if (!set.compose) {
    if (!set.expansion) throw notListed(`the set ${set.url} says nothing of its codes`);
    if (isPartOnly(set.expansion)) throw notListed(PART_ONLY);
    for (const include of listedIncludes(set.expansion.contains ?? []))
      for await (const page of ofSystem(walk, include)) yield active(page, walk.activeOnly);
    return;
  }
  const activeOnly = walk.activeOnly || set.compose.inactive === false;
  const excluded = (set.compose.exclude ?? []).map(
    (each): ValueSet => ({
      resourceType: 'ValueSet',
      url: `${set.url}#excluded`,
      compose: { include: [each] },
    }),
  );
  const told = new Map<string, boolean>();
  /** Asked of each system once. */
  const tellsVersions = ({ system }: Member): boolean => {
    const known = told.get(system) ?? hasSeveralVersions(walk.terminologies, set, system);
    told.set(system, known);
    return known;
  };
  for (const include of set.compose.include)
    for await (const page of ofInclude(walk, include, inside)) {
      yield await without(walk, active(page, activeOnly), excluded, inside, tellsVersions);
    }
}

const active = (page: readonly Member[], activeOnly: boolean): readonly Member[] =>
  activeOnly ? page.filter(({ concept }) => !concept.inactive) : page;

/** What the include has of its system, or of the first of its sets, and all its other sets have too. */
async function* ofInclude(
  walk: Walk,
  include: Include,
  seen: readonly string[],
): AsyncGenerator<readonly Member[]> {
  const sets: ValueSet[] = [];
  for (const name of include.valueSet ?? []) {
    const set = await walk.terminologies.valueSet(name);
    if (!set) throw notListed(`the value set ${name} is not known here`);
    sets.push(set);
  }
  const [first, ...rest] = sets;
  const others = include.system === undefined ? rest : sets;
  const pages =
    include.system !== undefined ? ofSystem(walk, include) : first ? membersOf(walk, first, seen) : [];
  for await (const page of pages) yield others.length === 0 ? page : await within(walk, page, others, seen);
}

async function* ofSystem(walk: Walk, include: Include): AsyncGenerator<readonly Member[]> {
  const system = include.system as string;
  const source = await systemOf(walk.terminologies, include);
  // The codes that a set names itself are of the version that it says they are of, whether that is here or not.
  const named = include.concept && versionOf(include);
  const version = source?.version ?? named;
  if (version !== undefined) walk.used.add(`${system}|${version}`);
  const among = walk.among && (walk.among.get(system) ?? []);
  if (include.concept) {
    const listed = namedAmong(include.concept, among);
    for (let start = 0; start < listed.length; start += PAGE) {
      const page = listed.slice(start, start + PAGE);
      await walk.terminologies.step(page.length / A_STEP);
      const found = await source?.find(page.map(({ code }) => code));
      const asked = hasAllCodes(source, include) ? page.filter(({ code }) => found?.has(code)) : page;
      yield asked
        .map((each) => ({ system, version, concept: namedConcept(each, found?.get(each.code)) }))
        .filter(({ concept }) => hasWords(concept, walk.words));
    }
    return;
  }
  if (source?.content !== 'complete') throw notListed(await whyNot(walk, include, source));
  walk.isLarge ||= source.isLarge;
  try {
    const selection = { filters: include.filter ?? [], words: walk.words, among };
    for await (const page of source.select(selection)) {
      await walk.terminologies.step(STEPS_OF_PAGE);
      yield page.map((concept) => ({ system, version, concept }));
    }
  } catch (error) {
    throw error instanceof UnsupportedFilter ? notListed(error.message) : error;
  }
}

function namedAmong(
  concepts: readonly ListedConcept[],
  among: readonly string[] | undefined,
): readonly ListedConcept[] {
  if (!among) return concepts;
  const codes = new Set(among.map((code) => code.toLowerCase()));
  return concepts.filter(({ code }) => codes.has(code.toLowerCase()));
}

async function whyNot(
  { terminologies }: Walk,
  include: Include,
  source: CodeSource | undefined,
): Promise<string> {
  if (!source || source.content === 'not-present') return whyNotHeld(terminologies, include);
  return `of the code system ${include.system} a part is held here only (content: ${source.content})`;
}

const notListed = (why: string): Error => unprocessable(`The value set can't be listed here: ${why}.`);

/** What an expansion lists, in its order, as includes that name their concepts. */
function* listedIncludes(items: readonly ExpansionItem[]): Generator<Include> {
  let run: ListedCode[] = [];
  for (const each of listedCodes(items)) {
    const [first] = run;
    if (first && (each.system !== first.system || each.version !== first.version)) {
      yield includeOf(first, run);
      run = [];
    }
    run.push(each);
  }
  const [first] = run;
  if (first) yield includeOf(first, run);
}

const includeOf = ({ system, version }: ListedCode, concept: readonly ListedCode[]): Include => ({
  system,
  ...(version === undefined ? {} : { version }),
  concept,
});

/** Those that are in all of the sets. */
async function within(
  walk: Walk,
  page: readonly Member[],
  sets: readonly ValueSet[],
  outer: readonly string[],
): Promise<Member[]> {
  const kept: Member[] = [];
  for (const member of page) {
    let isIn = true;
    for (const set of sets) isIn &&= await isMember(walk, member, set, outer);
    if (isIn) kept.push(member);
  }
  return kept;
}

async function without(
  walk: Walk,
  page: readonly Member[],
  excluded: readonly ValueSet[],
  outer: readonly string[],
  tellsVersions: (member: Member) => boolean,
): Promise<readonly Member[]> {
  if (excluded.length === 0) return page;
  const kept: Member[] = [];
  for (const member of page) {
    let isOut = false;
    const version = tellsVersions(member) ? member.version : undefined;
    for (const set of excluded) isOut ||= await isMember(walk, member, set, outer, version);
    if (!isOut) kept.push(member);
  }
  return kept;
}

/** `version` undefined: in whatever version. */
async function isMember(
  walk: Walk,
  { system, concept: { code } }: Member,
  set: ValueSet,
  outer: readonly string[],
  version?: string,
): Promise<boolean> {
  const { is, reason } = await membershipOf(walk.terminologies, set, { system, code, version }, outer);
  if (is === undefined) throw notListed(reason ?? `the set ${set.url} can't be told`);
  return is;
}
