/** https://hl7.org/fhir/R4/http.html#read and #vread */
import { invalid, notFound } from '@wellspring/profiles';
import type { FhirRequest, Reply, Services } from './request.ts';
import { readReply } from './version-reply.ts';
import { parseView, viewOf } from './view.ts';

/** 200 or 304; 403, 404, 410. */
export async function read(services: Services, request: FhirRequest): Promise<Reply> {
  const view = parseView(request.query);
  const version = await services.repository.read(request.access, request.type, request.id);
  const reply = readReply(request, version);
  return view && reply.body ? { ...reply, body: viewOf(reply.body, view) } : reply;
}

export async function vread(services: Services, request: FhirRequest): Promise<Reply> {
  if (request.query.some(([name]) => name !== '_format' && name !== '_pretty')) {
    throw invalid('A version read takes no parameters.');
  }
  if (!/^[1-9]\d{0,14}$/.test(request.version)) throw notFound(request.type, request.id);
  const version = await services.repository.vread(
    request.access,
    request.type,
    request.id,
    Number(request.version),
  );
  return readReply(request, version);
}
