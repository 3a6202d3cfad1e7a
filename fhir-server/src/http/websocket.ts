/** The websocket of subscriptions, on the server's own port: the handshake of RFC 6455 by the `ws` library, with limits. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { IsAllowedHost } from '@wellspring/serving/allowed-hosts';
import { type WebSocket, WebSocketServer } from 'ws';

/** What becomes of connections (jobs/subscriptions/sockets.ts). */
export interface SocketHandler<Connection> {
  opened(connection: Connection): void;
  received(connection: Connection, text: string): Promise<void>;
  closed(connection: Connection): void;
}

export interface SocketConnection {
  readonly origin: string | undefined;
  send(text: string): void;
  close(code: number, reason: string): void;
}

export interface WebSocketOptions {
  /** Of the URL. */
  readonly path: string;
  readonly isAllowedHost: IsAllowedHost;
}

const MOST_CONNECTIONS = 5000;
/** A token and its verb. */
const MOST_BYTES = 16_384;
/** Whoever reads more slowly than this is behind has lost the connection. */
const MOST_WAITING_BYTES = 4_194_304;
const PING_MS = 30_000;
const MESSAGES_A_MINUTE = 60;
const TRY_LATER = 1013;
const INTERNAL = 1011;

export function attachWebSocket(
  server: Pick<Server, 'on'>,
  { path, isAllowedHost }: WebSocketOptions,
  handler: SocketHandler<SocketConnection>,
): { close(): void } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_BYTES, perMessageDeflate: false });
  const alive = new WeakSet<WebSocket>();

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const status = refusal(request);
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (websocket) => accept(websocket, request));
  });

  function refusal(request: IncomingMessage): string | undefined {
    if ((request.url ?? '').split('?')[0] !== path) return '404 Not Found';
    if (!isAllowedHost(request)) return '421 Misdirected Request';
    return sockets.clients.size >= MOST_CONNECTIONS ? '503 Service Unavailable' : undefined;
  }

  function accept(websocket: WebSocket, request: IncomingMessage): void {
    const connection: SocketConnection = {
      origin: request.headers.origin,
      send(text) {
        if (websocket.readyState !== websocket.OPEN) return;
        if (websocket.bufferedAmount > MOST_WAITING_BYTES) websocket.close(TRY_LATER, 'Too far behind.');
        else websocket.send(text);
      },
      close: (code, reason) => websocket.close(code, reason),
    };
    let left = MESSAGES_A_MINUTE;
    const refill = setInterval(() => {
      left = MESSAGES_A_MINUTE;
    }, 60_000).unref();
    alive.add(websocket);
    handler.opened(connection);
    websocket.on('pong', () => alive.add(websocket));
    websocket.on('error', () => websocket.terminate());
    websocket.on('message', (data, isBinary) => {
      left -= 1;
      if (isBinary || left < 0) return websocket.close(TRY_LATER, 'Too many messages, or none that is text.');
      handler
        .received(connection, data.toString())
        .catch(() => websocket.close(INTERNAL, 'It could not be done.'));
    });
    websocket.on('close', () => {
      clearInterval(refill);
      handler.closed(connection);
    });
  }

  const pinging = setInterval(() => {
    for (const websocket of sockets.clients) {
      if (!alive.delete(websocket)) websocket.terminate();
      else websocket.ping();
    }
  }, PING_MS).unref();

  return {
    close() {
      clearInterval(pinging);
      for (const websocket of sockets.clients) websocket.terminate();
      sockets.close();
    },
  };
}
