/** The configuration → the audit log it asks for. */
import type { AuditLog } from './audit-log.ts';

export interface AuditLogOptions {
  readonly file: string;
  /** undefined: the embedded one. */
  readonly mongodb: { readonly url: string; readonly database: string } | undefined;
}

/** The driver of the other engine is not even loaded. */
export async function openAuditLog({ file, mongodb }: AuditLogOptions): Promise<AuditLog> {
  if (mongodb === undefined) {
    const { openSqliteAuditLog } = await import('./sqlite-audit-log.ts');
    return openSqliteAuditLog(file);
  }
  const { openMongodbAuditLog } = await import('./mongodb-audit-log.ts');
  return openMongodbAuditLog(mongodb.url, mongodb.database);
}
