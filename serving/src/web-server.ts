/** The socket of each of the three servers: http, or https where a certificate is given; headers on every answer; an orderly end. */
import cluster from 'node:cluster';
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { withDeadline } from './request-deadline.ts';
import { refuseExpectation, refuseNonsense, secureHeaders, withHeaders } from './secure-headers.ts';
import { type TlsFiles, watchTlsFiles } from './tls-files.ts';

export interface WebServerOptions {
  readonly handler: RequestListener;
  /** As the outside knows this server. */
  readonly address: string;
  /** undefined: plain http. */
  readonly tls: TlsFiles | undefined;
  /** Renewed files that can't be used; the ones before stay in use. */
  readonly onTlsFault: (error: Error) => void;
  /** Milliseconds in which a request must have come whole, where it is not given its time (request-deadline.ts). */
  readonly requestTimeout: number;
  /** For tests. */
  readonly maxConnections?: number;
  /** How often renewed files are looked for; for tests. */
  readonly tlsLookMs?: number;
}

export interface WebServer {
  readonly server: Server | TlsServer;
  listen(port: number, host: string): Promise<void>;
  /** No more renewals are looked for. */
  release(): void;
}

/** More at once are closed at once: each that is open costs memory, whoever holds it. */
const MAX_CONNECTIONS = 12_000;

/**
 * Of several processes each listens by itself, and the kernel deals connections out (SO_REUSEPORT). If the process that started them did, the connections
 * that it hands to one that was just killed would neither be answered nor closed until the client gives up. Elsewhere the kernel does not deal them out.
 */
const reusePort = cluster.isWorker && process.platform === 'linux';

/** Throws when the certificate can't be used. */
export function createWebServer(options: WebServerOptions): WebServer {
  const { handler, address, tls, onTlsFault, requestTimeout, tlsLookMs } = options;
  const headers = secureHeaders(address);
  const timeouts: ServerOptions = {
    // Some HTTP clients offer HTTP/2 with each request (`Upgrade: h2c`): those are answered as any other.
    shouldUpgradeCallback: ({ headers: asked }) =>
      server.listenerCount('upgrade') > 0 && asked.upgrade?.toLowerCase() === 'websocket',
    connectionsCheckingInterval: 1000,
    headersTimeout: 10_000,
    requestTimeout: 0,
  };
  const refuseNow = refuseNonsense(headers);
  const late = Object.assign(new Error('the request did not come whole'), {
    code: 'ERR_HTTP_REQUEST_TIMEOUT',
  });
  const listener = withDeadline(
    requestTimeout,
    ({ socket }) => refuseNow(late, socket),
    withHeaders(headers, handler),
  );
  const watched = tls && watchTlsFiles(tls, onTlsFault, tlsLookMs);
  const server = watched
    ? createTlsServer({ ...timeouts, ...watched.context() }, listener)
    : createServer(timeouts, listener);
  if (watched) watched.onRenewed((context) => (server as TlsServer).setSecureContext(context));
  server.maxConnections = options.maxConnections ?? MAX_CONNECTIONS;
  server.on('clientError', refuseNow);
  server.on('checkExpectation', withHeaders(headers, refuseExpectation));
  return {
    server,
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen({ port, host, reusePort }, resolve);
      }),
    release: () => watched?.close(),
  };
}
