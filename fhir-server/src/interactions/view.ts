/** `_summary` and `_elements`: parts of a resource, tagged SUBSETTED (https://hl7.org/fhir/R4/search.html#summary). */
import { invalid, summaryElements } from '@wellspring/profiles';
import { parseJson, type ResourceJson, stringifyJson } from '../repository/resource-text.ts';
import { elementsOf } from '../search/query-parameters.ts';

export interface View {
  readonly summary: 'true' | 'text' | 'data' | 'false';
  readonly elements: readonly string[];
}

const SUBSETTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' };

/** Of a read's parameters; undefined = the whole resource. */
export function parseView(query: FhirQuery): View | undefined {
  let summary: View['summary'] = 'false';
  let elements: string[] = [];
  for (const [name, value] of query) {
    if (name === '_summary') summary = parseSummary(value);
    else if (name === '_elements') elements = elementsOf(value);
    else if (name !== '_format' && name !== '_pretty')
      throw invalid(`'${name.slice(0, 64)}' is not a parameter of a read.`);
  }
  return summary === 'false' && elements.length === 0 ? undefined : { summary, elements };
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
  const keep = (name: string): boolean => {
    if (name === 'resourceType' || required.has(name)) return true;
    if (view.elements.length > 0) return view.elements.includes(name);
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
