/** Which of an element's values belong to which slice (https://hl7.org/fhir/R4/profiling.html#slicing), by what the slices have where the discriminators lead. */
import { isObject } from '../../fhirpath/node.ts';
import { choiceProperties } from '../../tables.ts';
import { type FindProfile, report, type State, type Value, type Verdict } from './profile-state.ts';
import type { ProfileNode } from './profile-tree.ts';
import { bare, valuesOf } from './profile-values.ts';

type Discriminator = NonNullable<NonNullable<ProfileNode['slicing']>['discriminator']>[number];

/** What tells a slice from others: `node` is what it has where the path leads. */
export interface Mark extends Discriminator {
  readonly steps: readonly string[];
  readonly node: ProfileNode;
}

/** The values of a slice, and how many others may be of it: of those that can't be told here. */
export interface Members {
  readonly values: Value[];
  open: number;
}

/** `bears`: whether a value is as a mark says. A slice without marks can't be told apart: nothing is put in it. */
export function sliced(
  state: State,
  { slices, slicing }: ProfileNode,
  values: readonly Value[],
  bears: (mark: Mark, value: Value) => Verdict,
): ReadonlyMap<ProfileNode, Members> {
  const { discriminator = [], rules = 'open', ordered = false } = slicing ?? {};
  const members = new Map<ProfileNode, Members>(slices.map((slice) => [slice, { values: [], open: 0 }]));
  if (values.length === 0) return members;
  const marks = slices.map((slice) => marksOf(state.find, slice, discriminator));
  let last = 0;
  const others: Value[] = [];
  for (const each of values) {
    const verdicts = verdictsOf(marks, (mark) => bears(mark, each));
    const index = verdicts.indexOf('met');
    const slice = slices[index];
    if (!slice && verdicts.includes('open')) {
      verdicts.forEach((verdict, i) => {
        const open = members.get(slices[i] as ProfileNode);
        if (verdict === 'open' && open) open.open += 1;
      });
      continue;
    }
    if (slice) members.get(slice)?.values.push(each);
    else if (rules === 'closed')
      report(state, each.path, 'structure', 'The value belongs to none of the slices.');
    if (slice && ordered && index < last)
      report(state, each.path, 'structure', 'The slices are out of order.');
    if (slice) last = index;
    // https://hl7.org/fhir/R4/valueset-resource-slicing-rules.html#resource-slicing-rules-openAtEnd
    if (slice && rules === 'openAtEnd')
      for (const other of others.splice(0))
        report(state, other.path, 'structure', 'What belongs to no slice stands after those that do.');
    else if (!slice) others.push(each);
  }
  return members;
}

/** Of each slice, up to the first that the value belongs to. */
function verdictsOf(marks: readonly (readonly Mark[])[], bears: (mark: Mark) => Verdict): Verdict[] {
  const verdicts: Verdict[] = [];
  for (const all of marks) {
    const verdict = all.length === 0 ? 'not' : ofAll(all, bears);
    verdicts.push(verdict);
    if (verdict === 'met') break;
  }
  return verdicts;
}

function ofAll(marks: readonly Mark[], bears: (mark: Mark) => Verdict): Verdict {
  let found: Verdict = 'met';
  for (const mark of marks) {
    const verdict = bears(mark);
    if (verdict === 'not') return 'not';
    if (verdict === 'open') found = 'open';
  }
  return found;
}

function marksOf(find: FindProfile, slice: ProfileNode, discriminators: readonly Discriminator[]): Mark[] {
  const marks = discriminators.flatMap((each): Mark[] => {
    const steps = stepsOf(each.path);
    const node = descend(find, slice, steps);
    return node ? [{ ...each, steps, node }] : [];
  });
  // Of several, a slice need not speak of each.
  return discriminators.length === 1 ? marks : marks.filter(tells);
}

const tells = ({ type, node }: Mark): boolean =>
  !VALUES.has(type) || saysWhich({ ...node, types: undefined });

const VALUES: ReadonlySet<string> = new Set(['value', 'pattern']);

/** `$this` and `resolve()` lead nowhere else. */
const stepsOf = (path: string): string[] =>
  path
    .replace(/\.?resolve\(\)/, '')
    .split('.')
    .filter((step) => step !== '' && step !== '$this');

/** The values where a mark's path leads. */
export const valuesAt = ({ steps }: Mark, value: Value): Value[] =>
  steps.reduce<Value[]>(
    (each, step) =>
      each.flatMap((one) =>
        isObject(one.value) ? valuesOf(nameOf(one.type, step), one.value, one.type, one.path) : [],
      ),
    [value],
  );

/** A choice may be named without its `[x]`. */
function nameOf(type: string, step: string): string {
  const name = step.replace(/\.ofType\(\w+\)$/, '');
  return choiceProperties(type, name).length > 0 ? `${name}[x]` : name;
}

/**
 * The node that a discriminator's path leads to: among the slice's children, the slices of those, or the profile of its type. Where a child is
 * sliced itself (`component:SystolicBP.code.coding:SBPCode`), what its slices say tells more than what it says of all its values.
 */
function descend(find: FindProfile, slice: ProfileNode, steps: readonly string[]): ProfileNode | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return slice;
  const pattern = slice.pattern ?? slice.fixed;
  const children = slice.children.filter(({ name }) => bare(name) === step);
  if (children.length === 0 && isObject(pattern))
    return { ...slice, pattern: partOf(pattern, steps), fixed: undefined, children: [] };
  const profiled = slice.typeProfiles.flatMap(({ url }) => find(url)?.root.children ?? []);
  const own = children.length > 0 ? children : profiled.filter(({ name }) => bare(name) === step);
  const found = own.flatMap((each) => [...each.slices.filter(({ min }) => min > 0), each]);
  const reached = (
    found.length > 0 ? found : [urlNode(slice, step)].filter((each) => each !== undefined)
  ).flatMap((each) => descend(find, each, rest) ?? []);
  return reached.find(saysWhich) ?? reached[0];
}

/** Whether a node tells values apart. */
const saysWhich = ({ fixed, pattern, requiredValueSets, children, types }: ProfileNode): boolean =>
  fixed !== undefined ||
  pattern !== undefined ||
  requiredValueSets.length > 0 ||
  (types !== undefined && types.length === 1) ||
  children.some(saysWhich);

function partOf(pattern: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((each, step) => {
    const one = Array.isArray(each) ? each[0] : each;
    return isObject(one) ? one[step] : undefined;
  }, pattern);
}

/** An extension's profile that is not loaded says its url all the same: it is the profile's own. */
function urlNode(node: ProfileNode, step: string): ProfileNode | undefined {
  const [{ url } = {}] = node.typeProfiles;
  if (step !== 'url' || url === undefined) return undefined;
  return {
    ...node,
    name: 'url',
    fixed: url.split('|')[0],
    pattern: undefined,
    children: [],
    slices: [],
    typeProfiles: [],
    constraints: [],
    types: undefined,
  };
}
