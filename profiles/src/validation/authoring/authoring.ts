/**
 * What R4 states in its text of resources that define things (https://hl7.org/fhir/R4/metadata.html, and each resource's page): beyond structure and invariants.
 * For writing them, so not of what others send about people: those pay one look at their type.
 */
import { isObject } from '../../fhirpath/node.ts';
import type { Issue } from '../../outcome.ts';
import type { SearchParameterSpec } from '../../table-format.ts';
import { elementType, isResourceType, tables } from '../../tables.ts';
import type { Known } from '../known.ts';
import { isAbsolute } from '../structure/uris.ts';
import { conceptMapFaults, valueSetFaults } from './authoring-codes.ts';
import { listOf, type Report } from './authoring-report.ts';
import { expressionFaults, isFhirPath, structureFaults } from './authoring-structures.ts';

type Json = Readonly<Record<string, unknown>>;

const RULES: Readonly<Record<string, (resource: Json, report: Report, known: Known) => void>> = {
  CodeSystem: codeSystemFaults,
  ValueSet: valueSetFaults,
  SearchParameter: searchParameterFaults,
  CapabilityStatement: capabilityFaults,
  ConceptMap: conceptMapFaults,
  StructureDefinition: structureFaults,
};

/** Of a resource that is valid R4, and of those that it contains. */
export function authoringIssues(resource: Json, known: Known): readonly Issue[] {
  const type = String(resource.resourceType);
  const issues = definesSomething(type) ? faultsOf(resource, type, known) : NONE;
  if (!Array.isArray(resource.contained)) return issues;
  return [
    ...issues,
    ...resource.contained.flatMap((each: unknown, i) =>
      isObject(each) && definesSomething(String(each.resourceType))
        ? faultsOf(each, `${type}.contained[${i}]`, known)
        : [],
    ),
  ];
}

const NONE: readonly Issue[] = [];

/** Whether resources of the type have a canonical URL: its `url` is of what they define. */
const defining = new Map<string, boolean>();
export function definesSomething(type: string): boolean {
  const known = defining.get(type);
  if (known !== undefined) return known;
  const found =
    isResourceType(type) &&
    elementType(type, 'url')?.type === 'uri' &&
    elementType(type, 'status') !== undefined;
  defining.set(type, found);
  return found;
}

function faultsOf(resource: Json, path: string, known: Known): Issue[] {
  const issues: Issue[] = [];
  const report: Report = (place, diagnostics) =>
    issues.push({
      severity: 'error',
      code: 'invariant',
      diagnostics,
      expression: place === '' ? path : `${path}.${place}`,
    });
  if (!isAbsolute(resource.url)) report('url', 'A canonical URL is absolute.');
  expressionFaults(resource, '', report);
  RULES[String(resource.resourceType)]?.(resource, report, known);
  return issues;
}

let parameters: ReadonlyMap<string, SearchParameterSpec> | undefined;

/** Of R4 itself, by its URL. */
function searchParameterOf(url: string): SearchParameterSpec | undefined {
  parameters ??= new Map(tables.searchParameters.map((each) => [each.url, each]));
  return parameters.get(url.split('|')[0] as string);
}

/** https://hl7.org/fhir/R4/codesystem.html#supplements, and its properties. */
function codeSystemFaults(system: Json, report: Report): void {
  if ((system.supplements !== undefined) !== (system.content === 'supplement'))
    report(
      'content',
      "What adds to another code system names it in 'supplements', and has the content 'supplement'.",
    );
  const types = new Map<unknown, unknown>();
  listOf(system.property).forEach(({ code, uri, type }, i) => {
    // R4's own SNOMED CT declares one twice: the first counts.
    if (!types.has(code)) types.set(code, type);
    const known =
      typeof uri === 'string' && uri.startsWith(CONCEPT_PROPERTIES)
        ? uri.slice(CONCEPT_PROPERTIES.length)
        : undefined;
    const wanted = known === undefined ? undefined : KNOWN_TYPES[known];
    if (wanted !== undefined && type !== wanted)
      report(`property[${i}].type`, `The property ${known} of FHIR is of the type ${wanted}.`);
  });
  conceptFaults(listOf(system.concept), 'concept', types, report, 0);
}

/** https://hl7.org/fhir/R4/codesystem-concept-properties.html */
const CONCEPT_PROPERTIES = 'http://hl7.org/fhir/concept-properties#';
const KNOWN_TYPES: Readonly<Record<string, string>> = {
  inactive: 'boolean',
  deprecated: 'dateTime',
  deprecationDate: 'dateTime',
  notSelectable: 'boolean',
  parent: 'code',
  child: 'code',
};
const MAX_DEPTH = 60;

function conceptFaults(
  concepts: readonly Json[],
  path: string,
  types: ReadonlyMap<unknown, unknown>,
  report: Report,
  depth: number,
): void {
  if (depth > MAX_DEPTH) return;
  concepts.forEach((concept, i) => {
    listOf(concept.property).forEach((property, n) => {
      const type = types.get(property.code);
      const value = Object.keys(property).find((name) => name.startsWith('value'));
      if (type === undefined || value === undefined) return;
      if (value.slice('value'.length).toLowerCase() !== String(type).toLowerCase())
        report(`${path}[${i}].property[${n}].value`, `The property is declared to be of the type ${type}.`);
    });
    const below = listOf(concept.concept);
    if (below.length > 0) conceptFaults(below, `${path}[${i}].concept`, types, report, depth + 1);
  });
}

/** https://hl7.org/fhir/R4/searchparameter.html: a specialization is of the same type, for types that the other is for. */
function searchParameterFaults(
  { derivedFrom, type, base, component, expression }: Json,
  report: Report,
): void {
  if (typeof expression === 'string' && !isFhirPath(expression)) report('expression', 'This is no FHIRPath.');
  if (type === 'composite' && listOf(component).length < 2)
    report('component', 'A composite parameter has two components at least.');
  const other = typeof derivedFrom === 'string' ? searchParameterOf(derivedFrom) : undefined;
  if (!other) return;
  if (other.type !== type)
    report('type', `The parameter that this one is derived from is of the type ${other.type}.`);
  const bases = new Set(other.base);
  if (
    Array.isArray(base) &&
    !bases.has('Resource') &&
    !bases.has('DomainResource') &&
    base.some((each) => !bases.has(String(each)))
  )
    report('base', 'The parameter that this one is derived from is not for all of these types.');
}

/** https://hl7.org/fhir/R4/capabilitystatement.html: a parameter that names its definition is of its type. */
function capabilityFaults(statement: Json, report: Report): void {
  listOf(statement.rest).forEach((rest, r) => {
    const places: [string, readonly Json[]][] = [
      [`rest[${r}]`, listOf(rest.searchParam)],
      ...listOf(rest.resource).map(({ searchParam }, i): [string, readonly Json[]] => [
        `rest[${r}].resource[${i}]`,
        listOf(searchParam),
      ]),
    ];
    for (const [place, parameters] of places)
      parameters.forEach(({ definition, type }, i) => {
        const known = typeof definition === 'string' ? searchParameterOf(definition) : undefined;
        if (known && known.type !== type)
          report(`${place}.searchParam[${i}].type`, `The parameter is defined with the type ${known.type}.`);
      });
  });
}
