/** What the driver passes on of a connection that is gone is no fault of ours. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { isCommitUnknown, storeError } from './errors.ts';

/** As a socket says it that is written to when the other side has ended. */
async function brokenPipe(): Promise<Error> {
  const server = createServer((socket) => socket.end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume();
  await once(socket, 'end');
  const error = await new Promise<Error>((resolve) => socket.write('x', (said) => resolve(said as Error)));
  server.close();
  return error;
}

it('a connection that broke under a command is a store that is away, and leaves a commit unknown', async () => {
  const error = await brokenPipe();
  expect(error).toMatchObject({ code: 'EPIPE' });
  expect(storeError(error)).toMatchObject({ fault: 'unavailable', cause: error });
  expect(isCommitUnknown(error)).toBe(true);
});

it('what nobody foresaw stays what it is', () => {
  const error = Object.assign(new Error('x'), { code: 'EACCES' });
  expect(storeError(error)).toBe(error);
  expect(isCommitUnknown(error)).toBe(false);
});
