/**
 * For tests only: a server that speaks MongoDB's protocol, with real multi-document transactions, in front of PostgreSQL with the DocumentDB extension. It carries
 * commands there, a connection for each transaction, and behaves as a mongos. No authentication: it listens to this machine alone. What it has not: change
 * streams, elections, shards. `node front.ts PORT POSTGRES_PORT`; .ci/documentdb brings both up.
 */
import { createServer, type Socket } from 'node:net';
import type { Document } from 'mongodb';
import pg from 'pg';
import { CALLS, MORE, specOf } from './commands.ts';
import { CODES, failure, toFailure, unpack } from './failure.ts';
import { answer, createReader, decode, type Message, spoken } from './wire.ts';

const [port = 0, postgres = 0] = process.argv.slice(2).map(Number);
const pool = new pg.Pool({
  host: '127.0.0.1',
  port: postgres,
  user: 'postgres',
  database: 'postgres',
  max: 80,
});
// A connection that the server ends is replaced; nobody need know.
pool.on('connect', (client) => client.on('error', () => undefined));

interface Transaction {
  readonly client: pg.PoolClient;
  readonly number: string;
  readonly begun: number;
}
interface Cursor {
  readonly continuation: Buffer;
  /** The connection that alone can go on with it. */
  readonly held: pg.PoolClient | undefined;
}

const open = new Map<string, Transaction>();
/** Numbers of the last transaction of each session that was committed: a commit that is sent again is answered alike. */
const committed = new Map<string, string>();
const cursors = new Map<string, Cursor>();
const parameters = { transactionLifetimeLimitSeconds: 60 };
/** A writer that waits for another is told of the conflict after this long; short waits are PostgreSQL's own, for a page or a file that grows. */
const CONFLICT_WAIT = '250ms';

async function finish({ client }: Transaction, how: 'COMMIT' | 'ROLLBACK'): Promise<void> {
  try {
    await client.query(how);
    client.release();
  } catch (error) {
    client.release(error as Error);
    throw error;
  }
}

async function giveUp(session: string): Promise<void> {
  const transaction = open.get(session);
  open.delete(session);
  if (transaction) await finish(transaction, 'ROLLBACK').catch(() => undefined);
}

setInterval(() => {
  const oldest = Date.now() - 1000 * parameters.transactionLifetimeLimitSeconds;
  for (const [session, { begun }] of open) if (begun < oldest) giveUp(session);
}, 1000).unref();

const hello = (): Document => ({
  isWritablePrimary: true,
  ismaster: true,
  msg: 'isdbgrid',
  ...spoken(),
  ok: 1,
});

/** What is answered without asking the extension. */
const own: Readonly<Record<string, (command: Document) => Promise<Document> | Document>> = {
  hello,
  ismaster: hello,
  buildinfo: () => ({ version: '7.0.0', versionArray: [7, 0, 0, 0], ok: 1 }),
  async ping() {
    await pool.query('SELECT 1');
    return { ok: 1 };
  },
  endsessions: () => ({ ok: 1 }),
  async killsessions(command) {
    for (const { id } of command.killSessions) await giveUp(Buffer.from(id.buffer).toString('hex'));
    return { ok: 1 };
  },
  killcursors(command) {
    for (const id of command.cursors) forget(String(id));
    return { ok: 1 };
  },
  getparameter: () => ({ ...parameters, ok: 1 }),
  setparameter(command) {
    parameters.transactionLifetimeLimitSeconds = Number(command.transactionLifetimeLimitSeconds);
    return { ok: 1 };
  },
  async dropdatabase(command) {
    await pool.query('SELECT documentdb_api.drop_database($1)', [command.$db]);
    return { ok: 1 };
  },
  async drop(command) {
    await pool.query('SELECT documentdb_api.drop_collection($1, $2)', [command.$db, String(command.drop)]);
    return { ok: 1 };
  },
};

async function run(command: Document): Promise<Document> {
  const name = (Object.keys(command)[0] as string).toLowerCase();
  if (own[name]) return own[name](command);
  const inTransaction = command.autocommit !== undefined;
  if (!inTransaction) return execute(name, command, undefined);
  const session = Buffer.from(command.lsid.id.buffer).toString('hex');
  const number = String(command.txnNumber);
  if (command.startTransaction) await begin(session, number);
  const transaction = open.get(session);
  const isOpen = transaction?.number === number;
  if (name === 'committransaction' || name === 'aborttransaction') {
    if (!isOpen) {
      if (name === 'committransaction' && committed.get(session) === number) return { ok: 1 };
      return failure(CODES.noTransaction, 'no such transaction', 'TransientTransactionError');
    }
    return end(session, transaction, name === 'committransaction');
  }
  if (!isOpen) return failure(CODES.noTransaction, 'no such transaction', 'TransientTransactionError');
  return execute(name, command, transaction.client);
}

