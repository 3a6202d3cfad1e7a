/**
 * SearchParameter resources that are stored here, and those of loaded packages, as search parameters
 * (https://hl7.org/fhir/R4/searchparameter.html). A new one can be searched by when everything stored is indexed by it.
 */
import {
  addSearchParameter,
  beyondFault,
  businessRule,
  evaluateFhirPath,
  fixedFault,
  isResourceType,
  removeSearchParameter,
  resourceTypes,
  type SearchParameterSpec,
  searchParameter,
  searchParameterReady,
  searchParameterType,
  walkFhirPath,
  whyRefused,
} from '@wellspring/profiles';
import { isIndexable } from '../search/indexable-types.ts';
import { unpairable } from '../search/types/composite.ts';
import type { ResourceStore } from '../store/store.ts';

export interface SearchParameterResource {
  readonly resourceType: 'SearchParameter';
  readonly url: string;
  readonly status: string;
  readonly code: string;
  readonly type: SearchParameterSpec['type'];
  readonly base: readonly string[];
  readonly expression?: string;
  readonly target?: readonly string[];
  readonly component?: readonly { readonly definition: string; readonly expression: string }[];
}

const CODE = /^[a-z_][A-Za-z0-9_-]{0,63}$/;

export function specOf(resource: SearchParameterResource): SearchParameterSpec {
  return {
    code: resource.code,
    type: resource.type,
    url: resource.url,
    expression: resource.expression ?? '',
    base: resource.base,
    target: resource.target ?? [],
    components: resource.component ?? [],
  };
}

/** Of a SearchParameter that is to be stored: 422 where it could never work. One that is not active is only kept. */
export function checkSearchParameter(resource: SearchParameterResource): void {
  if (resource.status !== 'active') return;
  const { code, base, expression, url } = resource;
  if (!CODE.test(code))
    throw businessRule('The code can not be the name of a search parameter.', 'SearchParameter.code');
  if (code.startsWith('_') && !typesOf(base).some((type) => searchParameter(type, code)?.url === url))
    throw businessRule('Names that begin with an underscore are R4’s own.', 'SearchParameter.code');
  if (!expression)
    throw businessRule('An active search parameter needs an expression.', 'SearchParameter.expression');
  tryOut({ ...specOf(resource), components: [] }, 'SearchParameter.expression');
  for (const [i, each] of specOf(resource).components.entries())
    tryOut({ ...specOf(resource), components: [each] }, `SearchParameter.component[${i}].expression`);
  for (const type of base) checkFinds(resource, expression, type);
}

/** Resource and DomainResource are all of them. */
const typesOf = (base: readonly string[]): readonly string[] =>
  base.flatMap((each) => (isResourceType(each) ? [each] : resourceTypes));

/** 422 where another parameter of its types is called so here; elsewhere it may be right. */
export function checkNameIsFree({ status, base, code, url }: SearchParameterResource): void {
  if (status !== 'active') return;
  for (const type of typesOf(base)) {
    const known = searchParameter(type, code);
    if (known && known.url !== url)
      throw businessRule(`${type} has a search parameter '${code}' already.`, 'SearchParameter.code');
  }
}

function tryOut(spec: SearchParameterSpec, place: string): void {
  const url = `${spec.url}#tried`;
  try {
    addSearchParameter({ ...spec, url }, false);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw businessRule(`The expression can not be used here: ${whyRefused(error)}.`, place);
  } finally {
    removeSearchParameter(url);
  }
}

/**
 * What names what R4 does not have, begins at other types only, or yields what is not found by a parameter of this type, finds nothing for ever; of a composite
 * each part is read from what the whole yields, as the parameter that it names.
 */
function checkFinds(
  { type: kind, component = [] }: SearchParameterResource,
  expression: string,
  type: string,
): void {
  const place = 'SearchParameter.expression';
  const whole = walkFhirPath(expression, [type], [type]);
  const isNothing = whole.types?.length === 0 || (isResourceType(type) && !isEvaluated(expression, type));
  const fault = whole.missing ?? fixedFault(expression) ?? beyondFault(expression);
  if (fault !== undefined || isNothing)
    throw businessRule(fault ?? `The expression finds nothing of ${type.slice(0, 64)}.`, place);
  requireIndexable(kind, whole, place);
  for (const [i, part] of component.entries())
    checkPart(part, whole.types, type, `SearchParameter.component[${i}]`);
  const kinds = component.map(({ definition }) => searchParameterType(definition));
  const lost = kind === 'composite' ? unpairable(kinds) : undefined;
  if (lost !== undefined) throw businessRule(lost, 'SearchParameter.component');
}

function checkPart(
  { definition, expression }: NonNullable<SearchParameterResource['component']>[number],
  whole: readonly string[] | undefined,
  type: string,
  place: string,
): void {
  const kind = searchParameterType(definition);
  if (kind === undefined)
    throw businessRule(`The parameter ${definition.slice(0, 200)} is not known here.`, `${place}.definition`);
  if (kind === 'composite' || kind === 'special')
    throw businessRule(`A parameter of the type ${kind} can be no part.`, `${place}.definition`);
  const part = walkFhirPath(expression, whole, [type]);
  const fault = part.missing ?? fixedFault(expression) ?? beyondFault(expression);
  if (fault !== undefined) throw businessRule(fault, `${place}.expression`);
  requireIndexable(kind, part, `${place}.expression`);
}

