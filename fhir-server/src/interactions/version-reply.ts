/** Replies that carry one stored version, with its ETag and dates (https://hl7.org/fhir/R4/http.html#versioning). */
import { operationOutcome } from '@wellspring/profiles';
import type { StoredVersion } from '../store/store.ts';
import { type FhirRequest, type Reply, returnPreference } from './request.ts';

export const etag = (version: StoredVersion): string => `W/"${version.version}"`;

/** A version never changes, and a store may give the same object out again. */
const known = new WeakMap<StoredVersion, Readonly<Record<string, string>>>();

export function versionHeaders(version: StoredVersion): Readonly<Record<string, string>> {
  let headers = known.get(version);
  if (!headers) {
    headers = Object.freeze({
      ETag: etag(version),
      'Last-Modified': new Date(version.lastUpdated).toUTCString(),
    });
    known.set(version, headers);
  }
  return headers;
}

/** 200 with the stored text as it is, or 304 where the client has it already. */
export function readReply(request: FhirRequest, version: StoredVersion): Reply {
  const headers = versionHeaders(version);
  if (isUnchanged(request, version)) return { status: 304, headers, body: undefined };
  return { status: 200, headers, body: version.body };
}

function isUnchanged({ headers }: FhirRequest, version: StoredVersion): boolean {
  const tags = headers['if-none-match'];
  if (tags !== undefined)
    return tags.split(',').some((tag) => tag.trim() === '*' || tag.trim() === etag(version));
  const since = headers['if-modified-since'];
  if (since === undefined) return false;
  return Math.floor(version.lastUpdated / 1000) * 1000 <= Date.parse(since);
}

/** After a write: what Prefer: return=… asks for. */
export function writtenReply(
  request: FhirRequest,
  status: number,
  version: StoredVersion,
  baseUrl: string,
): Reply {
  const headers: Record<string, string> = { ...versionHeaders(version) };
  // Of a conditional create too that found its resource: the client would not know otherwise which one it is.
  if (status === 201 || request.headers['if-none-exist'] !== undefined) {
    headers.Location = `${baseUrl}/${version.type}/${version.id}/_history/${version.version}`;
  }
  const preference = returnPreference(request);
  if (preference === 'minimal') return { status, headers, body: undefined };
  if (preference === 'representation') return { status, headers, body: version.body };
  const done = {
    severity: 'information',
    code: 'informational',
    diagnostics: `${version.type} was stored.`,
  } as const;
  return { status, headers, body: JSON.stringify(operationOutcome([done])) };
}
