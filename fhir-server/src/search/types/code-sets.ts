/** Token modifiers that stand for several codes: `:in`, `:not-in`, `:below`, `:above` (https://hl7.org/fhir/R4/search.html#token). */
import { type Coding, invalid, type SearchParameter, terminology, tooCostly } from '@wellspring/profiles';
import type { ParseContext } from '../parse-context.ts';
import { none, or, type QueryNode } from '../query.ts';
import { unescapeValue } from '../values.ts';
import { caselessNode, exactNode, tokenNode } from './token.ts';

/** Codes of a value set or a hierarchy that one parameter may stand for. */
const MAX_CODES = 1000;

/** A `code` element names no system, and its case counts; the one it has by its binding may be given all the same. `isExact`: identifiers as they are written. */
export function codeNode(
  { code: param, codeSystems }: SearchParameter,
  value: string,
  isExact: boolean,
): QueryNode {
  if (codeSystems.length === 0) return (isExact ? exactNode : caselessNode)(param, value);
  const node = tokenNode(param, value);
  if (node.kind !== 'token' || !node.system) return node;
  if (!codeSystems.includes(node.system)) return none;
  return node.code === undefined ? { kind: 'missing', param, missing: false } : { ...node, system: '' };
}

function codesNode(parameter: SearchParameter, codings: readonly Coding[]): QueryNode {
  if (codings.length > MAX_CODES)
    throw tooCostly(`'${parameter.code}': more than ${MAX_CODES} codes are too many to search for at once.`);
  const { code: param, codeSystems } = parameter;
  return or(
    ...codings.map(
      ({ system, code }): QueryNode => ({
        kind: 'token',
        param,
        system: codeSystems.includes(system) ? '' : system,
        code,
      }),
    ),
  );
}

/** `:in=[url of a value set]`: known by the definitions, or stored here. */
export function inNode(context: ParseContext, parameter: SearchParameter, value: string): QueryNode {
  const name = unescapeValue(value);
  const codings = context.storedValueSet?.(name) ?? terminology().expand(name);
  if (!codings) throw invalid(`'${parameter.code}': the value set is not known here, or can't be expanded.`);
  return codesNode(parameter, codings);
}

/** `:below`, `:above` of a token: the code, and what its system says stands below or above it. */
export function hierarchyNode(
  parameter: SearchParameter,
  value: string,
  direction: 'below' | 'above',
): QueryNode {
  const node = tokenNode(parameter.code, value);
  if (node.kind !== 'token' || !node.system || node.code === undefined)
    throw invalid(`'${parameter.code}:${direction}' takes [system]|[code].`);
  const { system } = node;
  const codes = terminology()[direction](system, node.code);
  if (!codes) throw invalid(`'${parameter.code}:${direction}': the code's hierarchy is not known here.`);
  return codesNode(
    parameter,
    codes.map((code) => ({ system, code })),
  );
}
