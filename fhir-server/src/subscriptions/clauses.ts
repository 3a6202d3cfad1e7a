/** What is asked of a change, as query trees: of a search (R4), or of a topic's triggers with the subscription's filters. */
import { businessRule, isResourceType, searchParameter } from '@wellspring/profiles';
import { localReference } from '../search/own-references.ts';
import { all, and, type QueryNode } from '../search/query.ts';
import { CHARACTERS, costOf, type QueryBudget } from '../search/query-budget.ts';
import { foreignNodes } from '../search/satisfies.ts';
import { parseWritten, toldAt, writtenParameters } from '../search/written-query.ts';
import { type Change, type Topic, type Trigger, UNTOLD } from './topic.ts';

export interface Clause {
  readonly type: string;
  readonly changes: ReadonlySet<Change>;
  /** Of the version that the change made; of a deletion, the one before. */
  readonly filter: QueryNode;
  /** Of topics: shared by all that subscribe to it. */
  readonly trigger: ReadTrigger | undefined;
}

export interface ReadTrigger {
  readonly previous: QueryNode | undefined;
  readonly current: QueryNode | undefined;
  readonly onCreate: boolean;
  readonly onDelete: boolean;
  readonly requireBoth: boolean;
  readonly fhirPath: string | undefined;
}

export interface CriteriaContext {
  readonly baseUrl: string;
  readonly now: () => number;
  /** Of what somebody asks for now: filters times triggers. What is stored was counted when it was. */
  readonly budget?: QueryBudget;
}

const CRITERIA = 'Subscription.criteria';
const FILTER = 'Subscription.criteria.extension';
/** Reading the text of one query, whatever it asks. */
const READING = 40;
/** Parameters about an answer: there is none. */
const RESULT = /^_(?:sort|count|total|summary|elements|include|revinclude|cursor|format|pretty)\b/;

/** `Observation?code=…`: R4's own criteria, of what is created and updated. */
export function clausesOfCriteria(criteria: string, context: CriteriaContext): Clause[] {
  const [type = '', ...rest] = criteria.split('?');
  if (!isResourceType(type))
    throw businessRule(`'${type.slice(0, 64)}' is not a resource type of R4.`, CRITERIA);
  if (UNTOLD.has(type))
    throw businessRule(`Of ${type} nobody is told: it is no part of the change log.`, CRITERIA);
  const filter = queryNode(context, type, rest.join('?'), CRITERIA);
  return [{ type, changes: new Set(['create', 'update']), filter, trigger: undefined }];
}

export function clausesOfTopic(topic: Topic, filters: readonly string[], context: CriteriaContext): Clause[] {
  const read = filters.map((text) => readFilter(context, text, topic));
  return topic.triggers.map((trigger) => ({
    type: trigger.resource,
    changes: new Set(trigger.changes),
    filter: and(
      ...read
        .filter(({ type }) => type === undefined || type === trigger.resource)
        .map((filter) => filterNode(context, trigger.resource, filter)),
    ),
    trigger: readTrigger(trigger, context),
  }));
}

/** By the trigger itself: topics are kept, and each is read once for all of their subscriptions. */
const known = new WeakMap<Trigger, ReadTrigger>();

/** Throws 422 for a topic that could never work. */
export function readTrigger(trigger: Trigger, context: CriteriaContext): ReadTrigger | undefined {
  const { query, fhirPath, resource } = trigger;
  if (query === undefined && fhirPath === undefined) return undefined;
  const before = known.get(trigger);
  if (before) return before;
  const node = (text: string | undefined): QueryNode | undefined =>
    text === undefined
      ? undefined
      : queryNode(context, resource, text.replace(new RegExp(`^${resource}\\?`), ''), 'Basic.extension');
  const read: ReadTrigger = {
    previous: node(query?.previous),
    current: node(query?.current),
    onCreate: query?.resultForCreate !== 'test-fails',
    onDelete: query?.resultForDelete !== 'test-fails',
    requireBoth: query?.requireBoth === true,
    fhirPath,
  };
  known.set(trigger, read);
  return read;
}

