/** Whether a code is in a value set, without listing the set (https://hl7.org/fhir/R4/valueset.html#compositions). */
import { hasForm, type Include, isPartOnly, type ValueSet } from '@wellspring/profiles';
import {
  type CodeSource,
  type FoundConcept,
  isCalled,
  isSameCode,
  UnsupportedFilter,
} from './code-source.ts';
import { passing, testsOf } from './filters.ts';
import { type ListedCode, type ListedConcept, listedCodes, namedConcept } from './named-concept.ts';
import { RemoteAway } from './remote.ts';
import { isInRemoteInclude, isInRemoteSet } from './remote-answers.ts';
import { laterFirst } from './stored.ts';
import { isOfVersion, type Terminologies } from './terminologies.ts';
import { withContained } from './with-contained.ts';

export interface AskedCoding {
  /** undefined: of any system of the set, as a `code` element names none. */
  readonly system: string | undefined;
  readonly code: string;
  /** Of the code system; undefined: whichever the set means. */
  readonly version?: string | undefined;
  /** Of several versions that the set has the code of, the one with this text is meant. */
  readonly display?: string | undefined;
}

export interface Membership {
  /** undefined: that can't be told here. */
  readonly is: boolean | undefined;
  readonly system?: string;
  readonly concept?: FoundConcept;
  readonly source?: CodeSource;
  /** In the words of the set, where it names the code itself. */
  readonly listed?: ListedConcept;
  /** Why it can't be told; of a code that is in the set but for its version, that. */
  readonly reason?: string;
  /** Because another server, that might know, does not answer. */
  readonly isAway?: boolean;
}

/** Sets that name sets, and they others in turn. */
const MAX_DEPTH = 12;
const OUT: Membership = { is: false };

/** By what is known here; what that can't tell by another server, which may be away. */
export async function isMember(
  terminologies: Terminologies,
  set: ValueSet | string,
  coding: AskedCoding,
): Promise<Membership> {
  const known = typeof set === 'string' ? await terminologies.valueSet(set) : set;
  const own: Membership = known
    ? await membershipOf(withContained(terminologies, known), known, coding)
    : { is: undefined, reason: 'the value set is not known here' };
  const { remote } = terminologies;
  const url = typeof set === 'string' ? set : set.url;
  if (own.is !== undefined || !remote || !isPublic(url)) return own;
  try {
    const is = await isInRemoteSet(remote, url, coding);
    if (is === undefined) return own;
    // Why it could not be told here is no reason of the other server's.
    const { reason: _, ...told } = own;
    return { ...told, is };
  } catch (error) {
    return { ...own, ...awayAs(error) };
  }
}

/** Of a URL that another server may know: not one that was made up here. */
const isPublic = (url: string): boolean => /^https?:/.test(url) && !url.includes('#');

function awayAs(error: unknown): Membership {
  if (!(error instanceof RemoteAway)) throw error;
  return { is: undefined, reason: error.message, isAway: true };
}

export async function membershipOf(
  terminologies: Terminologies,
  set: ValueSet,
  coding: AskedCoding,
  seen: readonly string[] = [],
): Promise<Membership> {
  if (seen.includes(set.url) || seen.length >= MAX_DEPTH)
    return { is: undefined, reason: `the value set ${set.url} names itself` };
  await terminologies.step();
  const supplement = await missingSupplement(terminologies, set);
  if (supplement) return { is: undefined, reason: supplement };
  const inside = [...seen, set.url];
  if (!set.compose) return ofExpansion(terminologies, set, coding);
  const { include } = set.compose;
  const areSeveral = hasSeveralVersions(terminologies, set, coding.system);
  const ask = async (each: Include): Promise<Membership> => {
    const found = await ofInclude(terminologies, each, coding, inside);
    if (found.is === true) return unlessLeftOut(terminologies, set, coding, found, inside);
    // Of several none is the one that the code should have been of.
    return areSeveral && found.reason && found.is === false ? { is: false, reason: found.reason } : found;
  };
  return anyOf(areSeveral ? [...include].sort(laterFirst) : include, ask, isMeant(coding));
}

