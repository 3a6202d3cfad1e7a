/** Reference search parameters: https://hl7.org/fhir/R4/search.html#reference */
import {
  FhirError,
  invalid,
  isResourceType,
  referencedType,
  type SearchParameter,
  type TypedValue,
} from '@wellspring/profiles';
import { canonicalTargets, withoutFragment, writtenParam } from '../canonicals.ts';
import type { EntryLists } from '../index-entry.ts';
import { localName, localReference, namesVersion, withoutVersion } from '../own-references.ts';
import type { ParseContext } from '../parse-context.ts';
import { or, type QueryNode } from '../query.ts';
import { push as pushToken } from './token.ts';

export function addReferences(lists: EntryLists, param: string, values: readonly TypedValue[]): void {
  for (const { value } of values) {
    if (typeof value === 'string') addCanonical(lists, param, value);
    else if (typeof value === 'object' && value !== null) addReference(lists, param, value);
  }
}

function addReference(lists: EntryLists, param: string, value: object): void {
  const { reference, identifier } = value as {
    reference?: string;
    identifier?: { system?: string; value?: string };
  };
  if (reference && !reference.startsWith('#')) {
    push(lists, param, withoutVersion(reference));
    if (namesVersion(reference)) push(lists, versionParam(param), reference);
  }
  if (identifier?.value !== undefined) {
    pushToken(lists, `${param}:identifier`, identifier.system ?? '', identifier.value);
  }
}

/** A canonical is found with and without its version; what it leads to, as it is written. */
function addCanonical(lists: EntryLists, param: string, value: string): void {
  const canonical = withoutFragment(value);
  if (canonical === undefined) return;
  push(lists, param, canonical);
  push(lists, writtenParam(param), canonical);
  lists.uris.push({ param: writtenParam(param), uri: canonical });
  const bar = canonical.indexOf('|');
  if (bar > 0) push(lists, param, canonical.slice(0, bar));
}

function push(lists: EntryLists, param: string, target: string): void {
  for (const entry of lists.references) if (entry.target === target && entry.param === param) return;
  lists.references.push({ param, target });
}

/** References that name a version, as they were written. */
const versionParam = (param: string): string => `${param}~version`;

const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/**
 * `[id]`, `[type]/[id]` or a URL. An id alone means any of the types the parameter may lead to, or the one that `:[type]` names; a URL below
 * this server's own base is the same as its relative form, and one with a version means what names that version. A canonical may be written in either, or be the URL that the resource is published under.
 */
export function referenceNode(
  context: Pick<ParseContext, 'baseUrl' | 'requireType'>,
  parameter: SearchParameter,
  value: string,
  types: readonly string[],
): QueryNode {
  const { baseUrl } = context;
  const { code: param } = parameter;
  const text = localReference(value, baseUrl);
  const named = (names: readonly string[]): QueryNode => {
    if (parameter.leadsBy === 'reference') return { kind: 'reference', param, targets: names };
    const targets = names.flatMap((name) => [name, `${baseUrl}/${name}`]);
    return or(
      { kind: 'reference', param, targets },
      ...names.flatMap((name) => published(context, parameter, name)),
    );
  };
  const local = localName(text);
  if (parameter.leadsBy !== 'canonical' && namesVersion(text))
    return {
      kind: 'reference',
      param: versionParam(param),
      targets: isOfTypes(text, types) ? [text] : [],
    };
  if (local !== undefined) {
    return named(isOfTypes(local, types) ? [local] : []);
  }
  const all = types.length === 0 ? canonicalTargets(parameter) : types;
  if (ID.test(text)) return named(all.map((type) => `${type}/${text}`));
  if (/^[a-z][a-z0-9+.-]*:\S+$/i.test(text)) {
    const isOther = parameter.leadsBy === 'reference' && !isOfTypes(text, types);
    return { kind: 'reference', param, targets: isOther ? [] : [text] };
  }
  throw invalid(`'${param}' takes an id, [type]/[id] or a URL.`);
}

/** A RESTful URL tells its type (https://hl7.org/fhir/R4/references.html#literal), here or elsewhere; what nothing tells of may be of any. */
function isOfTypes(url: string, types: readonly string[]): boolean {
  const type = referencedType(url);
  return type === undefined || !isResourceType(type) || types.length === 0 || types.includes(type);
}

/** What leads to the resource by the URL that it is published under: of that only who may read such resources is told. */
function published(
  { baseUrl: base, requireType }: Pick<ParseContext, 'baseUrl' | 'requireType'>,
  parameter: SearchParameter,
  name: string,
): QueryNode[] {
  const [type = '', id = ''] = name.split('/');
  if (!canonicalTargets(parameter).includes(type)) return [];
  try {
    requireType?.(type);
  } catch (error) {
    if (error instanceof FhirError && error.status === 403) return [];
    throw error;
  }
  return [
    { kind: 'chained', param: writtenParam(parameter.code), type, where: { kind: 'id', ids: [id] }, base },
  ];
}
