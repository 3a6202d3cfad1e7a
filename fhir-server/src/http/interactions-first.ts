/**
 * Interactions on a resource type, which are nearly all there is, go to their handler at once: Express would try each of its routes first, and give the
 * request another prototype, which makes every later look at it slower (measured: docs/PERFORMANCE.md). Everything else goes to Express.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { HttpRequest, HttpResponse } from './http.ts';

export interface Interactions {
  /** Path of the base URL, without a slash at its end. */
  readonly root: string;
  /** Before all: what is logged of the request. */
  begin(request: HttpRequest, response: HttpResponse): void;
  handle(request: HttpRequest, response: HttpResponse): Promise<void>;
  fail(error: unknown, request: HttpRequest, response: HttpResponse): void;
}

export function interactionsFirst(interactions: Interactions, otherwise: RequestListener): RequestListener {
  const { root } = interactions;
  return (request, response) => {
    const url = request.url ?? '';
    if (request.method === 'OPTIONS' || !isOnType(url, root)) return otherwise(request, response);
    const mark = url.indexOf('?');
    const path = mark < 0 ? url.slice(root.length) : url.slice(root.length, mark);
    take(interactions, Object.assign(request, { originalUrl: url, path }), response);
  };
}

/** `[base]/Type…`: types begin with a capital letter, and no other address does. */
function isOnType(url: string, root: string): boolean {
  const first = url.charCodeAt(root.length + 1);
  return first >= 65 && first <= 90 && url.startsWith(root) && url.charCodeAt(root.length) === 47;
}

function take(
  { begin, handle, fail }: Interactions,
  request: IncomingMessage & { originalUrl: string; path: string },
  response: ServerResponse,
): void {
  const [asked, answer] = [request as HttpRequest, Object.assign(response, { locals: {} }) as HttpResponse];
  begin(asked, answer);
  handle(asked, answer).catch((error: unknown) => fail(error, asked, answer));
}