/** What is in the set by one of its includes, and not inactive or left out. */
async function unlessLeftOut(
  terminologies: Terminologies,
  set: ValueSet,
  coding: AskedCoding,
  found: Membership,
  inside: readonly string[],
): Promise<Membership> {
  if (set.compose?.inactive === false && found.concept?.inactive) return OUT;
  const system = found.system ?? coding.system;
  const asked = {
    system,
    code: coding.code,
    version: hasSeveralVersions(terminologies, set, system) ? found.source?.version : undefined,
  };
  const left = set.compose?.exclude ?? [];
  const out = await anyOf(left, (each) => ofInclude(terminologies, each, asked, inside));
  if (out.is === true) return OUT;
  return out.is === undefined ? out : found;
}

/**
 * Where a set has a code system in several versions it tells their codes apart: what it leaves out of one stays in the other, and the latest is meant where none is named. Else
 * a code that is left out is so in whatever version. `system` undefined: any.
 */
export function hasSeveralVersions(
  terminologies: Terminologies,
  { compose }: ValueSet,
  system: string | undefined,
): boolean {
  const own = (compose?.include ?? []).filter(
    (each) => each.system !== undefined && (system === undefined || each.system === system),
  );
  if (own.length < 2) return false;
  const named = own.map(
    (each) => `${each.system}|${terminologies.versionFor(each.system as string, versionOf(each)) ?? ''}`,
  );
  return new Set(named).size > new Set(own.map((each) => each.system)).size;
}

const SUPPLEMENT = 'http://hl7.org/fhir/StructureDefinition/valueset-supplement';

/** Why a set that says that it needs a supplement can't be told (https://hl7.org/fhir/R4/extension-valueset-supplement.html). */
export async function missingSupplement(
  terminologies: Terminologies,
  { url, extension = [] }: ValueSet,
): Promise<string | undefined> {
  for (const each of extension) {
    if (each.url !== SUPPLEMENT || !each.valueCanonical) continue;
    const [system = '', version] = each.valueCanonical.split('|');
    const found = await terminologies.codeSystem(system, version);
    if (found?.content !== 'supplement')
      return `the supplement ${each.valueCanonical.slice(0, 200)}, which the set ${url} needs, is not held here`;
  }
  return undefined;
}

const isMeant =
  ({ display }: AskedCoding) =>
  ({ concept }: Membership): boolean =>
    !concept || isCalled(concept, display);

/** Any that says yes, if there is one that `fits`; else one that can't tell; else no, with its reason. */
async function anyOf<T>(
  items: readonly T[],
  ask: (item: T) => Promise<Membership>,
  fits: (found: Membership) => boolean = () => true,
): Promise<Membership> {
  let other: Membership | undefined;
  let open: Membership | undefined;
  let out = OUT;
  for (const item of items) {
    const found = await ask(item);
    if (found.is === true && fits(found)) return found;
    if (found.is === true) other ??= found;
    else if (found.is === undefined) open ??= found;
    else if (out === OUT && found.reason) out = found;
  }
  return other ?? open ?? out;
}

/** A set that only lists its codes names them as an include does that names its concepts: the list makes no code of what its complete system does not have. */
async function ofExpansion(
  terminologies: Terminologies,
  { expansion }: ValueSet,
  coding: AskedCoding,
): Promise<Membership> {
  if (!expansion) return { is: undefined };
  const all = listedCodes(expansion.contains ?? []);
  await terminologies.step(all.length / 200);
  const { system, code } = coding;
  const named = all.filter(
    (each) =>
      (system === undefined || each.system === system) &&
      isSameCode({ caseSensitive: false }, each.code, code),
  );
  const found = await anyOf(named, (each) => ofListed(terminologies, each, coding), isMeant(coding));
  if (found.is !== false || named.length > 0 || !isPartOnly(expansion)) return found;
  return { is: undefined, reason: PART_ONLY };
}

