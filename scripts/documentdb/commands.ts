/** Commands → the functions of the DocumentDB extension, which do everything that is MongoDB's about them. */
import { BSON, type Document } from 'mongodb';

interface Call {
  readonly sql: string;
  /** Answers in pages, which `getMore` goes on with. */
  readonly isCursor: boolean;
}

const page = (name: string): Call => ({
  sql: `SELECT cursorpage::bytea AS reply, continuation::bytea AS continuation, persistconnection AS held, cursorid::text AS cursor FROM documentdb_api.${name}_cursor_first_page($1, $2::bytea, 0)`,
  isCursor: true,
});
const write = (name: string): Call => ({
  sql: `SELECT p_result::bytea AS reply FROM documentdb_api.${name}($1, $2::bytea, NULL, NULL)`,
  isCursor: false,
});
const query = (name: string): Call => ({
  sql: `SELECT document::bytea AS reply FROM documentdb_api.${name}_query($1, $2::bytea)`,
  isCursor: false,
});

export const CALLS: ReadonlyMap<string, Call> = new Map([
  ['find', page('find')],
  ['aggregate', page('aggregate')],
  ['listindexes', page('list_indexes')],
  ['listcollections', page('list_collections')],
  ['insert', write('insert')],
  ['update', write('update')],
  ['delete', write('delete')],
  ['count', query('count')],
  ['distinct', query('distinct')],
  [
    'findandmodify',
    {
      sql: 'SELECT p_result::bytea AS reply FROM documentdb_api.find_and_modify($1, $2::bytea, NULL)',
      isCursor: false,
    },
  ],
  [
    'createindexes',
    {
      sql: 'SELECT documentdb_api_internal.create_indexes_non_concurrently($1, $2::bytea, TRUE)::bytea AS reply',
      isCursor: false,
    },
  ],
]);

export const MORE =
  'SELECT cursorpage::bytea AS reply, continuation::bytea AS continuation FROM documentdb_api.cursor_get_more($1, $2::bytea, $3::bytea)';

/** Of the session, the connection and the cluster: not the extension's business. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'lsid',
  '$db',
  '$clusterTime',
  '$readPreference',
  'txnNumber',
  'autocommit',
  'startTransaction',
  'readConcern',
  'writeConcern',
  'maxTimeMS',
  'apiVersion',
  'apiStrict',
]);

export function specOf(command: Document): Buffer {
  const spec: Document = {};
  for (const [name, value] of Object.entries(command)) if (!ELSEWHERE.has(name)) spec[name] = value;
  return Buffer.from(BSON.serialize(spec));
}
