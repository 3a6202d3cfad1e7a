/** The configuration → the audit log it asks for. */
import type { AuditLog } from './audit-log.ts';

export interface AuditLogOptions {
  readonly file: string;
  readonly mongodbUrl: string | undefined;
  readonly mongodbDatabase: string;
}

/** The driver of the other engine is not even loaded. */
export async function openAuditLog({
  file,
  mongodbUrl,
  mongodbDatabase,
}: AuditLogOptions): Promise<AuditLog> {
  if (mongodbUrl === undefined) {
    const { openSqliteAuditLog } = await import('./sqlite-audit-log.ts');
    return openSqliteAuditLog(file);
  }
  const { openMongodbAuditLog } = await import('./mongodb-audit-log.ts');
  return openMongodbAuditLog(mongodbUrl, mongodbDatabase);
}
