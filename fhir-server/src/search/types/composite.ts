/**
 * Composite search parameters: https://hl7.org/fhir/R4/search.html#composite
 *
 * The parts must hold of the same value. A composite of the resource itself, or of an element that a resource has once, is the parameters
 * it is made of, AND-ed. Any other is indexed by its first part: the second part's entries stand under a parameter whose name holds the
 * first part's token, so that one entry is one pair and no store needs to know of composites.
 */
import {
  type CompositeComponent,
  invalid,
  type SearchParameter,
  type TypedValue,
} from '@wellspring/profiles';
import type { EntryLists } from '../index-entry.ts';
import { and, or, type QueryNode } from '../query.ts';
import { splitEscaped } from '../values.ts';
import { addTokens, type CaseOf, caselessNode } from './token.ts';

export type Add = (lists: EntryLists, param: string, values: readonly TypedValue[]) => void;

/** How one value of a plain parameter is read. */
export type ReadPart = (component: CompositeComponent, param: string, value: string) => QueryNode;

/** Composites that look at the resource and at its parts at once, as the composites they consist of. */
const UNIONS: Readonly<Record<string, readonly string[]>> = {
  'combo-code-value-concept': ['code-value-concept', 'component-code-value-concept'],
  'combo-code-value-quantity': ['code-value-quantity', 'component-code-value-quantity'],
};

export const unionOf = (code: string): readonly string[] | undefined => UNIONS[code];

/**
 * One value holds all parts: the resource, or MolecularSequence.referenceSeq, which is there at most once. Of R4's own, whose parts are what the parameters that they name look at; those of
 * others may look elsewhere, and are pairs.
 */
const isOneValue = ({ expression, url }: SearchParameter): boolean =>
  url.startsWith('http://hl7.org/fhir/SearchParameter/') &&
  (!expression.includes('.') || expression === 'MolecularSequence.referenceSeq');

/** Three parts of a repeating element are more than a name can hold. */
export function isSupported(parameter: SearchParameter): boolean {
  return unionOf(parameter.code) !== undefined || isOneValue(parameter) || parameter.components.length === 2;
}

/** Of a composite that is to be stored, by the types of its parts: why nothing would be found by it; undefined: something may. */
export function unpairable(kinds: readonly (string | undefined)[]): string | undefined {
  if (kinds.length !== 2) return 'A composite has two parts here.';
  return kinds[0] === 'token' ? undefined : 'The first part of a composite is a token here.';
}

/** Whether the parameter has entries of its own. */
export function needsPairs(parameter: SearchParameter): boolean {
  return unionOf(parameter.code) === undefined && !isOneValue(parameter) && isSupported(parameter);
}

const ANY_SYSTEM = '*';
const pairParam = (param: string, system: string, code: string): string => `${param}$${system}|${code}`;

export function addComposites(
  lists: EntryLists,
  parameter: SearchParameter,
  values: readonly TypedValue[],
  resource: unknown,
  adders: Readonly<Partial<Record<SearchParameter['type'], Add>>>,
): void {
  const [first, second] = parameter.components;
  if (!first || !second) return;
  const add = adders[second.type];
  if (!add || first.type !== 'token') return;
  for (const value of values) {
    const keys: EntryLists = { ...lists, tokens: [], strings: [] };
    addTokens(keys, parameter.code, first.extract(value, resource));
    const partners = second.extract(value, resource);
    if (partners.length === 0) continue;
    for (const { param, system, code } of keys.tokens) {
      if (param !== parameter.code) continue;
      for (const name of new Set([system, ANY_SYSTEM]))
        add(lists, pairParam(parameter.code, name, code), partners);
    }
  }
}

/** `[first]$[second]`. */
export function compositeNode(
  parameter: SearchParameter,
  value: string,
  read: ReadPart,
  caseOf?: CaseOf,
): QueryNode {
  const { code: param, components } = parameter;
  const parts = splitEscaped(value, '$');
  if (parts.length !== components.length || parts.includes(''))
    throw invalid(`'${param}' takes ${components.map(({ code }) => `[${code}]`).join('$')}.`);
  if (isOneValue(parameter)) {
    return and(...components.map((component, i) => read(component, component.code, parts[i] as string)));
  }
  const [component, partner] = components as [CompositeComponent, CompositeComponent];
  const [first] = leavesOf(caselessNode(param, withoutOwnSystem(component, parts[0] as string), caseOf));
  if (first?.kind !== 'token' || first.code === undefined)
    throw invalid(`'${param}': the first part needs a code.`);
  const name = pairParam(param, first.system ?? ANY_SYSTEM, first.code);
  return or(read(partner, name, parts[1] as string));
}

/** A `code` element names no system: what asks for the one that its codes are of asks for the code. */
function withoutOwnSystem({ codeSystems }: CompositeComponent, asked: string): string {
  const [system = '', ...code] = splitEscaped(asked, '|');
  return codeSystems.includes(system) && code.length === 1 ? asked.slice(asked.indexOf('|')) : asked;
}

/** A pair's name holds the code as it is asked for: which of two cases it was written in, where it has no capitals, the name does not tell. */
const leavesOf = (node: QueryNode): readonly QueryNode[] => (node.kind === 'and' ? node.nodes : [node]);
