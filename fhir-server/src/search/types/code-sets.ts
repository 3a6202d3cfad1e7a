/** Token modifiers that stand for several codes: `:in`, `:not-in`, `:below`, `:above` (https://hl7.org/fhir/R4/search.html#token). */
import { type Coding, invalid, type SearchParameter, terminology, tooCostly } from '@wellspring/profiles';
import { insideParam } from '../contained.ts';
import type { CodeSets, ParseContext, Sought } from '../parse-context.ts';
import { none, or, type QueryNode } from '../query.ts';
import { unescapeValue } from '../values.ts';
import { caselessNode, codingNode, exactNode, tokenNode } from './token.ts';

/** Codes of a value set or a hierarchy that are looked for one by one; of more, those that are stored anywhere (interactions/code-sets.ts). */
export const MAX_CODES = 5000;

/** A `code` element names no system, and its case counts; the one it has by its binding may be given all the same. `isExact`: identifiers as they are written. */
export function codeNode(
  { isExact, codeSets = DEFINED }: Pick<ParseContext, 'isExact' | 'codeSets'>,
  parameter: SearchParameter,
  given: string,
): QueryNode {
  const { code: param, codeSystems, isOfCodings } = parameter;
  const value = withoutTruthSystem(parameter, given);
  if (value === '' && given !== '') return { kind: 'missing', param, missing: false };
  if (codeSystems.length === 0) {
    if (isExact) return exactNode(param, value);
    return caselessNode(param, value, isOfCodings ? codeSets.caseOf : undefined);
  }
  const node = tokenNode(param, value);
  if (node.kind !== 'token' || !node.system) return node;
  if (!codeSystems.includes(node.system)) return none;
  return node.code === undefined ? { kind: 'missing', param, missing: false } : { ...node, system: '' };
}

/** The implicit system of truth values (https://hl7.org/fhir/R4/search.html#token). */
const TRUTH = 'http://terminology.hl7.org/CodeSystem/special-values';

const withoutTruthSystem = (parameter: SearchParameter, value: string): string =>
  value.startsWith(`${TRUTH}|`) && parameter.isOfBooleans() ? value.slice(TRUTH.length + 1) : value;

function codesNode(
  { codeSets = DEFINED }: ParseContext,
  parameter: SearchParameter,
  codings: readonly Coding[],
): QueryNode {
  const { code: param, codeSystems } = parameter;
  return or(
    ...codings.map(
      ({ system, code }): QueryNode =>
        codeSystems.includes(system) || (system === TRUTH && parameter.isOfBooleans())
          ? { kind: 'token', param, system: '', code }
          : codingNode(param, system, code, codeSets.caseOf),
    ),
  );
}

/** Of the definitions alone: for who has looked up nothing else. */
const DEFINED: CodeSets = {
  inSet: (name) => few(terminology().expand(name)) ?? "is not known here, or can't be listed",
  hierarchy: (system, code, direction) =>
    few(terminology()[direction](system, code)) ?? 'has no hierarchy that is known here',
  caseOf: () => undefined,
};

function few<T>(codes: readonly T[] | undefined): readonly T[] | undefined {
  if (codes && codes.length > MAX_CODES)
    throw tooCostly(`More than ${MAX_CODES} codes are too many to search for at once.`);
  return codes;
}

/** `type`: whose parameter it is. */
function soughtBy({ followed }: ParseContext, type: string, parameter: SearchParameter): Sought {
  const { code: param, codeSystems } = parameter;
  const inside = followed && { type: followed.type, param: insideParam(followed.param, type, param) };
  return {
    places: [{ type, param }, ...(inside ? [inside] : [])],
    systems: parameter.isOfBooleans() ? [...codeSystems, TRUTH] : codeSystems,
  };
}

/** `:in=[url of a value set]`: known by the definitions, loaded, or stored here. */
export function inNode(
  context: ParseContext,
  type: string,
  parameter: SearchParameter,
  value: string,
): QueryNode {
  const { codeSets = DEFINED } = context;
  const codings = codeSets.inSet(unescapeValue(value), soughtBy(context, type, parameter));
  if (typeof codings === 'string') throw invalid(`'${parameter.code}': the value set ${codings}.`);
  return codesNode(context, parameter, codings);
}

/** `:below`, `:above` of a token: the code, and what its system says stands below or above it. */
export function hierarchyNode(
  context: ParseContext,
  type: string,
  parameter: SearchParameter,
  value: string,
  direction: 'below' | 'above',
): QueryNode {
  const { codeSets = DEFINED } = context;
  const node = tokenNode(parameter.code, value);
  if (node.kind !== 'token' || !node.system || node.code === undefined)
    throw invalid(`'${parameter.code}:${direction}' takes [system]|[code].`);
  const { system } = node;
  const codes = codeSets.hierarchy(system, node.code, direction, soughtBy(context, type, parameter));
  if (typeof codes === 'string') throw invalid(`'${parameter.code}:${direction}': the code ${codes}.`);
  return codesNode(
    context,
    parameter,
    codes.map((code) => ({ system, code })),
  );
}
