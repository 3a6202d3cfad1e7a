/** Express's request and response ↔ what interactions work with. */
import { FhirError, internal, operationOutcome } from '@wellspring/profiles';
import type { Reply } from '../interactions/request.ts';
import { compress, isWorthIt, takesGzip } from './compress.ts';
import { commonHeaders } from './headers.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { writeTogether } from './write-together.ts';

const FHIR_JSON = 'application/fhir+json; charset=utf-8';

/** Ends the response with the text as it is: no parse, no stringify, no `res.send` (measured: it halves throughput). */
export function sendReply(request: HttpRequest, response: HttpResponse, reply: Reply): void {
  const headers: Record<string, string | number> = {
    ...commonHeaders,
    'X-Request-Id': String(response.locals.requestId ?? ''),
    ...reply.headers,
  };
  const body = reply.body === undefined ? undefined : pretty(request, reply.body);
  if (body !== undefined && isWorthIt(body.length) && takesGzip(request)) {
    void sendCompressed(request, response, reply.status, headers, body);
    return;
  }
  const length = body === undefined ? 0 : Buffer.byteLength(body);
  if (body !== undefined) {
    headers['Content-Type'] ??= FHIR_JSON;
    headers['Content-Length'] = length;
  } else if (reply.status !== 304 && reply.status !== 204) {
    headers['Content-Length'] = 0;
  }
  writeTogether(response, () => {
    response.writeHead(reply.status, headers);
    // A string leaves in one write with its header; a Buffer would take two. ASCII, as most is, needs no encoding.
    response.end(request.method === 'HEAD' ? undefined : body, length === body?.length ? 'latin1' : 'utf8');
  });
}

async function sendCompressed(
  request: HttpRequest,
  response: HttpResponse,
  status: number,
  headers: Record<string, string | number>,
  body: string,
): Promise<void> {
  try {
    const bytes = await compress(body);
    response.writeHead(status, {
      'Content-Type': FHIR_JSON,
      ...headers,
      'Content-Encoding': 'gzip',
      Vary: 'Accept-Encoding',
      'Content-Length': bytes.length,
    });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  } catch {
    response.destroy();
  }
}

/** What is no FHIR resource: the health check, the SMART configuration. */
export function sendPlainJson(
  response: HttpResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    ...commonHeaders,
    'X-Request-Id': String(response.locals.requestId ?? ''),
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

function pretty(request: HttpRequest, body: string): string {
  return request.originalUrl.includes('_pretty=true') ? JSON.stringify(JSON.parse(body), undefined, 2) : body;
}

/** Every failure ends here as an OperationOutcome. */
export function errorReply(error: unknown): { reply: Reply; cause: unknown } {
  const found = error instanceof FhirError ? error : internal(error);
  const body = JSON.stringify(operationOutcome(found.issues));
  return { reply: { status: found.status, headers: { ...found.headers }, body }, cause: found.cause };
}
