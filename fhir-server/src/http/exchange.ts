/** Express's request and response ↔ what interactions work with. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { operationOutcome } from '@wellspring/profiles';
import type { Reply } from '../interactions/request.ts';
import { fhirErrorOf } from '../repository/store-faults.ts';
import { compress, isWorthIt, takesGzip } from './compress.ts';
import { commonHeaders } from './headers.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { indented } from './indented.ts';
import { writeTogether } from './write-together.ts';

const FHIR_JSON = 'application/fhir+json; charset=utf-8';

/** Ends the response with the text as it is: no parse, no stringify, no `res.send` (measured: it halves throughput). */
export function sendReply(request: HttpRequest, response: HttpResponse, reply: Reply): void {
  const headers: Record<string, string | number> = {
    ...commonHeaders,
    'X-Request-Id': String(response.locals.requestId ?? ''),
    ...reply.headers,
  };
  const { body } = reply;
  if (body !== undefined && (isPretty(request) || body.length > LONG || isCompressed(request, body))) {
    void sendInSteps(request, response, reply.status, headers, body);
    return;
  }
  const length = reply.bytes ?? (body === undefined ? 0 : Buffer.byteLength(body));
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

/** What is longer leaves in parts (chunked), between which others are let in. Characters. */
const LONG = 4_194_304;
const PART = 262_144;

const isCompressed = (request: HttpRequest, body: string): boolean =>
  isWorthIt(body.length) && takesGzip(request);

async function sendInSteps(
  request: HttpRequest,
  response: HttpResponse,
  status: number,
  headers: Record<string, string | number>,
  body: string,
): Promise<void> {
  try {
    const text = isPretty(request) ? await indented(body) : body;
    const all = { 'Content-Type': FHIR_JSON, ...headers };
    if (isCompressed(request, text)) {
      const bytes = await compress(text);
      const encoding = {
        'Content-Encoding': 'gzip',
        Vary: 'Accept-Encoding',
        'Content-Length': bytes.length,
      };
      response.writeHead(status, { ...all, ...encoding });
      response.end(request.method === 'HEAD' ? undefined : bytes);
    } else if (text.length > LONG && request.method !== 'HEAD') {
      response.writeHead(status, all);
      await pipeline(Readable.from(partsOf(text)), response);
    } else {
      response.writeHead(status, { ...all, 'Content-Length': Buffer.byteLength(text) });
      response.end(request.method === 'HEAD' ? undefined : text);
    }
  } catch {
    response.destroy();
  }
}

function* partsOf(text: string): Generator<string> {
  for (let from = 0; from < text.length; ) {
    let to = from + PART;
    // No character is torn.
    if ((text.charCodeAt(to - 1) & 0xfc00) === 0xd800) to += 1;
    yield text.slice(from, to);
    from = to;
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

const isPretty = ({ originalUrl }: HttpRequest): boolean => originalUrl.includes('_pretty=true');

/** Every failure ends here as an OperationOutcome. */
export function errorReply(error: unknown): { reply: Reply; cause: unknown } {
  const found = fhirErrorOf(error);
  const body = JSON.stringify(operationOutcome(found.issues));
  return { reply: { status: found.status, headers: { ...found.headers }, body }, cause: found.cause };
}
