/** Headers that no answer goes without: neither an error of a library, nor a redirect, nor what the HTTP parser says by itself. */
import type { IncomingMessage, OutgoingHttpHeaders, RequestListener, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

export type Headers = Readonly<Record<string, string>>;

const TWO_YEARS = 63_072_000;
const POLICY = 'Content-Security-Policy';
/** What Express's last handler (finalhandler) writes over whatever there was: it says nothing of frames. */
const POLICY_OF_EXPRESS = "default-src 'none'";

/** Where an answer says something else, that counts. `address`: of the server; over https browsers are told to keep to it. */
export function secureHeaders(address: string): Headers {
  return {
    [POLICY]: "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    'X-Frame-Options': 'DENY',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    ...(address.startsWith('https:')
      ? { 'Strict-Transport-Security': `max-age=${TWO_YEARS}; includeSubDomains` }
      : {}),
  };
}

/** Fills in what is missing when the head of the answer is written, whoever writes it. */
export function withHeaders(headers: Headers, handler: RequestListener): RequestListener {
  const all = Object.entries(headers);
  return (request, response) => {
    const write = response.writeHead as (...parts: unknown[]) => ServerResponse;
    response.writeHead = function writeHead(this: ServerResponse, ...parts: unknown[]) {
      if (this.getHeader(POLICY) === POLICY_OF_EXPRESS) this.removeHeader(POLICY);
      const last = parts.at(-1);
      const given = (typeof last === 'object' && last !== null ? last : {}) as OutgoingHttpHeaders;
      const missing = all.filter(
        ([name]) => !(name in given) && !this.hasHeader(name) && !isNamed(given, name),
      );
      if (missing.length === 0) return write.apply(this, parts);
      if (given !== last || Array.isArray(last))
        for (const [name, value] of missing) this.setHeader(name, value);
      else parts[parts.length - 1] = { ...Object.fromEntries(missing), ...given };
      return write.apply(this, parts);
    } as typeof response.writeHead;
    handler(request, response);
  };
}

/** In another spelling; `given` is an object, or a list of names and values in turn. */
function isNamed(given: OutgoingHttpHeaders | readonly unknown[], name: string): boolean {
  const names = Array.isArray(given) ? given.filter((_, i) => i % 2 === 0).map(String) : Object.keys(given);
  return names.some((each) => each.toLowerCase() === name.toLowerCase());
}

const STATUS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** What is no HTTP is answered by nobody else. */
export function refuseNonsense(headers: Headers) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return (error: NodeJS.ErrnoException, socket: Duplex): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const status = STATUS[error.code ?? ''] ?? '400 Bad Request';
    // Whoever goes on sending is cut off.
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n${lines.join('')}\r\n`, () =>
      socket.destroy(),
    );
  };
}

/** `Expect` with anything but 100-continue (RFC 9110, section 10.1.1). */
export function refuseExpectation(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(417, { Connection: 'close' });
  response.end();
}
