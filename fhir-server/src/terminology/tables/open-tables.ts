/** The configuration → the tables it asks for. */
import type { TerminologyTables } from './tables.ts';

export interface TablesOptions {
  /** Of the embedded ones. */
  readonly folder: string;
  readonly mongodb: { readonly url: string; readonly database: string } | undefined;
}

/** The driver of the other engine is not even loaded. */
export async function openTables({ folder, mongodb }: TablesOptions): Promise<TerminologyTables> {
  if (mongodb === undefined) {
    const { openSqliteTables } = await import('./sqlite-tables.ts');
    return openSqliteTables(folder);
  }
  const { openMongodbTables } = await import('./mongodb-tables.ts');
  return openMongodbTables(mongodb.url, mongodb.database);
}