/** A set that says nothing of its codes but a page of them. */
export const PART_ONLY = 'the set holds a part of its expansion only';

async function ofListed(
  terminologies: Terminologies,
  item: ListedCode,
  coding: AskedCoding,
): Promise<Membership> {
  const { system, version } = item;
  const include = { system, ...(version === undefined ? {} : { version }), concept: [item] };
  return ofSystem(terminologies, include, coding);
}

async function ofInclude(
  terminologies: Terminologies,
  include: Include,
  coding: AskedCoding,
  seen: readonly string[],
): Promise<Membership> {
  const own = include.system === undefined ? undefined : await ofSystem(terminologies, include, coding);
  if (own?.is === false) return own;
  let open = own?.is === undefined ? own : undefined;
  let found = own;
  for (const name of include.valueSet ?? []) {
    const set = await terminologies.valueSet(name);
    const other: Membership = set
      ? await membershipOf(terminologies, set, coding, seen)
      : { is: undefined, reason: `the value set ${name} is not known here` };
    if (other.is === false) return other;
    if (other.is === undefined) open ??= other;
    else found ??= other;
  }
  return open ?? found ?? OUT;
}

async function ofSystem(
  terminologies: Terminologies,
  include: Include,
  { system, code, version }: AskedCoding,
): Promise<Membership> {
  await terminologies.step(1 + (include.concept?.length ?? 0) / 200);
  const own = include.system as string;
  if (system !== undefined && system !== own) return OUT;
  const used = await systemOf(terminologies, include);
  const source = await ofVersion(terminologies, include, used, version);
  if (typeof source === 'string') return { is: false, reason: source, ...(await inOwnVersion(used, code)) };
  const concept = (await source?.find([code]))?.get(code);
  const known = { system: own, ...(source ? { source } : {}), ...(concept ? { concept } : {}) };
  if (include.concept) {
    const named = include.concept.find((each) => isSameCode(source, each.code, code));
    if (!named || (!concept && hasAllCodes(source, include))) return OUT;
    return { is: true, ...known, ...asListed(named, concept) };
  }
  if (!source || source.content === 'not-present')
    return ofRemote(
      terminologies,
      inVersionOf(include, terminologies.versionFor(own, versionOf(include)) ?? version),
      code,
      await whyNotHeld(terminologies, include),
    );
  if (!concept) {
    if (source.content === 'complete') return OUT;
    return { is: undefined, reason: `of the code system ${own} a part is held here only`, ...known };
  }
  try {
    const tests = await testsOf(source, include.filter ?? []);
    return { is: (await passing(source, [concept], tests)).length > 0, ...known };
  } catch (error) {
    if (error instanceof UnsupportedFilter) return { is: undefined, reason: error.message, ...known };
    throw error;
  }
}

/** What the set has, where it has the code in another version than is asked about. */
async function inOwnVersion(
  source: CodeSource | undefined,
  code: string,
): Promise<Pick<Membership, 'source' | 'concept'>> {
  const concept = (await source?.find([code]))?.get(code);
  return source && concept ? { source, concept } : {};
}

/**
 * The code system in the version that the code is of, where the set means any; where it means another the code is none of its: the reason as text. Of a system that is not here at
 * all nothing is told by its version.
 */
async function ofVersion(
  terminologies: Terminologies,
  include: Include,
  used: CodeSource | undefined,
  asked: string | undefined,
): Promise<CodeSource | undefined | string> {
  if (asked === undefined) return used;
  const { system = '' } = include;
  const named = terminologies.versionFor(system, versionOf(include));
  if (used && isOfVersion(used.version, asked)) return used;
  if (named === undefined || isOfVersion(asked, named)) {
    const own = await terminologies.codeSystem(system, asked);
    if (own || !used || (named !== undefined && used.isLarge)) return own ?? used;
    return `The version ${asked.slice(0, 200)} of the code system ${system} is not held here${inVersion(used)}.`;
  }
  return isOfVersion(named, asked)
    ? used
    : `The code is of the version ${asked.slice(0, 200)} of its code system, the value set has ${named}.`;
}

