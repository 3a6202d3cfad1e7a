/** https://hl7.org/fhir/R4/http.html#search: type and compartment search, by GET and by POST _search. */
import { forbidden, type Issue, notFound, operationOutcome, patientCompartment } from '@wellspring/profiles';
import { readCondition } from '../access/read-condition.ts';
import { aliasOf } from '../search/aliases.ts';
import { CURSOR, cursorText, parseSearch, type SearchRequest } from '../search/parse-search.ts';
import { and, or, type QueryNode } from '../search/query.ts';
import type { StoredVersion } from '../store/store.ts';
import { includedResources } from './include.ts';
import { type FhirRequest, isLenient, type Reply, type Services } from './request.ts';
import { isWhole, viewOf } from './view.ts';

export async function search(services: Services, request: FhirRequest): Promise<Reply> {
  const asked = parse(services, request);
  return answer(services, request, asked, request.type);
}

/** `Patient/[id]/[type]?…`: the compartment's parameters say how the type refers to the patient. */
export async function compartmentSearch(services: Services, request: FhirRequest): Promise<Reply> {
  const asked = parse(services, request);
  const params = patientCompartment.get(request.type);
  if (!params) throw notFound('Patient', request.id);
  // Whoever may not know the patient learns nothing about the compartment either.
  const patient = readCondition(request.access, 'Patient', 'r');
  if (!patient) throw forbidden("The token's scopes do not allow reading Patient.");
  await services.repository.read(request.access, 'Patient', request.id);
  const targets = [`Patient/${request.id}`];
  const codes = params.flatMap((param) => aliasOf(request.type, param) ?? [param]);
  const members = codes.map((param): QueryNode => ({ kind: 'reference', param, targets }));
  const self: QueryNode[] = request.type === 'Patient' ? [{ kind: 'id', ids: [request.id] }] : [];
  const within = { ...asked, where: and(asked.where, or(...members, ...self)) };
  return answer(services, request, within, `Patient/${request.id}/${request.type}`);
}

function parse(services: Services, request: FhirRequest): SearchRequest {
  return parseSearch(
    {
      baseUrl: services.repository.baseUrl,
      now: services.now,
      limits: services.limits,
      lenient: isLenient(request),
    },
    request.type,
    request.query,
  );
}

async function answer(
  services: Services,
  request: FhirRequest,
  asked: SearchRequest,
  path: string,
): Promise<Reply> {
  const page = await services.repository.search(request.access, asked);
  const included = await includedResources(services, request.access, asked, page.matches);
  const { baseUrl } = services.repository;
  const links = [{ relation: 'self', url: link(baseUrl, path, asked.applied) }];
  if (page.next) {
    links.push({
      relation: 'next',
      url: link(baseUrl, path, [...asked.applied, [CURSOR, cursorText(page.next)]]),
    });
  }
  const entries = [
    ...page.matches.map((version) => entryText(baseUrl, version, 'match', asked)),
    ...included.resources.map((version) => entryText(baseUrl, version, 'include', asked)),
    ...outcomeEntry([...asked.ignored, ...included.issues]),
  ];
  const total = page.total === undefined ? '' : `"total":${page.total},`;
  const list = entries.length === 0 ? '' : `,"entry":[${entries.join(',')}]`;
  const body = `{"resourceType":"Bundle","type":"searchset",${total}"link":${JSON.stringify(links)}${list}}`;
  return { status: 200, headers: {}, body };
}

function link(baseUrl: string, path: string, parameters: readonly [string, string][]): string {
  const query = new URLSearchParams(parameters).toString();
  return `${baseUrl}/${path}${query === '' ? '' : `?${query}`}`;
}

/** The stored text is spliced in as it is. */
function entryText(
  baseUrl: string,
  version: StoredVersion,
  mode: 'match' | 'include',
  asked: SearchRequest,
): string {
  const view = {
    summary: asked.summary === 'count' ? 'false' : asked.summary,
    elements: asked.elements,
  } as const;
  const body = version.body ?? 'null';
  const shown = isWhole(view) || mode === 'include' ? body : viewOf(body, view);
  return `{"fullUrl":"${baseUrl}/${version.type}/${version.id}","resource":${shown},"search":{"mode":"${mode}"}}`;
}

function outcomeEntry(issues: readonly Issue[]): string[] {
  if (issues.length === 0) return [];
  return [`{"resource":${JSON.stringify(operationOutcome(issues))},"search":{"mode":"outcome"}}`];
}
