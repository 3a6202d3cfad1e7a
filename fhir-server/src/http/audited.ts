/** One request's part of the audit log: what it touched when it went well, that it was refused when it did not. */
import { FhirError, unavailable } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { forRequest } from '../access/request-rights.ts';
import type { AuditLog, AuditRow } from '../audit/audit-log.ts';
import { attempted, createTrail, type Touched } from '../audit/trail.ts';
import type { Reply } from '../interactions/request.ts';

export interface Audited {
  readonly method: string;
  readonly requestId: string;
  /** Pattern of the route, and what it names. */
  readonly pattern: string;
  readonly type: string;
  readonly id: string;
}

/** No row, no answer: the work's reply is given when its rows are kept. */
export async function audited(
  log: AuditLog,
  now: () => number,
  access: AccessContext,
  about: Audited,
  work: (access: AccessContext) => Promise<Reply>,
): Promise<Reply> {
  const who = {
    subject: access.subject,
    client: access.clientId,
    requestId: about.requestId,
    ...(access.fhirUser ? { fhirUser: `${access.fhirUser.type}/${access.fhirUser.id}` } : {}),
  };
  const trail = createTrail(who);
  const row = (touched: Touched, status: number): AuditRow => ({ at: now(), status, ...who, ...touched });
  const itself = attempted(about.method, about.pattern, about.type, about.id);
  let reply: Reply;
  try {
    reply = await work(forRequest(access, trail));
  } catch (error) {
    const status = error instanceof FhirError ? error.status : 500;
    await keep(log, [...trail.touched.map((each) => row(each, 200)), row(itself, status)]);
    throw error;
  }
  const touched = trail.touched.length === 0 && !trail.isAccounted ? [itself] : trail.touched;
  await keep(
    log,
    touched.map((each) => row(each, reply.status)),
  );
  return reply;
}

async function keep(log: AuditLog, rows: readonly AuditRow[]): Promise<void> {
  try {
    await log.append(rows);
  } catch (error) {
    throw unavailable('The audit log can not be written.', error);
  }
}
