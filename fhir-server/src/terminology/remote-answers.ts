/** What another terminology server says of a code, in the words of this folder. All throw RemoteAway. */
import type {
  Coding,
  ConceptProperty,
  Designation,
  ExpansionItem,
  Filter,
  Include,
  ValueSet,
} from '@wellspring/profiles';
import type { CodeSource, FoundConcept } from './code-source.ts';
import { testsOf } from './filters.ts';
import { heldSource } from './held-source.ts';
import type { Json, RemoteTerminology } from './remote.ts';

interface Part {
  readonly name: string;
  readonly part?: readonly Part[];
  readonly [value: `value${string}`]: unknown;
}

const partsOf = (answer: Json | undefined): readonly Part[] => {
  const list = answer?.resourceType === 'Parameters' ? answer.parameter : undefined;
  return Array.isArray(list) ? (list as Part[]).filter((each) => typeof each?.name === 'string') : [];
};

/** Of a part, whatever its type. */
function partValue(parts: readonly Part[], name: string): unknown {
  const found = parts.find((each) => each.name === name);
  return found && Object.entries(found).find(([key]) => key.startsWith('value'))?.[1];
}

/** Whether the code is in the value set; undefined: that server can't tell. */
export async function isInRemoteSet(
  remote: RemoteTerminology,
  url: string,
  {
    system,
    version,
    code,
  }: {
    readonly system: string | undefined;
    readonly version?: string | undefined;
    readonly code: string;
  },
): Promise<boolean | undefined> {
  const [bare = '', valueSetVersion] = url.split('|');
  const inferSystem = system === undefined ? 'true' : undefined;
  const answer = await remote.ask('ValueSet/$validate-code', {
    url: bare,
    valueSetVersion,
    system,
    systemVersion: version,
    code,
    inferSystem,
  });
  return told(answer);
}

export async function isInRemoteSystem(
  remote: RemoteTerminology,
  system: string,
  code: string,
  version?: string,
): Promise<boolean | undefined> {
  return told(await remote.ask('CodeSystem/$validate-code', { url: system, version, code }));
}

/** A server may answer 'false' for what it does not know, and says so beside it. */
function told(answer: Json | undefined): boolean | undefined {
  const parts = partsOf(answer);
  const result = partValue(parts, 'result');
  if (typeof result !== 'boolean') return undefined;
  const isUnknown = parts.some(
    ({ name }) => name === 'x-caused-by-unknown-system' || name === 'x-unknown-system',
  );
  return !result && isUnknown ? undefined : result;
}

export async function remoteConcept(
  remote: RemoteTerminology,
  system: string,
  code: string,
  version?: string,
): Promise<FoundConcept | undefined> {
  const parts = partsOf(await remote.ask('CodeSystem/$lookup', { system, version, code, property: '*' }));
  if (parts.length === 0) return undefined;
  const properties = parts.filter(({ name }) => name === 'property').map(propertyOf);
  const flag = (name: string): boolean =>
    properties.some((each) => each.code === name && String(Object.values(each)[1]) === 'true');
  const [display, definition] = [partValue(parts, 'display'), partValue(parts, 'definition')];
  return {
    code,
    display: typeof display === 'string' ? display : undefined,
    definition: typeof definition === 'string' ? definition : undefined,
    inactive: flag('inactive'),
    abstract: flag('notSelectable'),
    designations: parts.filter(({ name }) => name === 'designation').map(designationOf),
    properties,
  };
}

function propertyOf({ part = [] }: Part): ConceptProperty {
  const value = Object.entries(part.find(({ name }) => name === 'value') ?? {}).find(([key]) =>
    key.startsWith('value'),
  );
  return { code: String(partValue(part, 'code')), ...(value ? { [value[0]]: value[1] } : {}) };
}

function designationOf({ part = [] }: Part): Designation {
  const [language, use] = [partValue(part, 'language'), partValue(part, 'use')];
  return {
    ...(typeof language === 'string' ? { language } : {}),
    ...(typeof use === 'object' && use !== null ? { use } : {}),
    value: String(partValue(part, 'value')),
  };
}

/** The codes of a value set as that server lists them, with nested ones. */
export async function remoteCodes(
  remote: RemoteTerminology,
  url: string,
  count: number,
): Promise<readonly Coding[] | undefined> {
  const answer = await remote.ask('ValueSet/$expand', { url, count: String(count) });
  const set = answer?.resourceType === 'ValueSet' ? (answer as unknown as ValueSet) : undefined;
  return set?.expansion && codingsOf(set.expansion.contains ?? []);
}

const codingsOf = (items: readonly ExpansionItem[]): Coding[] =>
  items.flatMap(({ system, code, contains = [] }) => [
    ...(system !== undefined && code !== undefined ? [{ system, code }] : []),
    ...codingsOf(contains),
  ]);

/** Whether the code passes an include of a system that is not held here: hierarchies are asked about, other filters applied to what is told of the code. */
export async function isInRemoteInclude(
  remote: RemoteTerminology,
  { system = '', version, filter = [] }: Include,
  code: string,
): Promise<boolean | undefined> {
  if (filter.length === 0) return isInRemoteSystem(remote, system, code, version);
  const plain = filter.filter(({ op }) => !HIERARCHY.has(op));
  if (plain.length > 0) {
    const concept = await remoteConcept(remote, system, code, version);
    if (!concept) return undefined;
    const source: CodeSource = { ...NONE, url: system };
    const tests = await testsOf(source, plain);
    if (!tests.every(({ holds }) => holds(concept, new Set()))) return false;
  }
  for (const each of filter.filter(({ op }) => HIERARCHY.has(op))) {
    const passes = await passesHierarchy(remote, system, version, code, each);
    if (passes !== true) return passes;
  }
  return true;
}

const HIERARCHY: ReadonlySet<string> = new Set(['is-a', 'descendent-of', 'is-not-a', 'generalizes']);
const NONE: CodeSource = heldSource({ resourceType: 'CodeSystem', url: '', content: 'fragment' });

async function passesHierarchy(
  remote: RemoteTerminology,
  system: string,
  version: string | undefined,
  code: string,
  { op, value }: Filter,
): Promise<boolean | undefined> {
  const outcome = partValue(
    partsOf(await remote.ask('CodeSystem/$subsumes', { system, version, codeA: value, codeB: code })),
    'outcome',
  );
  if (outcome === undefined) return undefined;
  const isSame = outcome === 'equivalent';
  if (op === 'generalizes') return isSame || outcome === 'subsumed-by';
  if (op === 'descendent-of') return outcome === 'subsumes';
  return (isSame || outcome === 'subsumes') === (op === 'is-a');
}