/** Each side of `|` finds something: what would be left out without a word is refused. One that begins at other types is no side. */
function requireIndexable(
  kind: SearchParameterSpec['type'],
  { types, sides }: ReturnType<typeof walkFhirPath>,
  place: string,
): void {
  if (types?.length === 0) throw businessRule('The expression finds nothing, whatever there is.', place);
  const lost = sides.find((side) => side?.length !== 0 && !isIndexable(kind, side));
  if (lost) throw businessRule(unfit(kind, lost), place);
}

const unfit = (kind: string, types: readonly string[]): string =>
  kind === 'special'
    ? 'A parameter of the type special finds positions only here.'
    : `A parameter of the type ${kind} does not find what this is: ${types.slice(0, 3).join(', ')}.`;

function isEvaluated(expression: string, type: string): boolean {
  try {
    evaluateFhirPath(expression, { resourceType: type });
    return true;
  } catch {
    return false;
  }
}

export interface CustomParameters {
  /** Reads what is stored: from then on it counts. What must be indexed anew, for what is new since the last time. One after the other, in the order in which they were asked for. */
  refresh(): Promise<Unindexed>;
  /** What is stored is indexed by these, or by all that is known; one that was changed meanwhile still waits. */
  indexed(specs?: readonly SearchParameterSpec[]): Promise<void>;
}

interface Unindexed {
  /** Empty where there are specs: all types. */
  readonly types: readonly string[];
  readonly specs: readonly SearchParameterSpec[];
}

/** What the index was last complete for: URL → what is indexed. */
const NOTE = 'search-parameters';

export function createCustomParameters(
  store: ResourceStore,
  ofPackages: readonly SearchParameterResource[],
): CustomParameters {
  let stored = new Set<string>();

  const indexedBefore = async (): Promise<Record<string, string>> =>
    JSON.parse((await store.getNote(NOTE)) ?? '{}') as Record<string, string>;

  async function active(): Promise<SearchParameterSpec[]> {
    const page = await store.search({
      type: 'SearchParameter',
      where: { kind: 'token', param: 'status', code: 'active' },
      sort: [{ by: 'id', descending: false }],
      count: 1000,
      total: 'none',
    });
    const own = page.matches.map(({ body }) => JSON.parse(body ?? '{}') as SearchParameterResource);
    return [...ofPackages, ...own].filter(({ expression }) => expression).map(specOf);
  }

  const isNoted = (noted: Readonly<Record<string, string>>, spec: SearchParameterSpec): boolean =>
    noted[spec.url] === fingerprint(spec);
  const note = (indexed: readonly SearchParameterSpec[]): Promise<void> =>
    store.setNote(
      NOTE,
      JSON.stringify(Object.fromEntries(indexed.map((spec) => [spec.url, fingerprint(spec)]))),
    );

  let known: readonly SearchParameterSpec[] = [];
  async function refresh(): Promise<Unindexed> {
    const before = await indexedBefore();
    const read = await active();
    for (const url of stored) if (!read.some((each) => each.url === url)) removeSearchParameter(url);
    known = read.filter(isNew);
    const specs = known.filter((spec) => add(spec, isNoted(before, spec)));
    stored = new Set(known.map(({ url }) => url));
    // What is written from now on has no entries by what is gone: should it come again, it is to be indexed again.
    const left = known.filter((spec) => isNoted(before, spec));
    if (left.length < Object.keys(before).length) await note(left);
    const types = new Set(specs.flatMap(({ base }) => base));
    return { types: [...types].some((type) => !isResourceType(type)) ? [] : [...types], specs };
  }

  let last: Promise<unknown> = Promise.resolve();
  return {
    refresh() {
      const next = last.then(refresh, refresh);
      last = next;
      return next;
    },
    async indexed(specs = known) {
      const done = new Set(specs.map(fingerprint));
      const before = await indexedBefore();
      const isIndexed = (spec: SearchParameterSpec): boolean =>
        done.has(fingerprint(spec)) || isNoted(before, spec);
      const ready = known.filter(isIndexed);
      for (const { url } of ready) searchParameterReady(url);
      await note(ready);
    },
  };
}

/** Whether it waits to be indexed. */
function add(spec: SearchParameterSpec, isReady: boolean): boolean {
  try {
    addSearchParameter(spec, isReady);
    return !isReady;
  } catch (error) {
    // One of a package may use FHIRPath that is not compiled here: it is not searched by.
    if (!(error instanceof SyntaxError)) throw error;
    return false;
  }
}

/** Packages repeat parameters of R4 under URLs of their own. */
function isNew({ code, url, base }: SearchParameterSpec): boolean {
  return base.some((type) => {
    const other = isResourceType(type) ? searchParameter(type, code) : undefined;
    return other === undefined || other.url === url;
  });
}

const fingerprint = ({ code, type, expression, base, components }: SearchParameterSpec): string =>
  JSON.stringify([code, type, expression, base, components]);
