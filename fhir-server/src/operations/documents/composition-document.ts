/**
 * `Composition/[id]/$document` (https://hl7.org/fhir/R4/composition-operation-document.html): the document that a stored Composition is the head of. It holds what the
 * Composition refers to, and whom and what medicines that names; what the caller may not read is not in it.
 */
import { invalid, notSupported } from '@wellspring/profiles';
import { create } from '../../interactions/create.ts';
import type { FhirRequest, Reply, Services } from '../../interactions/request.ts';
import { type ResourceJson, resourceOf } from '../../repository/text/resource-text.ts';
import { localReference } from '../../search/own-references.ts';
import { inputOf, truth } from '../parameters.ts';
import {
  documentBundle,
  documentText,
  entryOf,
  namesIn,
  readNamed,
  requireRoom,
  withToldBy,
} from './document-bundle.ts';

const ID = /^(?:Composition\/)?([A-Za-z0-9\-.]{1,64})$/;

/** By GET: nothing is kept. */
export async function readDocument(services: Services, request: FhirRequest): Promise<Reply> {
  const { id, persist } = askedOf(services, request);
  if (persist) throw invalid("'persist' is asked for by POST.");
  return replyOf(services, await documentOf(services, request, id));
}

/** By POST: with `persist` the Bundle is created too, by whoever may create Bundles: 201. */
export async function makeDocument(services: Services, request: FhirRequest): Promise<Reply> {
  const { id, persist } = askedOf(services, request);
  const resource = await documentOf(services, request, id);
  if (!persist) return replyOf(services, resource);
  const { 'if-none-exist': _, ...headers } = request.headers;
  return create(services, { ...request, type: 'Bundle', id: '', query: [], headers, resource });
}

const replyOf = async (services: Services, document: ResourceJson): Promise<Reply> => ({
  status: 200,
  headers: {},
  body: await documentText(services, document),
});

function askedOf(
  services: Services,
  request: FhirRequest,
): { readonly id: string; readonly persist: boolean } {
  const input = inputOf(request, { id: 'text', persist: 'truth', graph: 'text' });
  if (input.one('graph') !== undefined) throw notSupported('A document by a graph is not made here.');
  const persist = truth(input, 'persist') ?? false;
  const given = input.one('id');
  if (request.id !== '' && given !== undefined) throw invalid("'id' is for the operation of the type.");
  if (request.id === '' && given === undefined) throw invalid("$document of the type needs an 'id'.");
  const id = request.id || ID.exec(localReference(given ?? '', services.repository.baseUrl))?.[1];
  if (id === undefined) throw notSupported('A Composition of another server is not fetched.');
  return { id, persist };
}

async function documentOf(services: Services, request: FhirRequest, id: string): Promise<ResourceJson> {
  const composition = resourceOf(await services.repository.read(request.access, 'Composition', id));
  // What it replaces or belongs with is another document.
  const names = namesIn(services, { ...composition, relatesTo: undefined });
  requireRoom(services, names.length);
  const named = await readNamed(services, request.access, names);
  const all = await withToldBy(services, request.access, [composition, ...named]);
  return documentBundle(
    services,
    all.map((each) => entryOf(services, each)),
  );
}
