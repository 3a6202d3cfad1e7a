/**
 * For tests only: a member of a replica set in front of one database, which stands for what a majority of its members holds: what was acknowledged survives any one of them.
 * Whoever is named in the file PRIMARY is the primary. It reads that before each command, so that a member that was stopped and goes on does nothing of what had
 * reached it before, as a real one that finds a newer term. `node member.ts PORT DATABASE_PORT PRIMARY PORT,PORT,PORT`; replica-set.ts starts three.
 */
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import type { Document } from 'mongodb';
import { CODES, failure } from './failure.ts';
import { answer, createReader, type Message, spoken } from './wire.ts';

const [port = '', database = '', primaryFile = '', ports = ''] = process.argv.slice(2);
const nameOf = (each: string): string => `127.0.0.1:${each}`;

/** undefined: an election is under way. */
function primary(): string | undefined {
  return readFileSync(primaryFile, 'utf8').trim() || undefined;
}

function hello(): Document {
  const elected = primary();
  return {
    ok: 1,
    helloOk: true,
    setName: 'three',
    setVersion: 1,
    hosts: ports.split(',').map(nameOf),
    me: nameOf(port),
    isWritablePrimary: elected === port,
    ismaster: elected === port,
    secondary: elected !== port,
    ...(elected === undefined ? {} : { primary: nameOf(elected) }),
    ...spoken(),
  };
}

/** In a transaction the driver begins anew, else it sends the write once more to whoever is elected. */
function notPrimary({ autocommit }: Document): Document {
  const label = autocommit === undefined ? 'RetryableWriteError' : 'TransientTransactionError';
  return failure(CODES.notWritablePrimary, 'not primary', label);
}

function ownAnswer({ command }: Message): Document | undefined {
  if (/^(hello|ismaster)$/i.test(Object.keys(command)[0] as string)) return hello();
  return primary() === port ? undefined : notPrimary(command);
}

/** A connection of a client is one to the database; a driver waits for each answer before it asks again. */
function serve(client: Socket): void {
  const upstream = connect(Number(database), '127.0.0.1');
  const read = createReader();
  for (const socket of [client, upstream]) {
    socket.setNoDelay();
    socket.on('error', () => undefined);
    socket.on('close', () => {
      client.destroy();
      upstream.destroy();
    });
  }
  client.on('data', (chunk) => {
    for (const message of read(chunk as Buffer)) {
      const own = ownAnswer(message);
      if (own === undefined) upstream.write(message.bytes);
      else if (!message.isSilent) client.write(answer(message, own));
    }
  });
  upstream.pipe(client);
}

createServer(serve).listen(Number(port), '127.0.0.1', () => console.log('ready'));