async function begin(session: string, number: string): Promise<void> {
  await giveUp(session);
  const client = await pool.connect();
  await client.query(`BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL lock_timeout = '${CONFLICT_WAIT}'`);
  open.set(session, { client, number, begun: Date.now() });
}

async function end(session: string, transaction: Transaction, commits: boolean): Promise<Document> {
  open.delete(session);
  try {
    await finish(transaction, commits ? 'COMMIT' : 'ROLLBACK');
  } catch (error) {
    return failed(error, true);
  }
  if (commits) committed.set(session, transaction.number);
  if (committed.size > 10_000) committed.delete(committed.keys().next().value as string);
  return { ok: 1 };
}

const failed = (error: unknown, inTransaction: boolean): Document => {
  const { code = '', message } = error as { code?: string; message: string };
  return toFailure(code, message, inTransaction);
};

async function execute(
  name: string,
  command: Document,
  inside: pg.PoolClient | undefined,
): Promise<Document> {
  const more = name === 'getmore' ? cursors.get(String(command.getMore)) : undefined;
  const call = CALLS.get(name);
  if (!more && !call) return failure(CODES.unknownCommand, `no such command: ${name}`);
  const client = inside ?? more?.held ?? (await pool.connect());
  let isHeld = inside !== undefined;
  const limit = limitTo(Number(command.maxTimeMS ?? 0), client);
  try {
    const values = [command.$db, specOf(command), ...(more ? [more.continuation] : [])];
    const { rows } = await client.query(call?.sql ?? MORE, values);
    const [row] = rows;
    const reply = decode(row.reply);
    if (call?.isCursor || more) {
      const id = row.cursor ?? String(command.getMore);
      const held = more ? more.held : row.held && !inside ? client : undefined;
      if (row.continuation) cursors.set(id, { continuation: row.continuation, held });
      else cursors.delete(id);
      isHeld ||= row.continuation !== null && held !== undefined;
    }
    return withCodes({ ...reply, ok: 1 }, inside !== undefined);
  } catch (error) {
    return failed(error, inside !== undefined);
  } finally {
    await limit.lift();
    if (!isHeld) client.release();
  }
}

function forget(id: string): void {
  cursors.get(id)?.held?.release();
  cursors.delete(id);
}

/** maxTimeMS: from beside, so that a statement costs no more than itself. */
function limitTo(milliseconds: number, client: pg.PoolClient): { lift(): Promise<void> } {
  let sent: Promise<unknown> | undefined;
  const cancel = (): void => {
    const { processID } = client as unknown as { processID: number };
    sent = pool.query('SELECT pg_cancel_backend($1)', [processID]).catch(() => undefined);
  };
  const timer = milliseconds === 0 ? undefined : setTimeout(cancel, milliseconds);
  return {
    async lift() {
      clearTimeout(timer);
      if (!sent) return;
      // One that came too late must not hit the next statement.
      await sent;
      await client.query('SELECT 1').catch(() => undefined);
    },
  };
}

/** A write's errors come as packed SQLSTATEs, one for each document. */
function withCodes(reply: Document, inTransaction: boolean): Document {
  for (const each of reply.writeErrors ?? []) {
    const told = toFailure(unpack(Number(each.code)), String(each.errmsg), inTransaction);
    if (told.errorLabels) return told;
    each.code = told.code;
  }
  return reply;
}

async function serve(socket: Socket, message: Message): Promise<void> {
  const reply = await run(message.command).catch((error: unknown) => failed(error, false));
  if (process.env.TRACE && !Number(reply.ok)) console.error(Object.keys(message.command)[0], reply.errmsg);
  if (!message.isSilent) socket.write(answer(message, reply));
}

const server = createServer((socket) => {
  const read = createReader();
  let last: Promise<void> = Promise.resolve();
  socket.setNoDelay();
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    for (const message of read(chunk as Buffer)) last = last.then(() => serve(socket, message));
  });
});
server.listen(port, '127.0.0.1', () => console.log('ready'));
