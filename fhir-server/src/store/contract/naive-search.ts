/** The query tree read literally over a list of resources in memory: what both adapters must agree with. */
import type { IndexEntries } from '../../search/index-entry.ts';
import type { QueryNode, RangeTest } from '../../search/query.ts';

export interface Known {
  readonly type: string;
  readonly id: string;
  readonly entries: IndexEntries;
}

export function matches(all: readonly Known[], known: Known, node: QueryNode): boolean {
  const { entries } = known;
  switch (node.kind) {
    case 'all':
      return true;
    case 'none':
      return false;
    case 'and':
      return node.nodes.every((child) => matches(all, known, child));
    case 'or':
      return node.nodes.some((child) => matches(all, known, child));
    case 'not':
      return !matches(all, known, node.node);
    case 'token':
      return entries.tokens.some(
        (entry) =>
          entry.param === node.param &&
          (node.system === undefined || entry.system === node.system) &&
          (node.code === undefined || entry.code === node.code),
      );
    case 'owner':
      return entries.owners.some((owner) => node.patients.includes(owner));
    case 'ownedBy':
      return (
        (node.orNobody && entries.owners.length === 0) ||
        all.some(
          (owner) =>
            owner.type === 'Patient' && entries.owners.includes(owner.id) && matches(all, owner, node.where),
        )
      );
    case 'string':
      return entries.strings.some(
        (entry) => entry.param === node.param && textMatches(entry, node.text, node.match),
      );
    case 'uri':
      return entries.uris.some(
        ({ param, uri }) => param === node.param && uriMatches(uri, node.uri, node.match),
      );
    case 'date':
      return entries.dates.some(
        (entry) => entry.param === node.param && rangeMatches(node.test, entry, node.range),
      );
    case 'number':
      return entries.numbers.some(
        (entry) => entry.param === node.param && rangeMatches(node.test, entry, node.range),
      );
    case 'quantity':
      return entries.quantities.some(
        (entry) =>
          entry.param === node.param &&
          rangeMatches(node.test, entry, node.range) &&
          (node.code === undefined ||
            (node.system === undefined
              ? entry.code === node.code || entry.unit === node.code
              : entry.system === node.system && entry.code === node.code)),
      );
    case 'reference':
      return entries.references.some(
        (entry) => entry.param === node.param && node.targets.includes(entry.target),
      );
    case 'words':
      return (
        node.words.every((word) => entries.words[node.of].includes(word)) &&
        (node.begins === undefined ||
          entries.words[node.of].some((word) => word.startsWith(node.begins as string)))
      );
    case 'missing':
      return entries.present.includes(node.param) !== node.missing;
    case 'id':
      return node.ids.includes(known.id);
    case 'lastUpdated':
      throw new Error('time is tested by itself');
    case 'chained':
      return all.some(
        (target) =>
          target.type === node.type &&
          entries.references.some(
            (entry) => entry.param === node.param && entry.target === `${target.type}/${target.id}`,
          ) &&
          matches(all, target, node.where),
      );
    case 'reverseChained':
      return all.some(
        (source) =>
          source.type === node.type &&
          source.entries.references.some(
            (entry) => entry.param === node.param && entry.target === `${known.type}/${known.id}`,
          ) &&
          matches(all, source, node.where),
      );
    default:
      return node satisfies never;
  }
}

function textMatches(
  entry: { text: string; exact: string },
  text: string,
  match: 'starts' | 'contains' | 'exact',
): boolean {
  if (match === 'exact') return entry.exact === text;
  return match === 'contains' ? entry.text.includes(text) : entry.text.startsWith(text);
}

function uriMatches(entry: string, uri: string, match: 'exact' | 'below' | 'above'): boolean {
  if (match === 'exact') return entry === uri;
  return match === 'below' ? entry.startsWith(uri) : uri.startsWith(entry);
}

/** https://hl7.org/fhir/R4/search.html#prefix */
export function rangeMatches(
  test: RangeTest,
  entry: { readonly low: number; readonly high: number },
  value: { readonly low: number; readonly high: number },
): boolean {
  const within = entry.low >= value.low && entry.high <= value.high;
  switch (test) {
    case 'eq':
      return within;
    case 'ne':
      return !within;
    case 'gt':
      return entry.high > value.high;
    case 'lt':
      return entry.low < value.low;
    case 'ge':
      return entry.high > value.high || within;
    case 'le':
      return entry.low < value.low || within;
    case 'sa':
      return entry.low >= value.high;
    case 'eb':
      return entry.high <= value.low;
    case 'ap':
      return entry.low <= value.high && entry.high >= value.low;
    default:
      return test satisfies never;
  }
}
