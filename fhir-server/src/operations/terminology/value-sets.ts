/** ValueSet `$expand` (https://hl7.org/fhir/R4/valueset-operation-expand.html). */
import {
  type Designation,
  type ExpansionItem,
  invalid,
  notFound,
  notKnown,
  type ValueSet,
} from '@wellspring/profiles';
import type { FhirRequest, Reply, Services } from '../../interactions/request.ts';
import { displayOf, type FoundConcept, parentsOf } from '../../terminology/code-source.ts';
import { type Expansion, expandSet, type Member } from '../../terminology/expand.ts';
import { inputOf, jsonReply, type OperationInput, ofKind, truth, wholeNumber } from '../parameters.ts';
import { type Asked, askedOf, canonicalOf } from './input.ts';
import { isNotHere, relayed } from './relay.ts';
import { requireVersions, VERSION_INPUT, withAskedVersions } from './versions.ts';

/** By id, by `url`, by the element that `context` names, or given as a resource. Errors: 404 where it is not known. */
export async function valueSetOf(asked: Asked): Promise<ValueSet> {
  const { terminologies, request, input } = asked;
  const given = (input.value('valueSet') ?? input.value('resource')) as ValueSet | undefined;
  if (given) return { ...given, url: given.url ?? 'urn:given' };
  const url = request.id === '' ? await asked.url() : undefined;
  if (request.id === '' && url === undefined)
    throw invalid("The operation needs a 'url', a 'context', a 'valueSet', or the id of one.");
  const name =
    request.id === ''
      ? canonicalOf(url as string, input.one('valueSetVersion'), 'valueSetVersion')
      : `ValueSet/${request.id}`;
  const set = await terminologies.valueSet(name);
  if (set) return set;
  throw request.id === ''
    ? notKnown('The value set is not known here.', 'url')
    : notFound('ValueSet', request.id);
}

const ECHOED = {
  filter: 'typed',
  offset: 'number',
  count: 'number',
  activeOnly: 'truth',
  includeDesignations: 'truth',
  displayLanguage: 'text',
  excludeNested: 'truth',
  excludeNotForUI: 'truth',
  excludePostCoordinated: 'truth',
  includeDefinition: 'truth',
} as const;

export async function expand(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, {
    ...ofKind(['url', 'valueSetVersion', 'context', 'contextDirection'], 'text'),
    ...ofKind(['designation', 'exclude-system', ...VERSION_INPUT], 'text'),
    ...ofKind(['valueSet', 'resource'], 'ValueSet'),
    date: 'date',
    ...ECHOED,
  });
  const asked = askedOf(services, request, input);
  // What is sent and what is taken of an element is bound to the same set.
  if (!/^(?:incoming|outgoing)$/.test(input.one('contextDirection') ?? 'incoming'))
    throw invalid("'contextDirection' takes incoming or outgoing.", 'Parameters.parameter');
  try {
    return await expandHere(services, asked);
  } catch (error) {
    // It may be known, or listed, elsewhere.
    const other = isNotHere(error) ? await expandElsewhere(asked) : undefined;
    if (other) return other;
    throw error;
  }
}

async function expandElsewhere(asked: Asked): Promise<Reply | undefined> {
  const { terminologies, request, input } = asked;
  const isNamed =
    request.id === '' && input.value('valueSet') === undefined && input.value('resource') === undefined;
  const named = isNamed && terminologies.remote ? await asked.url() : undefined;
  const [url, version] = (named ?? '').split('|');
  // Another server is asked for what it has, in the version that it goes by.
  const isPlain = [...VERSION_INPUT, 'exclude-system', 'designation'].every(
    (name) => !input.names.includes(name),
  );
  if (!isNamed || !url || !isPlain) return undefined;
  const given = Object.fromEntries(Object.keys(ECHOED).map((name) => [name, input.one(name)]));
  const valueSetVersion = input.one('valueSetVersion') ?? version;
  return relayed(terminologies, 'ValueSet/$expand', { url, valueSetVersion, ...given });
}

async function expandHere(services: Services, asked: Asked): Promise<Reply> {
  const { input } = asked;
  const set = await valueSetOf(asked);
  const count = wholeNumber(input, 'count');
  const filter = input.one('filter');
  const expansion = await expandSet(withAskedVersions(asked.terminologies, input), set, {
    words: wordsOf(filter),
    offset: wholeNumber(input, 'offset') ?? 0,
    count,
    activeOnly: truth(input, 'activeOnly') === true,
    leavesOut: leftOut(input),
    limit: services.limits.maxExpansion,
  });
  requireVersions(input, expansion.used);
  const isNested = truth(input, 'excludeNested') === false && filter === undefined && count === undefined;
  return jsonReply(expandedSet(services, input, set, expansion, isNested));
}

