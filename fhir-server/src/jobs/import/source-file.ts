/** Fetches a file of an import from an address that the configuration names: straight to the disk, no redirects, no credentials of this server's. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { FhirError, unavailable } from '@wellspring/profiles';
import { gunzipped } from '../../operations/bulk/gunzipped.ts';
import { writeUpload } from '../../operations/bulk/write-upload.ts';
import { lookupFor, refused } from './source-policy.ts';

const IDLE_MS = 60_000;

/** Errors: 503 where it may be there, or come whole, later; 422 where it is not there; 400 where it is not what it says. */
export async function fetchFile(
  url: string,
  path: string,
  { most, privateHosts }: { readonly most: number; readonly privateHosts: readonly string[] },
): Promise<void> {
  const response = await ask(url, privateHosts).catch((error: unknown) => {
    if (error instanceof FhirError) throw error;
    throw unavailable(`${url} can not be reached.`, error);
  });
  const { statusCode = 0, headers } = response;
  if (statusCode !== 200) {
    response.destroy();
    if (statusCode === 429 || statusCode >= 500) throw unavailable(`${url} answered ${statusCode}.`);
    throw refused(`${url} answered ${statusCode}.`);
  }
  let isCut = false;
  response.once('error', ({ code }: NodeJS.ErrnoException) => {
    isCut = code === 'ECONNRESET';
  });
  const isGzip = headers['content-encoding'] === 'gzip' || /\.gz$/.test(new URL(url).pathname);
  await writeUpload(isGzip ? gunzipped(response) : response, path, most).catch((error: unknown) => {
    throw isCut ? unavailable(`${url} broke off.`, error) : error;
  });
}

function ask(url: string, privateHosts: readonly string[]): Promise<IncomingMessage> {
  const { protocol, hostname } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = (protocol === 'https:' ? httpsRequest : httpRequest)(
      url,
      {
        headers: { Accept: 'application/fhir+ndjson', 'Accept-Encoding': 'gzip' },
        ...lookupFor(hostname, privateHosts),
        timeout: IDLE_MS,
      },
      resolve,
    );
    request.on('timeout', () => request.destroy(new Error('it did not answer in time')));
    request.on('error', reject);
    request.end();
  });
}
