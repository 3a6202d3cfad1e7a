/** Links of a narrative to what is beside it: `#x` is a place in the same text, an element, or a contained resource (https://hl7.org/fhir/R4/narrative.html). */
import { isObject } from '../../fhirpath/node.ts';
import type { Issue } from '../../outcome.ts';
import { definesSomething } from '../authoring/authoring.ts';
import { listOf } from '../authoring/authoring-report.ts';

type Json = Readonly<Record<string, unknown>>;

const LINK = /<a\b[^>]*?\bhref\s*=\s*(?:"#([^"]*)"|'#([^']*)')/g;
const PLACE = /\b(?:id|name)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
/** More than these in one text are not followed. */
const MOST = 10_000;

/** Of a valid resource, of those that it contains, and of the entries of a Bundle. */
export function narrativeLinkIssues(resource: Json): Issue[] {
  return issuesBelow(resource, String(resource.resourceType), new Set());
}

function issuesBelow(resource: Json, path: string, beside: ReadonlySet<string>): Issue[] {
  if (resource.resourceType !== 'Bundle') {
    const contained = listOf(resource.contained).flatMap((each, i) =>
      ownIssues(each, `${path}.contained[${i}]`, resource, beside),
    );
    return [...ownIssues(resource, path, resource, beside), ...contained];
  }
  const entries = listOf(resource.entry);
  // As publishers of guides name what is shown beside: `#Patient_1`.
  const names = new Set(entries.flatMap((each) => (isObject(each.resource) ? nameOf(each.resource) : [])));
  return entries.flatMap((entry, i) =>
    isObject(entry.resource) ? issuesBelow(entry.resource, `${path}.entry[${i}].resource`, names) : [],
  );
}

const nameOf = ({ resourceType, id }: Json): string => `${resourceType}_${id}`;

function ownIssues(resource: Json, path: string, container: Json, beside: ReadonlySet<string>): Issue[] {
  // The narrative of a definition is an excerpt of a guide's page: its links lead to the rest of that.
  if (definesSomething(String(resource.resourceType))) return [];
  const { text } = resource;
  const div = isObject(text) ? text.div : undefined;
  if (typeof div !== 'string' || !div.includes('#')) return [];
  const wanted = new Set(matches(div, LINK));
  wanted.delete('');
  if (wanted.size === 0) return [];
  const places = new Set(matches(div, PLACE));
  const unknown = [...wanted].filter(
    (each) => !places.has(each) && !places.has(decoded(each)) && !beside.has(each),
  );
  if (unknown.length === 0) return [];
  const ids = new Set<unknown>();
  addIds(container, ids);
  const missing = unknown.filter((each) => !ids.has(decoded(each)));
  return missing.slice(0, 5).map((each) => ({
    severity: 'error',
    code: 'invalid',
    diagnostics: `The link to '#${each.slice(0, 64)}' leads nowhere: neither the narrative nor the resource has this id.`,
    expression: `${path}.text.div`,
  }));
}

function matches(div: string, pattern: RegExp): string[] {
  const found: string[] = [];
  for (const [, double, single] of div.matchAll(pattern)) {
    if (found.push(double ?? single ?? '') >= MOST) break;
  }
  return found;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('&amp;', '&'));
  } catch {
    return name;
  }
}

/** Of the resource, of its elements, and of what is contained. */
function addIds(value: unknown, ids: Set<unknown>): void {
  if (Array.isArray(value)) for (const each of value) addIds(each, ids);
  if (!isObject(value)) return;
  ids.add(value.id);
  for (const each of Object.values(value)) addIds(each, ids);
}