/** By `exclude-system`, and headings that only help to find one's way. Postcoordinated codes are never listed. */
function leftOut(input: OperationInput): (member: Member) => boolean {
  const systems = new Set(input.all('exclude-system'));
  const noHeadings = truth(input, 'excludeNotForUI') === true;
  return ({ system, version, concept }) =>
    systems.has(system) ||
    (version !== undefined && systems.has(`${system}|${version}`)) ||
    (noHeadings && concept.abstract);
}

const wordsOf = (filter: string | undefined): string[] =>
  (filter ?? '').toLowerCase().split(/\s+/).filter(Boolean).slice(0, 10);

function expandedSet(
  services: Services,
  input: OperationInput,
  { url, version, name, title, status, compose }: ValueSet,
  { members, total, used }: Expansion,
  isNested: boolean,
): object {
  const several = ofSeveralVersions(used);
  const item: MakeItem = (member) => ({
    ...itemOf(member, input),
    ...(several.has(member.system) && member.version !== undefined ? { version: member.version } : {}),
  });
  const items = isNested ? nested(members, item) : members.map(item);
  return {
    resourceType: 'ValueSet',
    url,
    ...(version ? { version } : {}),
    ...(name ? { name } : {}),
    ...(title ? { title } : {}),
    status: status ?? 'active',
    ...(compose && truth(input, 'includeDefinition') ? { compose } : {}),
    expansion: {
      identifier: `urn:uuid:${crypto.randomUUID()}`,
      timestamp: new Date(services.now()).toISOString(),
      ...(total === undefined ? {} : { total }),
      offset: wholeNumber(input, 'offset') ?? 0,
      ...parametersOf(input, used),
      ...(items.length > 0 ? { contains: items } : {}),
    },
  };
}

type MakeItem = (member: Member) => ExpansionItem;

/** Where a set has codes of several versions of one system, each says of which it is. */
function ofSeveralVersions(used: readonly string[]): ReadonlySet<string> {
  const systems = used.map((each) => each.split('|')[0] as string);
  return new Set(systems.filter((each, i) => systems.indexOf(each) !== i));
}

/** What was asked for, and which versions of code systems answered. */
function parametersOf(input: OperationInput, used: readonly string[]): { parameter?: readonly object[] } {
  const parameter = [
    ...Object.keys(ECHOED).flatMap((name): object[] => {
      const text = input.one(name);
      if (text === undefined) return [];
      if (name === 'offset' || name === 'count') return [{ name, valueInteger: Number(text) }];
      return [
        text === 'true' || text === 'false'
          ? { name, valueBoolean: text === 'true' }
          : { name, valueString: text },
      ];
    }),
    ...used.map((valueUri) => ({ name: 'version', valueUri })),
  ];
  return parameter.length > 0 ? { parameter } : {};
}

function itemOf({ system, concept }: Member, input: OperationInput): ExpansionItem {
  const display = displayOf(concept, input.one('displayLanguage'));
  const designations = textsBeside(concept, display).filter((each) =>
    isWanted(each, input.all('designation')),
  );
  const isAsked = truth(input, 'includeDesignations') ?? input.names.includes('designation');
  return {
    system,
    ...(concept.abstract ? { abstract: true } : {}),
    ...(concept.inactive ? { inactive: true } : {}),
    code: concept.code,
    ...(display === undefined ? {} : { display }),
    ...(isAsked && designations.length > 0 ? { designation: designations } : {}),
  };
}

/** With its own display, where it is shown by another one. */
function textsBeside(concept: FoundConcept, shown: string | undefined): readonly Designation[] {
  const { display, language, designations } = concept;
  const isThere =
    display === undefined || display === shown || designations.some(({ value }) => value === display);
  return isThere ? designations : [{ ...(language ? { language } : {}), value: display }, ...designations];
}

const LANGUAGES = 'urn:ietf:bcp:47';

/** `[system]|[code]` of a use, or of a language; of none named all are. */
const isWanted = ({ language, use }: Designation, tokens: readonly string[]): boolean =>
  tokens.length === 0 ||
  tokens.some(
    (token) =>
      token === `${LANGUAGES}|${language}` ||
      token === language ||
      (use?.code !== undefined && token === `${use.system ?? ''}|${use.code}`),
  );

interface Nest extends ExpansionItem {
  contains?: Nest[];
}

/** Each below the first of its parents that is in the set too, of its version. */
function nested(members: readonly Member[], item: MakeItem): readonly ExpansionItem[] {
  const keyOf = ({ system, version }: Member, code: string): string => `${system}|${version}|${code}`;
  const items = new Map(members.map((each) => [keyOf(each, each.concept.code), item(each) as Nest]));
  const roots: Nest[] = [];
  for (const member of members) {
    const own = items.get(keyOf(member, member.concept.code)) as Nest;
    const parent = parentsOf(member.concept)
      .map((code) => items.get(keyOf(member, code)))
      .find(Boolean);
    if (parent && parent !== own) {
      parent.contains ??= [];
      parent.contains.push(own);
    } else roots.push(own);
  }
  return roots;
}
