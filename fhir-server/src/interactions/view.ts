/** `_summary` and `_elements`: parts of a resource, tagged SUBSETTED (https://hl7.org/fhir/R4/search.html#summary). */
import { choiceProperties, invalid, summaryElements } from '@wellspring/profiles';
import { parseJson, type ResourceJson, stringifyJson } from '../repository/text/resource-text.ts';
import { elementsOf } from '../search/query-parameters.ts';

export interface View {
  readonly summary: 'true' | 'text' | 'data' | 'false';
  /** Names of elements at the root; those of one type alone as `Type.element`. */
  readonly elements: readonly string[];
}

const SUBSETTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' };

/** Of a read's parameters; undefined = the whole resource. */
export function parseView(query: FhirQuery): View | undefined {
  let summary: View['summary'] | undefined;
  const elements: string[] = [];
  for (const [name, value] of query) {
    if (name === '_summary') {
      if (summary !== undefined && summary !== value) throw invalid("'_summary' is given twice.");
      summary = parseSummary(value);
    } else if (name === '_elements') elements.push(...elementsOf(value));
    else if (name !== '_format' && name !== '_pretty')
      throw invalid(`'${name.slice(0, 64)}' is not a parameter of a read.`);
  }
  const view = { summary: summary ?? 'false', elements } as const;
  return isWhole(view) ? undefined : view;
}

type FhirQuery = readonly [string, string][];

function parseSummary(value: string): View['summary'] {
  if (value === 'true' || value === 'text' || value === 'data' || value === 'false') return value;
  throw invalid("'_summary' takes true, text, data or false.");
}

export function isWhole(view: View): boolean {
  return view.summary === 'false' && view.elements.length === 0;
}

/** The stored text cut down to the view. */
export function viewOf(body: string, view: View): string {
  if (isWhole(view)) return body;
  const resource = parseJson(body) as ResourceJson;
  const { summary, required } = summaryElements(resource.resourceType);
  const elements = propertiesOf(resource.resourceType, view.elements);
  // What was named is of other types.
  if (view.summary === 'false' && elements.size === 0) return body;
  const keep = (name: string): boolean => {
    if (name === 'resourceType' || required.has(name)) return true;
    if (elements.size > 0) return elements.has(name);
    if (view.summary === 'true') return summary.has(name);
    return view.summary === 'text' ? name === 'text' : name !== 'text';
  };
  for (const name of Object.keys(resource)) {
    if (!keep(name.startsWith('_') ? name.slice(1) : name)) delete resource[name];
  }
  const meta = (resource.meta ?? {}) as { tag?: unknown[] };
  resource.meta = { ...meta, tag: [...(meta.tag ?? []), SUBSETTED] };
  return stringifyJson(resource);
}

/** JSON properties of the elements that are named: `value` is value[x], whatever it holds. */
function propertiesOf(type: string, elements: readonly string[]): ReadonlySet<string> {
  const names = elements.flatMap((element) => {
    const [first = '', name] = element.split('.');
    if (name === undefined) return first;
    return first === type ? name : [];
  });
  return new Set(names.flatMap((name) => [name, ...choiceProperties(type, name.replace(/\[x\]$/, ''))]));
}
