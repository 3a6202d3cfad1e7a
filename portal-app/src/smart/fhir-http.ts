/**
 * FHIR's RESTful API by fetch, for one server. Our own and not a library: the client we had parses numbers as doubles, which loses a laboratory's digits, has no way to
 * change that, and asks for `keepalive`, by which a browser sends no photo.
 */
import { fhirText, parseFhir } from './exact-json.ts';

/** A failure's status where the address is another server's: it was not asked (RFC 9110: 421 Misdirected Request). */
export const ELSEWHERE = 421;

/** Seconds; undefined where it says nothing. */
export const retryAfterOf = ({ headers }: Response): number | undefined =>
  Number(headers.get('retry-after')) || undefined;

/** Not found, refused, or (0) nobody answered. */
export class HttpFailure extends Error {
  readonly status: number;
  /** Seconds until it may be asked again, where the answer says so; else one. Infinity: not before something is taken back. */
  readonly retryAfter: number;
  constructor(status: number, retryAfter = 1) {
    super(`HTTP ${status}`);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const TYPE = 'application/fhir+json';

/** `address`: below the base URL, or whole. Nothing goes, with a token, to another server than this one. Rejects with HttpFailure. */
export async function askFhir(
  baseUrl: string,
  token: string,
  address: string,
  { method = 'GET', body, headers }: Asked = {},
): Promise<unknown> {
  const url = new URL(
    /^https?:/.test(address) ? address : address === '' ? baseUrl : `${baseUrl}/${address}`,
  );
  if (url.origin !== new URL(baseUrl).origin) throw new HttpFailure(ELSEWHERE);
  const response = await fetch(url, {
    method,
    headers: {
      accept: TYPE,
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': TYPE }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: fhirText(body) }),
  }).catch(() => {
    throw new HttpFailure(0);
  });
  const text = await response.text().catch(() => {
    throw new HttpFailure(0);
  });
  if (!response.ok) {
    // What no waiting helps against is a limit, too (https://hl7.org/fhir/R4/valueset-issue-type.html).
    const isFull = response.status !== 429 && text.includes('"throttled"');
    throw new HttpFailure(isFull ? 429 : response.status, isFull ? Infinity : retryAfterOf(response));
  }
  try {
    return text === '' ? {} : parseFhir(text);
  } catch {
    throw new HttpFailure(0);
  }
}
