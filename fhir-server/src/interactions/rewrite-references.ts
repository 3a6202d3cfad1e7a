/** References inside a transaction: from fullUrl to the id an entry gets, from a condition to the one resource it matches. */
import {
  FhirError,
  type FoundReference,
  findReferences,
  inEntry,
  invalid,
  isResourceType,
  multipleMatches,
} from '@wellspring/profiles';
import { createBreath } from '../breath.ts';
import type { ResourceJson } from '../repository/text/resource-text.ts';
import { isOfBundle, localReference } from '../search/own-references.ts';
import { and, inUse, not, type QueryNode } from '../search/query.ts';
import type { StoredVersion } from '../store/store.ts';
import type { Entry } from './bundle-entry.ts';
import type { BundleIdentities } from './bundle-identities.ts';
import { parseCondition } from './condition.ts';
import type { Examination } from './examination.ts';
import { type Condition, type LookUp, lookUpTogether } from './look-up.ts';
import { rewriteLinks } from './narrative-links.ts';
import type { FhirRequest, Services } from './request.ts';

const CONDITIONAL = /^([A-Z][A-Za-z]+)\?(.+)$/;

/** What a resource says itself: a Bundle inside of it is stored as it was sent. */
const ownOf = (resource: ResourceJson): FoundReference[] =>
  findReferences(resource).filter(({ isPacked }) => !isPacked);

/** `names`: fullUrl → `Type/id`. Changes the entries' resources in place, links in narratives too, and returns what undoes it. */
export function rewriteNames(entries: readonly Entry[], names: ReadonlyMap<string, string>): () => void {
  const undo: (() => void)[] = [];
  for (const { resource, fullUrl } of entries) {
    if (!resource) continue;
    const base = restBase(fullUrl);
    for (const found of ownOf(resource)) {
      const { reference, isReference } = found;
      const name = names.get(reference) ?? (base === undefined ? undefined : names.get(base + reference));
      if (name === undefined || (!isReference && !reference.startsWith('urn:'))) continue;
      undo.push(() => found.set(reference));
      found.set(name);
    }
    undo.push(rewriteLinks(resource, names));
  }
  return () => {
    for (const restore of undo.reverse()) restore();
  };
}

/** What the transaction itself makes and takes away: conditions are asked of how things stand when it is done. */
export interface OwnWrites {
  readonly identities: BundleIdentities;
  readonly examination: Examination;
  /** `Type/id` of what is updated, patched or deleted: what is stored of those no longer counts. */
  readonly replaced: ReadonlySet<string>;
}

/** Conditional references, after rewriteNames. Errors name entry and element. */
export async function rewriteReferences(
  services: Services,
  request: FhirRequest,
  entries: readonly Entry[],
  own: OwnWrites,
): Promise<() => void> {
  const undo: (() => void)[] = [];
  const resolved = new Map<string, Promise<string>>();
  const { baseUrl } = services.repository;
  const breath = createBreath();
  const all: { index: number; references: FoundReference[] }[] = [];
  for (const { resource, index } of entries) {
    await breath();
    const references = resource ? ownOf(resource).filter(({ isReference }) => isReference) : [];
    all.push({ index, references });
  }
  const conditions = all.flatMap(({ references }) =>
    references.flatMap(({ reference }) => conditionOf(localReference(reference, baseUrl))),
  );
  const lookUp = await lookUpTogether(services, request, conditions, own.examination);
  for (const { references, index } of all) {
    for (const found of references) {
      const { reference } = found;
      const local = localReference(reference, baseUrl);
      const [, type, query] = CONDITIONAL.exec(local) ?? [];
      try {
        if (type && query) {
          const known = resolved.get(local) ?? resolve(services, request, lookUp, { type, query }, own);
          resolved.set(local, known);
          const name = await known;
          undo.push(() => found.set(reference));
          found.set(name);
        } else if (isOfBundle(reference)) throw invalid('No entry of the Bundle has this fullUrl.');
      } catch (error) {
        throw error instanceof FhirError ? at(error, index, found.expression) : error;
      }
    }
  }
  return () => {
    for (const restore of undo) restore();
  };
}

/** `http://server/fhir/Patient/1` → `http://server/fhir/`: what a relative reference in that entry is relative to. */
function restBase(fullUrl: string | undefined): string | undefined {
  return /^(https?:\/\/.+\/)[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.exec(fullUrl ?? '')?.[1];
}

function at(error: FhirError, index: number, expression: string): FhirError {
  const issues = error.issues.map((issue) => ({ ...issue, expression }));
  return inEntry(new FhirError(error.status, issues), index);
}

function conditionOf(reference: string): Condition[] {
  const [, type, query] = CONDITIONAL.exec(reference) ?? [];
  return type && query ? [{ type, query }] : [];
}

/** Several are looked at one by one: the transaction may replace all but one. */
async function oneOrFind(
  lookUp: LookUp,
  condition: Condition,
  find: () => Promise<readonly StoredVersion[]>,
): Promise<readonly StoredVersion[]> {
  try {
    const match = await lookUp(condition);
    return match ? [match] : [];
  } catch (error) {
    if (error instanceof FhirError && error.status === 412) return find();
    throw error;
  }
}

function notAmong(type: string, names: ReadonlySet<string>): QueryNode {
  const prefix = `${type}/`;
  const ids = [...names].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  return not({ kind: 'id', ids });
}

async function resolve(
  services: Services,
  request: FhirRequest,
  lookUp: LookUp,
  { type, query }: Condition,
  { identities, replaced }: OwnWrites,
): Promise<string> {
  if (!isResourceType(type)) throw invalid('The conditional reference names no resource type.');
  const condition = parseCondition(services, request, type, query);
  const made = (await identities.matching(type, condition)).map(({ id }) => id);
  const find = (where: QueryNode) => services.repository.find(request.access, type, where, 2);
  const isReplaced = ({ id }: StoredVersion): boolean => replaced.has(`${type}/${id}`);
  const found = await oneOrFind(lookUp, { type, query, isMeant: true }, () =>
    find(type === 'Patient' ? and(condition, inUse) : condition),
  );
  // One is all there is; of several that were found there may be more behind those that are replaced.
  const stored =
    found.length > 1 && found.some(isReplaced)
      ? await find(and(condition, notAmong(type, replaced)))
      : found.filter((each) => !isReplaced(each));
  const matches = new Set([...made, ...stored.map(({ id }) => id)]);
  const [id, ...others] = matches;
  if (id === undefined) throw invalid('The conditional reference matches nothing.');
  if (others.length > 0) throw multipleMatches('The conditional reference matches several resources.');
  return `${type}/${id}`;
}
