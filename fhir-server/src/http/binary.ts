/** Binary in its own content type (https://hl7.org/fhir/R4/binary.html#rest): bytes in and bytes out, a resource only for who asks for FHIR. */
import { invalid } from '@wellspring/profiles';
import type { Reply } from '../interactions/request.ts';
import { jsonOf } from '../repository/text/read-json.ts';
import type { ResourceJson } from '../repository/text/resource-text.ts';
import { commonHeaders } from './headers.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { asksForFhir, checkContentType, FHIR_TYPES } from './negotiate.ts';
import { type BodyLimits, readBytes, readResource } from './read-body.ts';

const MEDIA_TYPE =
  /^[a-z0-9][\w!#$&^.+-]{0,126}\/[\w!#$&^.+-]{1,127}(?:\s*;\s*[\w-]+=(?:[\w!#$&^.+-]+|"[^"\r\n]*"))*$/i;

/** FHIR's own types always hold a resource; JSON in general may. */
const FHIR_JSON: ReadonlySet<string> = new Set(['application/fhir+json', 'application/json+fhir']);

const mediaType = (text: string): string => text.split(';')[0]?.trim().toLowerCase() ?? '';

/** The body of a create or update: the content itself, or a Binary resource that holds it. `X-Security-Context` names the resource that says who may read it. */
export async function readBinary(
  request: HttpRequest,
  id: string,
  limits: BodyLimits,
): Promise<ResourceJson> {
  const contentType = request.headers['content-type'] ?? '';
  const given = mediaType(contentType);
  if (given === '' || FHIR_JSON.has(given)) {
    checkContentType(request);
    return readResource(request, limits);
  }
  if (!MEDIA_TYPE.test(contentType))
    throw invalid('The Content-Type is no media type.', 'Binary.contentType');
  const context = request.headers['x-security-context'];
  const bytes = await readBytes(request, limits.bytes);
  if (FHIR_TYPES.has(given)) {
    const resource = binaryIn(bytes, limits);
    if (resource) return resource;
  }
  return {
    resourceType: 'Binary',
    ...(id === '' ? {} : { id }),
    contentType,
    ...(typeof context === 'string' ? { securityContext: { reference: context } } : {}),
    ...(bytes.length === 0 ? {} : { data: bytes.toString('base64') }),
  };
}

/** Clients that write all their resources as application/json send their Binaries so, too. */
function binaryIn(bytes: Buffer, limits: BodyLimits): ResourceJson | undefined {
  if (!bytes.includes('"Binary"')) return undefined;
  const resource = parsed(bytes, limits) as ResourceJson | undefined;
  return resource?.resourceType === 'Binary' ? resource : undefined;
}

function parsed(bytes: Buffer, limits: BodyLimits): unknown {
  try {
    return jsonOf(bytes.toString('utf8'), limits);
  } catch {
    return undefined;
  }
}

/** A read's answer as content; false where it is not one, or the client asked for the resource. */
export function sendContent(
  request: HttpRequest,
  response: HttpResponse,
  type: string,
  reply: Reply,
): boolean {
  if (type !== 'Binary' || reply.status !== 200 || request.method === 'POST' || request.method === 'PUT')
    return false;
  if (reply.body === undefined) return false;
  const { contentType, data } = JSON.parse(reply.body) as { contentType?: string; data?: string };
  if (asksForFhir(request, mediaType(contentType ?? ''))) return false;
  if (!contentType || !MEDIA_TYPE.test(contentType)) return false;
  const bytes = Buffer.from(data ?? '', 'base64');
  response.writeHead(200, {
    ...commonHeaders,
    ...reply.headers,
    'X-Request-Id': String(response.locals.requestId ?? ''),
    'Content-Type': contentType,
    'Content-Length': bytes.length,
    // Whatever a clinic stored is shown by nobody as a page of this server.
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    'Content-Disposition': 'attachment',
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
  return true;
}