interface Filter {
  /** undefined: of all the topic's types. */
  readonly type: string | undefined;
  readonly parameters: readonly [string, string][];
  /** `patient` of all types: the same for each, and read once. */
  readonly records: ReadonlyMap<string, QueryNode>;
}

/** `patient=…`, `Encounter.patient=…`, `Encounter?patient=…&status=…` */
function readFilter(context: CriteriaContext, text: string, topic: Topic): Filter {
  spend(context, READING + text.length / CHARACTERS, FILTER);
  const [, type, query = ''] = /^(?:([A-Z][A-Za-z]+)[?.])?(.+)$/s.exec(text) ?? [];
  if (query === '' || !query.includes('='))
    throw businessRule('A filter is [parameter]=[value] or [type]?[parameter]=[value].', FILTER);
  if (type !== undefined && !topic.triggers.some(({ resource }) => resource === type))
    throw businessRule(`The topic is not about ${type.slice(0, 64)}.`, FILTER);
  const parameters = writtenParameters(query, FILTER);
  for (const [name] of parameters) checkFilter(name, type, topic);
  const whose = type === undefined ? parameters.filter(([name]) => name === 'patient') : [];
  const isAsked = topic.triggers.some(({ resource }) => !searchParameter(resource, 'patient'));
  const records = new Map(isAsked ? whose.map(([, value]) => [value, recordsNode(context, value)]) : []);
  return { type, parameters, records };
}

function spend({ budget }: CriteriaContext, steps: number, expression: string): void {
  if (budget) toldAt(expression, () => budget.spend(steps));
}

/** `patient` of all types means whose record it is: of a Patient, and what has no such parameter, too. */
function filterNode(
  context: CriteriaContext,
  type: string,
  { type: named, parameters, records }: Filter,
): QueryNode {
  const isWhose = ([name]: readonly [string, string]): boolean =>
    named === undefined && name === 'patient' && !searchParameter(type, name);
  const rest = parameters.filter((each) => !isWhose(each));
  const whose = parameters.filter(isWhose).flatMap(([, value]) => records.get(value) ?? []);
  for (const node of whose) spend(context, costOf(node), FILTER);
  return and(...whose, nodeOf(context, type, rest, FILTER));
}

function recordsNode({ baseUrl }: CriteriaContext, value: string): QueryNode {
  const patients = value.split(',').map((each) => {
    const id = /^(?:Patient\/)?([A-Za-z0-9\-.]{1,64})$/.exec(localReference(each, baseUrl))?.[1];
    if (id === undefined) throw businessRule("'patient' takes references to Patients.", FILTER);
    return id;
  });
  return { kind: 'owner', patients };
}

function checkFilter(name: string, type: string | undefined, { filters }: Topic): void {
  const [code] = name.split(':');
  const isAllowed = filters?.some(
    ({ parameter, resource }) =>
      parameter === code && (type === undefined || resource === undefined || resource === type),
  );
  if (isAllowed === false)
    throw businessRule(`The topic can not be filtered by '${name.slice(0, 64)}'.`, FILTER);
}

const queryNode = (context: CriteriaContext, type: string, query: string, expression: string): QueryNode =>
  nodeOf(context, type, writtenParameters(query, expression), expression);

function nodeOf(
  context: CriteriaContext,
  type: string,
  parameters: readonly [string, string][],
  expression: string,
): QueryNode {
  const result = parameters.find(([name]) => RESULT.test(name));
  if (result)
    throw businessRule(`'${result[0].slice(0, 64)}' is about an answer, and there is none.`, expression);
  if (parameters.length === 0) return all;
  spend(context, READING, expression);
  const { baseUrl, now, budget } = context;
  const within = budget && { within: budget };
  const { where: node } = parseWritten({ baseUrl, now, ...within }, type, parameters, expression);
  if (foreignNodes(node).length > 0)
    throw businessRule(
      'What is subscribed to is asked of the resource itself: no chains, _has or _list.',
      expression,
    );
  return node;
}
