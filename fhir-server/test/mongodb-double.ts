/**
 * A double of a MongoDB replica set's primary: it speaks the wire protocol and answers as a test scripts it, and keeps nothing. For what no server that can be had here does:
 * elections, lost connections at a chosen command, errors without labels, servers that hang.
 */
import { createServer, type Socket } from 'node:net';
import type { Document } from 'mongodb';
import { answer, createReader, type Message, spoken } from '../../scripts/documentdb/wire.ts';

/** What a test has it do with a command: an answer, silence, or the connection cut. undefined: the usual answer. */
export type Scripted = Document | 'hang' | 'cut' | undefined;

export interface Double {
  readonly url: string;
  /** What it says it is, beside the usual: a replica set's primary by default. */
  hello: Document;
  /** What is found, by collection: nothing by default. */
  find: Readonly<Record<string, Document[]>>;
  /** Names of the commands it got, heartbeats and those of other collections than `resource` and `version` left out. */
  readonly commands: string[];
  /** Asked of each such command, and of each hello; `this` answers are used up by the test itself. */
  script: (name: string, command: Document) => Scripted;
  close(): Promise<void>;
}

const cursor = (documents: Document[]): Document => ({
  cursor: { id: 0n, ns: 'x.y', firstBatch: documents },
  ok: 1,
});

export const failed = (code: number, ...errorLabels: string[]): Document => ({
  ok: 0,
  code,
  errmsg: 'as scripted',
  codeName: 'Scripted',
  ...(errorLabels.length > 0 ? { errorLabels } : {}),
});

const TOLD: ReadonlySet<string> = new Set(['resource', 'version']);

export async function openDouble(): Promise<Double> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const read = createReader();
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      for (const message of read(chunk as Buffer)) serve(socket, message);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const host = `127.0.0.1:${port}`;

  const usual = (name: string, command: Document): Document => {
    switch (name) {
      case 'hello':
      case 'ismaster':
        return {
          ...double.hello,
          isWritablePrimary: true,
          ismaster: true,
          helloOk: true,
          ...spoken(),
          ok: 1,
        };
      case 'find':
        return cursor(double.find[command.find] ?? []);
      case 'aggregate':
      case 'listIndexes':
        return cursor([]);
      case 'insert':
        return { n: command.documents?.length ?? 0, ok: 1 };
      case 'update':
        return { n: command.updates.length, nModified: command.updates.length, ok: 1 };
      case 'getParameter':
        return { transactionLifetimeLimitSeconds: 60, ok: 1 };
      default:
        return { n: 1, ok: 1 };
    }
  };

  function serve(socket: Socket, message: Message): void {
    const name = Object.keys(message.command)[0] as string;
    const collection = String(message.command[name]);
    const isTold = TOLD.has(collection) || /Transaction$/.test(name);
    if (isTold && name !== 'createIndexes') double.commands.push(name);
    const isAsked = (isTold && name !== 'createIndexes') || /^(hello|ismaster)$/i.test(name) || isSilent;
    const scripted = isAsked ? double.script(name, message.command) : undefined;
    if (scripted === 'hang') {
      isSilent = true;
      return;
    }
    if (scripted === 'cut') {
      socket.destroy();
      return;
    }
    if (!message.isSilent) socket.write(answer(message, scripted ?? usual(name, message.command)));
  }
  /** Once it hangs, everything is asked of the script. */
  let isSilent = false;

  const double: Double = {
    url: `mongodb://${host}/?replicaSet=double`,
    hello: { setName: 'double', setVersion: 1, hosts: [host], primary: host, me: host },
    find: {},
    commands: [],
    script: () => undefined,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
  return double;
}
