/** The FHIR interactions that loading needs, with a fresh token, retries when the server is busy, and clear errors. */
import type { Bundle, OperationOutcome, Resource } from '@medplum/fhirtypes';
import type { TokenSource } from './access-token.ts';
import { backoffDelay, wait } from './backoff.ts';

const ATTEMPTS = 8;
const BUSY = new Set([429, 502, 503, 504]);

export class FhirResponseError extends Error {
  readonly status: number;
  readonly outcome: OperationOutcome | undefined;
  constructor(message: string, status: number, outcome?: OperationOutcome) {
    super(message);
    this.status = status;
    this.outcome = outcome;
  }
}

export interface FhirClient {
  readonly baseUrl: string;
  /** Whether the server holds this resource; deleted and unknown are both no. */
  exists(type: string, id: string): Promise<boolean>;
  read<T extends Resource>(type: T['resourceType'], id: string): Promise<T>;
  search(type: string, parameters: Readonly<Record<string, string>>): Promise<Bundle>;
  create<T extends Resource>(resource: T): Promise<T>;
  update<T extends Resource>(resource: T, versionId?: string): Promise<T>;
  /** Posts a transaction or batch; a string is sent as it is. */
  transaction(bundle: Bundle | string): Promise<Bundle>;
}

export interface FhirClientOptions {
  readonly baseUrl: string;
  readonly token: TokenSource;
  /** Told before each wait, so that progress can say why nothing moves. */
  readonly onRetry?: (reason: string, milliseconds: number) => void;
  readonly pause?: (milliseconds: number) => Promise<void>;
}

export function createFhirClient(options: FhirClientOptions): FhirClient {
  const { baseUrl } = options;
  const json = async <T extends Resource>(path: string, init: RequestInit = {}): Promise<T> =>
    (await (await send(options, path, init)).json()) as T;
  const write = <T extends Resource>(method: string, path: string, body: string, headers = {}) =>
    json<T>(path, { method, body, headers: { 'content-type': 'application/fhir+json', ...headers } });
  return {
    baseUrl,
    async exists(type, id) {
      const response = await send(options, `/${type}/${id}`, {}, [404, 410]);
      await response.arrayBuffer();
      return response.ok;
    },
    read: (type, id) => json(`/${type}/${id}`),
    search: (type, parameters) => json(`/${type}?${new URLSearchParams(parameters)}`),
    create: (resource) => write('POST', `/${resource.resourceType}`, JSON.stringify(resource)),
    update: (resource, versionId) =>
      write(
        'PUT',
        `/${resource.resourceType}/${resource.id}`,
        JSON.stringify(resource),
        versionId !== undefined && { 'if-match': `W/"${versionId}"` },
      ),
    transaction: (bundle) => write('POST', '', typeof bundle === 'string' ? bundle : JSON.stringify(bundle)),
  };
}

async function send(
  options: FhirClientOptions,
  path: string,
  init: RequestInit,
  accepted: readonly number[] = [],
): Promise<Response> {
  let renew = false;
  for (let attempt = 0; ; attempt++) {
    const response = await request(options, path, init, renew);
    if (response instanceof Response && (response.ok || accepted.includes(response.status))) return response;
    const last = attempt === ATTEMPTS - 1;
    if (response instanceof Response && response.status === 401 && !renew) {
      // The token may have been revoked, or the server's clock may run ahead.
      renew = true;
      await response.arrayBuffer();
    } else if (last || (response instanceof Response && !BUSY.has(response.status))) {
      throw await failure(options.baseUrl + path, response);
    } else {
      await pause(options, attempt, response);
    }
  }
}

async function request(
  { baseUrl, token }: FhirClientOptions,
  path: string,
  init: RequestInit,
  renew: boolean,
) {
  const headers = {
    accept: 'application/fhir+json',
    ...init.headers,
    authorization: `Bearer ${await token({ renew })}`,
  };
  return fetch(baseUrl + path, { ...init, headers, redirect: 'error' }).catch((error: Error) => error);
}

async function pause(options: FhirClientOptions, attempt: number, response: Response | Error): Promise<void> {
  const answered = response instanceof Response;
  const delay = backoffDelay(attempt, answered ? response.headers.get('retry-after') : null);
  if (answered) await response.arrayBuffer();
  options.onRetry?.(
    answered ? `the server answered ${response.status}` : 'the server cannot be reached',
    delay,
  );
  await (options.pause ?? wait)(delay);
}

async function failure(address: string, response: Response | Error): Promise<FhirResponseError> {
  if (!(response instanceof Response))
    return new FhirResponseError(`${address} cannot be reached: ${cause(response)}`, 0);
  const body: unknown = await response.json().catch(() => undefined);
  const outcome = isOutcome(body) ? body : undefined;
  return new FhirResponseError(
    `${address} answered ${response.status}: ${describeOutcome(outcome)}`,
    response.status,
    outcome,
  );
}

function cause(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function isOutcome(body: unknown): body is OperationOutcome {
  return typeof body === 'object' && body !== null && (body as Resource).resourceType === 'OperationOutcome';
}

/** The issues of an OperationOutcome in one line. */
export function describeOutcome(outcome: OperationOutcome | undefined): string {
  const issues = (outcome?.issue ?? []).map(({ code, diagnostics, details, expression }) => {
    const where = expression === undefined ? '' : ` (${expression.join(', ')})`;
    return `${diagnostics ?? details?.text ?? code}${where}`;
  });
  return issues.length === 0 ? 'no OperationOutcome' : issues.join('; ');
}
