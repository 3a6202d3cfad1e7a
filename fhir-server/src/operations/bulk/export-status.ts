/** The state of an export, its manifest, its end, and its files (https://hl7.org/fhir/uv/bulkdata/STU3/export.html#bulk-data-status-request). */
import { forbidden, notSupported, operationOutcome } from '@wellspring/profiles';
import type { AccessContext } from '../../access/access-context.ts';
import type { FhirRequest, JobRecord, Reply, Services } from '../../interactions/request.ts';
import { queryText } from '../../search/query-text.ts';
import { MEMBER_MATCH } from '../member-match/order.ts';
import { EXPORT, type ExportData, type ExportedFile } from './export-order.ts';
import { grantedOf } from './exported-types.ts';
import { failureOf, ownJob, requireStanding, statusOf } from './job-access.ts';

/** Files in one manifest where several are allowed: none is told of before its page is whole, so that no page changes. */
const FILES_IN_PAGE = 10;
const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' };

export async function exportStatus(services: Services, request: FhirRequest): Promise<Reply> {
  const job = await ownJob(services, request, EXPORT, MEMBER_MATCH);
  await requireStanding(services, job);
  const data = job.data as ExportData;
  const { separateStatus, allowsPartial } = data.order;
  const page = pageAsked(request, allowsPartial);
  if (job.state === 'failed') return failed(job, separateStatus);
  if (job.state === 'done') {
    const { status, headers } = statusOf(separateStatus, 200);
    const expires = { Expires: new Date(job.expires ?? 0).toUTCString() };
    return { status, headers: { ...headers, ...expires, ...JSON_TYPE }, body: manifest(services, job, page) };
  }
  const seconds = services.bulk.polls.next(job, request);
  const { status, headers } = statusOf(separateStatus, 202);
  const progress = { 'X-Progress': job.progress || 'waiting', 'Retry-After': String(seconds) };
  const isWhole = allowsPartial && listed(data).length >= page * FILES_IN_PAGE;
  return {
    status,
    headers: { ...headers, ...progress, ...(isWhole ? JSON_TYPE : {}) },
    body: isWhole ? manifest(services, job, page) : undefined,
  };
}

function failed(job: JobRecord, separate: boolean): Reply {
  const error = failureOf(job);
  if (!separate) throw error;
  const { status, headers } = statusOf(true, error.status);
  return { status, headers, body: JSON.stringify(operationOutcome(error.issues)) };
}

function pageAsked({ query }: FhirRequest, allowsPartial: boolean): number {
  const text = query.find(([name]) => name === 'manifest')?.[1] ?? '1';
  const page = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (page < 1 || (page > 1 && !allowsPartial)) throw notSupported('There is no such manifest.');
  return page;
}

const listed = ({ files }: ExportData): ExportedFile[] => files.filter(({ list }) => list !== 'error');

function manifest({ repository }: Services, { id, data, state }: JobRecord, page: number): string {
  const { order, time, files } = data as ExportData;
  const url = `${repository.baseUrl}/$export/${id}`;
  const all = listed(data as ExportData);
  const shown = order.allowsPartial ? all.slice((page - 1) * FILES_IN_PAGE, page * FILES_IN_PAGE) : all;
  if (page > 1 && shown.length === 0) throw notSupported('There is no such manifest.');
  const items = (list: readonly ExportedFile[]): object[] =>
    list.map(({ name, type, count }) => ({
      ...(order.organizedBy && type === '' ? {} : { type }),
      url: `${url}/${name}`,
      count,
    }));
  const left = all.length - page * FILES_IN_PAGE;
  const hasNext = order.allowsPartial && (state === 'done' ? left > 0 : left >= FILES_IN_PAGE);
  return JSON.stringify({
    transactionTime: new Date(time ?? 0).toISOString(),
    request: order.request,
    requiresAccessToken: true,
    ...(order.organizedBy ? { outputOrganizedBy: order.organizedBy } : {}),
    output: items(shown.filter(({ list }) => list === 'output')),
    deleted: items(shown.filter(({ list }) => list === 'deleted')),
    error: items(files.filter(({ list }) => list === 'error')),
    ...(hasNext ? { link: [{ relation: 'next', url: `${url}?manifest=${page + 1}` }] } : {}),
  });
}

/** Ends what runs; of what is done the files go. */
export async function endExport(services: Services, request: FhirRequest): Promise<Reply> {
  const { id } = await ownJob(services, request, EXPORT, MEMBER_MATCH);
  await services.jobs.end(id);
  return { status: 202, headers: {}, body: undefined };
}

/** A file of an export, to the client that it was made for and as long as that client may read what is in it. */
export async function exportFile(services: Services, request: FhirRequest): Promise<Reply> {
  const job = await ownJob(services, request, EXPORT, MEMBER_MATCH);
  const data = job.data as ExportData;
  const file = data.files.find(({ name }) => name === request.file);
  if (!file || job.state === 'failed') throw notSupported('There is no such file here.');
  await requireStanding(services, job);
  requireStillGranted(request.access, data, file);
  return {
    status: 200,
    headers: {},
    body: undefined,
    file: {
      path: `${services.bulk.folder}/${job.id}/${file.name}.gz`,
      bytes: file.bytes,
      size: file.size,
      contentType: 'application/fhir+ndjson',
      stands: () => services.stands(job.grounds),
    },
  };
}

/** The token that comes now reads all of each type, or what the one of the kick-off read. */
function requireStillGranted(access: AccessContext, { order }: ExportData, file: ExportedFile): void {
  if (file.list === 'error') return;
  const types = order.types.filter(
    ({ type }) => file.type === type || file.list === 'deleted' || file.type === '',
  );
  for (const { type, granted } of types) {
    const now = grantedOf(access, type);
    if (!now || (now.kind !== 'all' && queryText(now) !== granted))
      throw forbidden(`The token's scopes do not allow reading ${type}.`);
  }
}
