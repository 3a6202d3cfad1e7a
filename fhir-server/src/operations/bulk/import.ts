/**
 * `$import`: NDJSON comes in, by the same rules as a PUT of each resource. Files are handed up in the request, or fetched from addresses that the configuration
 * names; jobs/import does the work. FHIR has no such operation yet: the order is the one that SMART's Bulk Data project and HAPI have in common.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { forbidden, invalid, isResourceType, notSupported, throttled } from '@wellspring/profiles';
import { isSystem } from '../../access/read-condition.ts';
import { provenanceOf } from '../../interactions/provenance-header.ts';
import type { FhirRequest, Reply, Services } from '../../interactions/request.ts';
import { stringifyJson } from '../../repository/text/resource-text.ts';
import {
  ERRORS,
  IMPORT,
  type ImportData,
  type ImportInput,
  type ImportOrder,
  inputFile,
  wholeAccess,
} from './import-order.ts';
import { failureOf, ownJob, requireStanding } from './job-access.ts';
import { writeUpload } from './write-upload.ts';

type Json = Record<string, unknown>;

const FORMATS: ReadonlySet<string> = new Set(['application/fhir+ndjson', 'application/ndjson', 'ndjson']);
/** `storageDetail` is HAPI's: how files are had, which here is by their URLs. */
const ORDER = ['inputFormat', 'inputSource', 'storageDetail', 'input'] as const;
const MOST_INPUTS = 1000;
const BUSY_SECONDS = 60;

/** 202; the state is at Content-Location. Errors: 400, 403, 413, 429. */
export async function importData(services: Services, request: FhirRequest): Promise<Reply> {
  const { access, upload, resource } = request;
  const mayWrite = access.scopes.some(({ interactions: each }) => each.has('c') && each.has('u'));
  if (!isSystem(access) || !mayWrite) throw forbidden('$import needs system/ scopes to create and update.');
  if ((await services.jobs.openOf(IMPORT, access.clientId)) >= services.bulk.jobsOfOne)
    throw throttled(BUSY_SECONDS);
  const asked = upload ? handedUp(request) : await fetched(services, resource);
  const { repository } = services;
  const provenance = provenanceOf(request);
  const order: ImportOrder = {
    request: `${repository.baseUrl}/$import`,
    ...asked,
    access: wholeAccess(access),
    ...(provenance ? { provenance: stringifyJson(provenance) } : {}),
  };
  const id = randomUUID();
  const folder = join(services.bulk.folder, id);
  if (upload) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      await writeUpload(upload, join(folder, inputFile(0)), services.bulk.mostUpload);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }
  const data: ImportData = {
    order,
    fetched: upload ? 1 : 0,
    pass: 0,
    input: 0,
    line: 0,
    counts: {},
    unchanged: 0,
  };
  await services.jobs.begin({ id, kind: IMPORT, grounds: order.access, data });
  return {
    status: 202,
    headers: { 'Content-Location': `${repository.baseUrl}/$import/${id}` },
    body: undefined,
  };
}

type Asked = Pick<ImportOrder, 'inputs' | 'source'>;

function handedUp({ query }: FhirRequest): Asked {
  requireKnown(
    query.map(([name]) => name),
    ['inputSource', 'type', '_format', '_pretty'],
  );
  const given = Object.fromEntries(query);
  return { inputs: [input('upload', given.type)], ...sourceOf(given.inputSource) };
}

/** A Parameters resource, or the same as plain JSON: `{inputFormat, inputSource, input: [{type, url}]}`. */
async function fetched({ bulk }: Services, body: Json | undefined): Promise<Asked> {
  if (!body) throw invalid('$import needs NDJSON (application/fhir+ndjson) or an order in its body.');
  const order = body.resourceType === 'Parameters' ? plain(body) : body;
  requireKnown(Object.keys(order), ORDER);
  const format = order.inputFormat;
  if (format !== undefined && !FORMATS.has(String(format)))
    throw invalid("'inputFormat' takes application/fhir+ndjson.");
  const inputs = Array.isArray(order.input) ? (order.input as Json[]) : [];
  if (inputs.length === 0 || inputs.length > MOST_INPUTS)
    throw invalid(`'input' must hold 1 to ${MOST_INPUTS} files, each with its url.`);
  return {
    inputs: inputs.map((each: Json | null) => {
      const { type, url } = each ?? {};
      if (typeof url !== 'string') throw invalid("Each 'input' needs its url.");
      if (!bulk.mayFetch(url))
        throw forbidden(
          `Files are fetched from addresses that BULK_IMPORT_FROM names only (of this network, from BULK_IMPORT_PRIVATE_HOSTS), and '${url.slice(0, 100)}' is none.`,
        );
      return { ...input(url, type), url };
    }),
    ...sourceOf(order.inputSource),
  };
}

