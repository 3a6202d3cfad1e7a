/** References inside a transaction: from fullUrl to the id an entry gets, from a condition to the one resource it matches. */
import { FhirError, findReferences, inEntry, invalid, isResourceType } from '@wellspring/profiles';
import { localReference } from '../search/own-references.ts';
import type { Entry } from './bundle-entry.ts';
import { type Condition, type LookUp, lookUpTogether } from './look-up.ts';
import type { FhirRequest, Services } from './request.ts';

const CONDITIONAL = /^([A-Z][A-Za-z]+)\?(.+)$/;

/** `names`: fullUrl → `Type/id`. Changes the entries' resources in place and returns what undoes it. Errors name entry and element. */
export async function rewriteReferences(
  services: Services,
  request: FhirRequest,
  entries: readonly Entry[],
  names: ReadonlyMap<string, string>,
): Promise<() => void> {
  const undo: (() => void)[] = [];
  const { baseUrl } = services.repository;
  const all = entries.map(({ resource, index, fullUrl }) => ({
    index,
    base: restBase(fullUrl),
    references: resource ? [...findReferences(resource)] : [],
  }));
  const conditions = all.flatMap(({ references }) =>
    references.flatMap(({ reference, isReference }) =>
      isReference && !names.has(reference) ? conditionOf(localReference(reference, baseUrl)) : [],
    ),
  );
  const lookUp = await lookUpTogether(services, request, conditions);
  for (const { references, index, base } of all) {
    for (const found of references) {
      const { reference, expression, isReference } = found;
      const name = names.get(reference) ?? (base === undefined ? undefined : names.get(base + reference));
      if (name !== undefined) {
        if (!isReference && !reference.startsWith('urn:')) continue;
        undo.push(() => found.set(reference));
        found.set(name);
        continue;
      }
      const [condition] = isReference ? conditionOf(localReference(reference, baseUrl)) : [];
      try {
        if (condition) {
          undo.push(() => found.set(reference));
          found.set(await resolve(lookUp, condition));
        } else if (isReference && reference.startsWith('urn:uuid:')) {
          throw invalid('No entry of the Bundle has this fullUrl.');
        }
      } catch (error) {
        throw error instanceof FhirError ? at(error, index, expression) : error;
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

async function resolve(lookUp: LookUp, condition: Condition): Promise<string> {
  if (!isResourceType(condition.type)) throw invalid('The conditional reference names no resource type.');
  const match = await lookUp(condition, 'The conditional reference matches several resources.');
  if (!match) throw invalid('The conditional reference matches nothing.');
  return `${condition.type}/${match.id}`;
}
