/** https://hl7.org/fhir/R4/http.html#search: of a type, a compartment or the system, by GET and by POST _search. */
import { compartments, forbidden, invalid, resourceTypes } from '@wellspring/profiles';
import { readCondition } from '../access/read-condition.ts';
import { PAGE_ROOM } from '../page-room.ts';
import { aliasOf } from '../search/aliases.ts';
import { datedFirst, type SearchRequest } from '../search/parse-search.ts';
import { and, or, type QueryNode } from '../search/query.ts';
import { pageWithIncludes } from './page-with-includes.ts';
import { parse, passedOver } from './parse.ts';
import type { FhirRequest, Interaction, Reply, Services } from './request.ts';
import { pageOver, searchTypes } from './search-types.ts';
import { bundle } from './searchset.ts';

export async function search(services: Services, request: FhirRequest): Promise<Reply> {
  const asked = await parse(services, request, request.type, request.query);
  return answer(services, request, asked, request.type);
}

/** `[compartment]/[id]/[type]?…`: the compartment's parameters say how the type refers to it. */
export const compartmentSearch =
  (compartment: string): Interaction =>
  async (services, request) => {
    const asked = await parse(services, request, request.type, request.query);
    await checkCompartment(services, request, compartment);
    const member = inCompartment(compartment, request.id, request.type);
    if (!member) throw invalid(`${request.type} is never in the compartment of a ${compartment}.`);
    const within = { ...asked, where: and(asked.where, member) };
    return answer(services, request, within, `${compartment}/${request.id}/${request.type}`);
  };

/** `[compartment]/[id]/*?…`: all types of the compartment that the token reaches. */
export const wholeCompartmentSearch =
  (compartment: string): Interaction =>
  async (services, request) => {
    await checkCompartment(services, request, compartment);
    const types = [...(compartments.get(compartment)?.keys() ?? [])];
    return searchTypes(services, request, types, `${compartment}/${request.id}/*`, (type) =>
      inCompartment(compartment, request.id, type),
    );
  };

/** `[base]?_type=…&…`: parameters that all the types share. */
export async function searchSystem(services: Services, request: FhirRequest): Promise<Reply> {
  return searchTypes(services, request, resourceTypes, '', () => ({ kind: 'all' }));
}

/** Whoever may not know the resource learns nothing about its compartment either. */
async function checkCompartment(
  services: Services,
  request: FhirRequest,
  compartment: string,
): Promise<void> {
  if (!readCondition(request.access, compartment, 'r'))
    throw forbidden(`The token's scopes do not allow reading ${compartment}.`);
  await services.repository.read(request.access, compartment, request.id);
}

/** The condition of being in a compartment; undefined for types that never are. */
export function inCompartment(compartment: string, id: string, type: string): QueryNode | undefined {
  const self: QueryNode[] = type === compartment ? [{ kind: 'id', ids: [id] }] : [];
  const params = compartments.get(compartment)?.get(type);
  if (!params) return self[0];
  const codes = params
    .filter((param) => param !== '{def}')
    .flatMap((param) => aliasOf(type, param) ?? [param]);
  const targets = [`${compartment}/${id}`];
  return or(...codes.map((param): QueryNode => ({ kind: 'reference', param, targets })), ...self);
}

async function answer(
  services: Services,
  request: FhirRequest,
  asked: SearchRequest,
  path: string,
): Promise<Reply> {
  const page = await pageWithIncludes(services, request.access, asked, () =>
    asked.datedBy === undefined
      ? services.repository.search(request.access, { ...asked, room: PAGE_ROOM })
      : pageOver(services, request, datedFirst(asked, asked.datedBy), asked),
  );
  return bundle(services, asked, path, page, [...asked.ignored, ...passedOver(request)]);
}