/** Each once. Throws 400. */
function requireKnown(names: readonly string[], known: readonly string[]): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalid(`The operation has no parameter '${unknown.slice(0, 64)}'.`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalid(`'${twice}' may be given once.`);
}

function input(name: string, type: unknown): ImportInput {
  if (type === undefined) return { name };
  if (!isResourceType(String(type)))
    throw invalid(`'type': '${String(type).slice(0, 64)}' is not a resource type of R4.`);
  return { name, type: String(type) };
}

function sourceOf(value: unknown): { source?: string } {
  if (value === undefined) return {};
  if (typeof value !== 'string' || !URL.canParse(value) || /[\s#]/.test(value))
    throw invalid("'inputSource' takes a URI without a fragment.");
  return { source: value.replace(/\/$/, '') };
}

function plain(parameters: Json): Json {
  const value = (each: Json): unknown => each[Object.keys(each).find((key) => key.startsWith('value')) ?? ''];
  const given = (parameters.parameter as Json[] | undefined) ?? [];
  requireKnown(
    given.map(({ name }) => String(name)).filter((name) => name !== 'input'),
    ORDER,
  );
  const inputs = given
    .filter(({ name }) => name === 'input')
    .map(({ part }) =>
      Object.fromEntries(
        ((part as Json[] | undefined) ?? []).map((each) => [String(each.name), value(each)]),
      ),
    );
  return { ...Object.fromEntries(given.map((each) => [String(each.name), value(each)])), input: inputs };
}

/** 202 while it runs, 200 with what was read and where it failed. */
export async function importStatus(services: Services, request: FhirRequest): Promise<Reply> {
  const job = await ownJob(services, request, IMPORT);
  await requireStanding(services, job);
  if (job.state === 'failed') throw failureOf(job);
  if (job.state === 'open') {
    const seconds = services.bulk.polls.next(job, request);
    const headers = { 'X-Progress': job.progress || 'waiting', 'Retry-After': String(seconds) };
    return { status: 202, headers, body: undefined };
  }
  const { order, counts, unchanged, errors } = job.data as ImportData;
  const url = `${services.repository.baseUrl}/$import/${job.id}/${ERRORS}`;
  return {
    status: 200,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      Expires: new Date(job.expires ?? 0).toUTCString(),
    },
    body: JSON.stringify({
      transactionTime: new Date(job.ended ?? 0).toISOString(),
      request: order.request,
      requiresAccessToken: true,
      output: Object.entries(counts).map(([type, count]) => ({ type, count })),
      unchanged,
      error: errors?.lines ? [{ type: 'OperationOutcome', url, count: errors.lines }] : [],
    }),
  };
}

/** Ends what runs: what is written stays. */
export async function endImport(services: Services, request: FhirRequest): Promise<Reply> {
  const { id } = await ownJob(services, request, IMPORT);
  await services.jobs.end(id);
  return { status: 202, headers: {}, body: undefined };
}

export async function importErrors(services: Services, request: FhirRequest): Promise<Reply> {
  const job = await ownJob(services, request, IMPORT);
  const { errors } = job.data as ImportData;
  if (request.file !== ERRORS || job.state !== 'done' || !errors)
    throw notSupported('There is no such file here.');
  await requireStanding(services, job);
  const path = join(services.bulk.folder, job.id, `${ERRORS}.gz`);
  return {
    status: 200,
    headers: {},
    body: undefined,
    file: {
      path,
      bytes: undefined,
      size: errors.bytes,
      contentType: 'application/fhir+ndjson',
      stands: () => services.stands(job.grounds),
    },
  };
}
