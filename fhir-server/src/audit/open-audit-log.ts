/** The configuration → the audit log it asks for. */
import type { AuditLog, WriteSource } from './audit-log.ts';
import type { Tell } from './audit-news.ts';

export interface AuditLogOptions {
  readonly file: string;
  /** undefined: the embedded one. */
  readonly mongodb: { readonly url: string; readonly database: string } | undefined;
  /** The store whose writes belong into the log. */
  readonly source: WriteSource;
  /** Whether this process sees to it that they come in all the time; every process takes them in before it answers from the log. */
  readonly keepsUp: boolean;
  /** Without: what goes wrong while it is kept is told by what is asked alone. */
  readonly tell?: Tell;
}

/** The driver of the other engine is not even loaded. */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  const { file, mongodb } = options;
  if (mongodb === undefined) {
    const { openSqliteAuditLog } = await import('./sqlite-audit-log.ts');
    return openSqliteAuditLog(file, options);
  }
  const { openMongodbAuditLog } = await import('./mongodb-audit-log.ts');
  return openMongodbAuditLog(mongodb.url, mongodb.database, options);
}
