/** A line of an import → a resource that can be written, or what is wrong with it. */
import { FhirError, type Issue, isResourceType } from '@wellspring/profiles';
import { heldFrom, SENT_LABEL, withLabels } from '../../access/sent-labels.ts';
import { localReferences } from '../../repository/references.ts';
import { jsonOf } from '../../repository/text/read-json.ts';
import { type ResourceJson, stringifyJson } from '../../repository/text/resource-text.ts';
import { FORMER_FILE } from '../../repository/writes/former-files.ts';
import { makeReferencesLocal } from '../../search/own-references.ts';
import type { StoredVersion } from '../../store/store.ts';

/** Where a line stands. */
export interface Origin {
  readonly input: string;
  readonly number: number;
}

export interface Incoming extends Origin {
  readonly text: string;
  readonly resource: ResourceJson & { readonly id: string };
  /** `Type/id` */
  readonly name: string;
  /** Of others on this server. */
  readonly references: readonly string[];
}

export interface IncomingOptions {
  readonly baseUrl: string;
  /** Of what says no source itself. */
  readonly source: string | undefined;
}

const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** Throws FhirError. */
export function incomingOf(
  { baseUrl, source }: IncomingOptions,
  origin: Origin,
  text: string,
  type: string | undefined,
): Incoming {
  const value = jsonOf(text, { called: 'The line' });
  const resource = value as ResourceJson & { id: string };
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw fault('The line is no JSON object.');
  if (!isResourceType(String(resource.resourceType))) throw fault('The line has no resourceType of R4.');
  if (resource.resourceType === 'AuditEvent') throw fault('The audit log is written by this server alone.');
  if (type !== undefined && resource.resourceType !== type) throw fault(`The file should hold ${type} only.`);
  if (resource.id === undefined) throw fault('The resource has no id.');
  if (typeof resource.id !== 'string' || !ID.test(resource.id))
    throw fault('The id of the resource is none of R4 (1 to 64 of A-Z a-z 0-9 - .).');
  makeReferencesLocal(resource, baseUrl);
  setSource(resource, source);
  const name = `${resource.resourceType}/${resource.id}`;
  const references = localReferences(resource).filter((reference) => reference !== name);
  return { ...origin, text, resource, name, references };
}

/** Where it came from, and which version of it (https://hl7.org/fhir/R4/resource.html#Meta): this server's versions are its own. */
function setSource(resource: ResourceJson, source: string | undefined): void {
  const meta = (resource.meta ?? {}) as { source?: unknown; versionId?: unknown };
  if (source === undefined || meta.source !== undefined || typeof resource.meta === 'string') return;
  const version =
    typeof meta.versionId === 'string' && ID.test(meta.versionId) ? `/_history/${meta.versionId}` : '';
  resource.meta = { ...meta, source: `${source}/${resource.resourceType}/${resource.id}${version}` };
}

/** Whether it is what is there: a file that is read again changes nothing. `client`: whose import it is; labels that are not its own stay (docs/decisions/0041). */
export function isUnchanged({ resource }: Incoming, { body }: StoredVersion, client: string): boolean {
  if (body === undefined) return false;
  const there = jsonOf(body) as ResourceJson;
  const as = withLabels(resource, heldFrom(client, there));
  return stringifyJson(plain(as)) === stringifyJson(plain(there));
}

/** Without what this server says of its own. */
function plain({ resourceType, id, meta, ...rest }: ResourceJson): object {
  const {
    versionId: _,
    lastUpdated: __,
    extension = [],
    ...others
  } = (meta ?? {}) as Record<string, unknown>;
  const more = (extension as { readonly url?: string }[]).filter(({ url }) => !OWN_NOTES.includes(url ?? ''));
  return { resourceType, id, meta: { ...others, ...(more.length > 0 ? { extension: more } : {}) }, ...rest };
}

const OWN_NOTES: readonly string[] = [FORMER_FILE, SENT_LABEL];

const fault = (diagnostics: string): FhirError =>
  new FhirError(400, [{ severity: 'error', code: 'invalid', diagnostics }]);

const LINE = ', line ';

/** A line of the error file: which line of which file, and why. */
export function errorLine({ input, number }: Origin, issues: readonly Issue[]): string {
  return JSON.stringify({
    resourceType: 'OperationOutcome',
    issue: issues.map(({ severity, code, diagnostics, expression }) => ({
      severity,
      code,
      details: { text: `${input}${LINE}${number}` },
      diagnostics,
      ...(expression ? { expression: [expression] } : {}),
    })),
  });
}

/** Of a line of the error file. */
export function originOf(line: string): Origin {
  const { issue } = JSON.parse(line) as { issue: readonly [{ details: { text: string } }] };
  const { text } = issue[0].details;
  const at = text.lastIndexOf(LINE);
  return { input: text.slice(0, at), number: Number(text.slice(at + LINE.length)) };
}
