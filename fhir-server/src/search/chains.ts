/** Parameters of other types: chains and `_has` (https://hl7.org/fhir/R4/search.html#chaining, #has). */
import { invalid, isResourceType, type SearchParameter, searchParameter } from '@wellspring/profiles';
import { withAliases } from './aliases.ts';
import { canonicalTargets, literalTargets, mayLeadTo, writtenParam } from './canonicals.ts';
import { insideNode } from './contained.ts';
import type { ParseContext } from './parse-context.ts';
import { or, type QueryNode } from './query.ts';
import { costOf, HOP } from './query-budget.ts';
import { UnknownParameter } from './unknown-parameter.ts';

/** Contained resources of a reference to more types than this are asked for what they say themselves, and not followed further. */
const FEW_TYPES = 12;

/** Reads the rest of a chain as a parameter of the type that it leads to; `followed`: by what, where that may be contained. */
export type ParseRest = (type: string, name: string, followed?: ParseContext['followed']) => QueryNode;

/** `subject:Patient.name=…`, `patient.name=…`. */
export function parseChain(
  context: ParseContext,
  type: string,
  name: string,
  parseRest: ParseRest,
): QueryNode {
  const dot = name.indexOf('.');
  const rest = name.slice(dot + 1);
  const [code = '', modifier] = name.slice(0, dot).split(':');
  const parameter = searchParameter(type, code);
  if (!parameter) throw new UnknownParameter(name);
  if (parameter.type !== 'reference') throw invalid(`'${code}' is not a reference: it can't be chained.`);
  if (modifier !== undefined && !mayLeadTo(parameter, modifier)) {
    throw invalid(`'${code}' never leads to ${modifier.slice(0, 64)}.`);
  }
  const base = context.baseUrl;
  const isLast = !rest.includes('.') && !rest.startsWith('_has:');
  return withAliases(type, parameter, ({ code: param }) => {
    const nodes: QueryNode[] = [];
    const lead = (targets: readonly string[], by: { param: string; base?: string }): void => {
      for (const target of modifier === undefined ? targets : targets.filter((each) => each === modifier)) {
        const followed = by.base === undefined ? { type, param: by.param } : undefined;
        const where = tryRest(context, target, rest, (next, name) => parseRest(next, name, followed));
        if (!where) continue;
        nodes.push({ kind: 'chained', type: target, where, ...by });
        if (by.base === undefined && (isLast || targets.length <= FEW_TYPES))
          nodes.push(counted(context, insideNode(by.param, target, where)));
      }
    };
    lead(literalTargets(parameter), { param });
    lead(canonicalTargets(parameter), { param: writtenParam(param), base });
    if (nodes.length === 0) throw new UnknownParameter(name);
    return or(...nodes);
  });
}

function counted({ budget }: ParseContext, node: QueryNode): QueryNode {
  // Looked for in lists that are empty wherever nothing is contained.
  budget.spend(costOf(node) / 10);
  return node;
}

/** Among several target types those that know the parameter count. */
function tryRest(
  context: ParseContext,
  type: string,
  rest: string,
  parseRest: ParseRest,
): QueryNode | undefined {
  if (!context.leadsOn(type, rest)) return undefined;
  try {
    hop(context, type);
    return parseRest(type, rest);
  } catch (error) {
    if (error instanceof UnknownParameter) return undefined;
    throw error;
  }
}

function hop({ budget, requireType }: ParseContext, type: string): void {
  requireType?.(type);
  budget.spend(HOP);
}

/** `_has:Observation:patient:code=…`. */
export function parseHas(context: ParseContext, type: string, name: string, parseRest: ParseRest): QueryNode {
  const [, source = '', code = '', ...rest] = name.split(':');
  if (!isResourceType(source) || rest.length === 0)
    throw invalid('_has takes _has:[type]:[parameter]:[parameter].');
  const parameter = searchParameter(source, code);
  if (!parameter) throw new UnknownParameter(name);
  if (parameter.type !== 'reference' || !mayLeadTo(parameter, type)) {
    throw new UnknownParameter(name, `'${source}.${code}' does not refer to ${type}.`);
  }
  hop(context, source);
  const where = parseRest(source, rest.join(':'));
  return withAliases(source, parameter, (each) => referring(context, type, source, each, where));
}

function referring(
  { baseUrl: base }: ParseContext,
  type: string,
  source: string,
  parameter: SearchParameter,
  where: QueryNode,
): QueryNode {
  const { code: param } = parameter;
  const asked = { kind: 'reverseChained', type: source, where } as const;
  return or(
    ...(literalTargets(parameter).includes(type) ? [{ ...asked, param }] : []),
    ...(canonicalTargets(parameter).includes(type) ? [{ ...asked, param: writtenParam(param), base }] : []),
  );
}
