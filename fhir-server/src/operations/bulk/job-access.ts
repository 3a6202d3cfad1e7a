/** A job is its client's: for everybody else it is not there. What it rests on is looked at again whenever it is used. */
import { FhirError, forbidden, notSupported } from '@wellspring/profiles';
import { isSystem } from '../../access/read-condition.ts';
import type { FhirRequest, JobRecord, Services } from '../../interactions/request.ts';

/** Errors: 404; 403 where the client's access has ended. */
export async function ownJob(
  services: Services,
  request: FhirRequest,
  ...kinds: readonly string[]
): Promise<JobRecord> {
  const { access, id } = request;
  const job = await services.jobs.find(id);
  const isTheirs = job?.grounds.clientId === access.clientId && job.grounds.subject === access.subject;
  if (!job || !kinds.includes(job.kind) || !isTheirs || !isSystem(access))
    throw notSupported('There is no such job here, or no longer.');
  return job;
}

/** What is handed out rests on more than a token that may be a minute old. */
export async function requireStanding(services: Services, { id, grounds }: JobRecord): Promise<void> {
  if (await services.stands(grounds)) return;
  await services.jobs.end(id);
  throw forbidden('The access that this rests on has ended.');
}

/** 202 as a status of its own, or as `X-Export-Status` under a 200 (Prefer: separate-export-status). */
export function statusOf(
  separate: boolean,
  status: number,
): { status: number; headers: Record<string, string> } {
  return separate ? { status: 200, headers: { 'X-Export-Status': String(status) } } : { status, headers: {} };
}

export const failureOf = ({ failure }: JobRecord): FhirError =>
  new FhirError(failure?.status ?? 500, [
    {
      severity: 'error',
      code: 'processing',
      diagnostics: failure?.text ?? 'The work could not be finished.',
    },
  ]);
