/** What this folder needs of a request and its answer: Express's have it, and so have those that came past Express (interactions-first.ts). */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface HttpRequest extends IncomingMessage {
  method: string;
  /** Path and query as they came. */
  originalUrl: string;
  /** Below the base URL, without the query. */
  path: string;
}

export interface HttpResponse extends ServerResponse {
  // biome-ignore lint/suspicious/noExplicitAny: as Express has it
  locals: Record<string, any>;
}

/** The parameter as it came first, or undefined. Few requests have it, so the query is parsed only where its name occurs. */
export function formatOf({ originalUrl }: HttpRequest): string | undefined {
  if (!originalUrl.includes('_format=')) return undefined;
  const query = new URLSearchParams(originalUrl.slice(originalUrl.indexOf('?') + 1));
  return query.get('_format') || undefined;
}
