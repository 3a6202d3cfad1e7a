/** Everything between the configuration and a listening socket, with its orderly end. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { createApp } from './app.ts';
import type { Config } from './config.ts';
import { loadKeys } from './provider/keys.ts';
import { openStorage } from './storage/open-storage.ts';

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

const CLEAN_UP_MS = 60_000;

export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  const storage = await openStorage(config);
  const keys = await loadKeys(config.keysFile);
  const app = createApp({ config, storage, keys, log, now: Date.now });
  const server = createServer(
    { connectionsCheckingInterval: 1000, headersTimeout: 10_000, requestTimeout: 30_000 },
    app,
  );
  await listen(server, config.AUTH_PORT, config.AUTH_HOST);
  const cleaning = setInterval(() => {
    storage.removeExpired(Date.now()).catch((error: unknown) => log.error({ err: error }, 'clean-up failed'));
  }, CLEAN_UP_MS);
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      clearInterval(cleaning);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 5000).unref();
      });
      await storage.close();
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}
