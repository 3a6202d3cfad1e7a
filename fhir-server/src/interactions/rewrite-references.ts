/** References inside a transaction: from fullUrl to the id an entry gets, from a condition to the one resource it matches. */
import { FhirError, findReferences, inEntry, invalid, isResourceType } from '@wellspring/profiles';
import { localReference } from '../search/own-references.ts';
import type { Entry } from './bundle-entry.ts';
import { findOne } from './condition.ts';
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
  const resolved = new Map<string, Promise<string>>();
  for (const { resource, index, fullUrl } of entries) {
    if (!resource) continue;
    const base = restBase(fullUrl);
    for (const found of findReferences(resource)) {
      const { reference, expression, isReference } = found;
      const name = names.get(reference) ?? (base === undefined ? undefined : names.get(base + reference));
      if (name !== undefined) {
        if (!isReference && !reference.startsWith('urn:')) continue;
        undo.push(() => found.set(reference));
        found.set(name);
        continue;
      }
      const local = localReference(reference, services.repository.baseUrl);
      const conditional = isReference ? CONDITIONAL.exec(local) : null;
      try {
        if (conditional?.[1] && conditional[2]) {
          const known = resolved.get(local) ?? resolve(services, request, conditional[1], conditional[2]);
          resolved.set(local, known);
          undo.push(() => found.set(reference));
          found.set(await known);
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

async function resolve(
  services: Services,
  request: FhirRequest,
  type: string,
  query: string,
): Promise<string> {
  if (!isResourceType(type)) throw invalid('The conditional reference names no resource type.');
  const several = 'The conditional reference matches several resources.';
  const match = await findOne(services, request, type, query, several);
  if (!match) throw invalid('The conditional reference matches nothing.');
  return `${type}/${match.id}`;
}
