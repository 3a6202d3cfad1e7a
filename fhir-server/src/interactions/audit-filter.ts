/**
 * What of an AuditEvent query the audit log itself can be asked: never less than what matches. Each conjunct that is about one kind of thing narrows it, the others are
 * left to the reading of the events (audit-events.ts).
 */
import type { AuditFilter } from '../audit/audit-log.ts';
import type { QueryNode, Range, RangeTest } from '../search/query.ts';

/** `shown`: the patients whose events the reader may see; undefined = all. */
export function auditFilter(where: QueryNode, shown: readonly string[] | undefined): AuditFilter {
  const conjuncts = where.kind === 'and' ? where.nodes : [where];
  const narrowed = conjuncts.reduce<AuditFilter>((filter, node) => together(filter, ofNode(node)), {});
  return shown ? { ...narrowed, patients: shown } : narrowed;
}

/** Of two lists of one kind the first is enough: what passes both passes it. */
function together(a: AuditFilter, b: AuditFilter): AuditFilter {
  return {
    ...b,
    ...a,
    ...greatest('from', a.from, b.from),
    ...greatest('to', a.to === undefined ? undefined : -a.to, b.to === undefined ? undefined : -b.to, -1),
    ...(a.named || b.named ? { named: [...(a.named ?? []), ...(b.named ?? [])] } : {}),
    ...(a.notBy || b.notBy ? { notBy: [...(a.notBy ?? []), ...(b.notBy ?? [])] } : {}),
  };
}

const greatest = (
  name: 'from' | 'to',
  a: number | undefined,
  b: number | undefined,
  sign = 1,
): AuditFilter =>
  a === undefined && b === undefined
    ? {}
    : { [name]: sign * Math.max(a ?? Number.NEGATIVE_INFINITY, b ?? Number.NEGATIVE_INFINITY) };

function ofNode(node: QueryNode): AuditFilter {
  if (node.kind === 'id') return { auditIds: node.ids };
  if (node.kind === 'lastUpdated') return times(node.test, node.range);
  if (node.kind === 'date' && node.param === 'date') return times(node.test, node.range);
  if (node.kind === 'not') return notBy(node.node);
  const leaves = node.kind === 'or' ? node.nodes : [node];
  return ofTokens(leaves) ?? ofReferences(leaves) ?? {};
}

const LISTS: Readonly<Record<string, 'actions' | 'interactions'>> = {
  action: 'actions',
  subtype: 'interactions',
};

function ofTokens(leaves: readonly QueryNode[]): AuditFilter | undefined {
  const [first] = leaves;
  if (first?.kind !== 'token') return undefined;
  const codes: string[] = [];
  for (const leaf of leaves) {
    if (leaf.kind !== 'token' || leaf.param !== first.param || leaf.code === undefined) return undefined;
    codes.push(leaf.code);
  }
  if (first.param === 'outcome') {
    const failures = codes.filter((code) => code !== '0').length;
    return failures === 0 || failures === codes.length ? { failed: failures > 0 } : undefined;
  }
  const list = LISTS[first.param];
  return list && { [list]: codes };
}

const NAMING: ReadonlySet<string> = new Set(['patient', 'entity', 'agent']);

function ofReferences(leaves: readonly QueryNode[]): AuditFilter | undefined {
  const names: string[] = [];
  for (const leaf of leaves) {
    if (leaf.kind !== 'reference' || !NAMING.has(leaf.param)) return undefined;
    names.push(...leaf.targets);
  }
  return names.length === 0 ? undefined : { named: [names] };
}

/** What somebody did themselves may be nearly all that there is: the log leaves it out, none of it is read. */
function notBy(node: QueryNode): AuditFilter {
  const leaves = node.kind === 'or' ? node.nodes : [node];
  const names = leaves.flatMap((leaf) =>
    leaf.kind === 'reference' && leaf.param === 'agent' ? leaf.targets : [],
  );
  return names.length === 0 ? {} : { notBy: names };
}

function times(test: RangeTest, { low, high }: Range): AuditFilter {
  const open = Number.isFinite(low) && Number.isFinite(high);
  if (!open) return {};
  switch (test) {
    case 'eq':
      return { from: low, to: high };
    case 'ge':
      return { from: low };
    case 'gt':
    case 'sa':
      return { from: high };
    case 'le':
      return { to: high };
    case 'lt':
    case 'eb':
      return { to: low };
    default:
      return {};
  }
}