const inVersion = ({ version }: CodeSource): string =>
  version === undefined ? ', but one without a version' : `, but ${version}`;

type Listed = Pick<Membership, 'concept' | 'listed'>;

/** A set may call a concept otherwise than its system does; where its system is not held its own words are all that is known. */
function asListed(item: ListedConcept, concept: FoundConcept | undefined): Listed {
  const { display, designation, abstract, inactive } = item;
  if (concept) return { concept: calledBySet(concept, item), listed: item };
  const saysMore = display !== undefined || designation || abstract || inactive;
  return saysMore ? { concept: namedConcept(item, undefined), listed: item } : {};
}

/** Both names are right (https://hl7.org/fhir/R4/valueset-definitions.html#ValueSet.compose.include.concept.display). */
export function calledBySet(
  concept: FoundConcept,
  { display, designation = [], inactive = false, abstract = false }: ListedConcept,
): FoundConcept {
  const own = display === undefined || concept.display === undefined ? [] : [{ value: concept.display }];
  return {
    ...concept,
    display: display ?? concept.display,
    designations: [...designation, ...own, ...concept.designations],
    inactive: inactive || concept.inactive,
    abstract: abstract || concept.abstract,
  };
}

const inVersionOf = (include: Include, version: string | undefined): Include =>
  version === undefined ? include : { ...include, version };

async function ofRemote(
  { remote }: Terminologies,
  include: Include,
  code: string,
  reason: string,
): Promise<Membership> {
  const own = { is: undefined, reason };
  if (!remote) return hasForm(include.system, code) ? own : OUT;
  if (!include.system) return own;
  try {
    const is = await isInRemoteInclude(remote, include, code);
    return is === undefined ? own : { is, system: include.system };
  } catch (error) {
    if (error instanceof UnsupportedFilter) return { is: undefined, reason: error.message };
    return awayAs(error);
  }
}

/** The version that the include names: `*` is any. */
export const versionOf = ({ version }: Include): string | undefined =>
  version === '*' ? undefined : version;

/**
 * Of the version that the set names, and of no other: what another one has would be another set (https://hl7.org/fhir/R4/valueset-operation-expand.html: an error
 * where a server has the wrong version). Of releases in tables the one that is loaded counts, and is named in the answer: sets name their versions as their
 * publishers do (VSAC's `2019-09` of RxNorm), not as the releases do.
 */
export async function systemOf(
  terminologies: Terminologies,
  include: Include,
): Promise<CodeSource | undefined> {
  const { system } = include;
  if (system === undefined) return undefined;
  const version = terminologies.versionFor(system, versionOf(include));
  if (version === undefined) return terminologies.codeSystem(system);
  const asked = await terminologies.codeSystem(system, version);
  if (asked) return asked;
  const other = await terminologies.codeSystem(system);
  return other?.isLarge ? other : undefined;
}

/** A set can't make a code of what its complete system does not have, in the version that it means. */
export function hasAllCodes(source: CodeSource | undefined, include: Include): boolean {
  const version = versionOf(include);
  return source?.content === 'complete' && (version === undefined || isOfVersion(source.version, version));
}

/** Why the include's system tells nothing. */
export async function whyNotHeld(terminologies: Terminologies, include: Include): Promise<string> {
  const { system = '' } = include;
  const version = versionOf(include);
  const named = version === undefined ? undefined : await terminologies.codeSystem(system);
  const other = named && named.content !== 'not-present' ? named : undefined;
  if (!other) return `the code system ${system} is not held here`;
  return `the version ${version} of the code system ${system} is not held here${inVersion(other)}`;
}
