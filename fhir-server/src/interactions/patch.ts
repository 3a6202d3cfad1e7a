/** https://hl7.org/fhir/R4/http.html#patch: by JSON Patch or FHIRPath Patch, on an id or on the one match of a condition. */
import { invalid, noMatch } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { requireRule } from '../access/check-write.ts';
import { type Budget, createBudget, REQUEST_STEPS } from '../patch/budget.ts';
import { applyFhirPathPatch } from '../patch/fhirpath-patch.ts';
import { applyJsonPatch, parseJsonPatch } from '../patch/json-patch.ts';
import { parseJson, type ResourceJson, stringifyJson } from '../repository/text/resource-text.ts';
import type { StoredVersion } from '../store/store.ts';
import { changeCurrent } from './change-current.ts';
import { findOne } from './condition.ts';
import type { FhirRequest, Patch, Reply, Services } from './request.ts';
import { writtenReply } from './version-reply.ts';
import { adviceOn } from './write-advice.ts';

/** 200 with the result; 404, 410; 412 where a condition of the request does not hold; 422 where the patch does not fit. */
export async function patch(services: Services, request: FhirRequest): Promise<Reply> {
  const { patch: given } = request;
  if (!given) throw invalid('A patch needs a body.');
  // Scope and rules first: nothing is worked at that could not be stored.
  requireRule(request.access, 'u', request.type);
  const version = await changeCurrent(services, request, (before) =>
    changedBy(request.access, before, given),
  );
  const advice = await adviceOn(services, request, version);
  return writtenReply(request, 200, version, services.repository.baseUrl, advice);
}

export async function conditionalPatch(services: Services, request: FhirRequest): Promise<Reply> {
  const query = new URLSearchParams(request.query).toString();
  const match = await findOne(services, request, request.type, query);
  if (!match) throw noMatch(request.type);
  return patch(services, { ...request, id: match.id });
}

/** A stored version with a patch applied; undefined where that changes nothing. */
function changedBy(access: AccessContext, version: StoredVersion, given: Patch): ResourceJson | undefined {
  const before = stringifyJson(parseJson(version.body ?? '{}'));
  const after = patched(access, version, given);
  return stringifyJson(after) === before ? undefined : after;
}

/** A stored version with a patch applied. */
export function patched(access: AccessContext, version: StoredVersion, given: Patch): ResourceJson {
  const budget = budgetOf(access);
  const resource = parseJson(version.body ?? '{}') as ResourceJson;
  if (given.kind === 'json') applyJsonPatch(resource, parseJsonPatch(given.operations), budget);
  else applyFhirPathPatch(resource, given.parameters, budget);
  return resource;
}

/** A request's access context is its own: entries of one Bundle share what patches may cost. */
const budgets = new WeakMap<AccessContext, Budget>();

function budgetOf(access: AccessContext): Budget {
  const known = budgets.get(access) ?? createBudget(REQUEST_STEPS);
  budgets.set(access, known);
  return known;
}
