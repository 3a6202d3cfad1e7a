/** Starts the static servers of portal and desk, each an origin of its own, until SIGTERM or SIGINT. */
import { join } from 'node:path';
import { ConfigError } from '@wellspring/serving/configuration';
import { createWebServer } from '@wellspring/serving/web-server';
import { createApp } from './app.ts';
import { loadConfig } from './config.ts';

try {
  const config = loadConfig(process.env);
  const apps = [
    ['portal', config.PORTAL_URL, config.PORTAL_PORT],
    ['desk', config.DESK_URL, config.DESK_PORT],
  ] as const;
  const servers = await Promise.all(
    apps.map(async ([app, address, port]) => {
      const { server, listen } = createWebServer({
        handler: createApp(config, app, join(import.meta.dirname, '..', 'dist', app)),
        address,
        tls: config.tls,
        onTlsFault: (error) => console.error(`portal-app: the certificate needs somebody: ${error.message}`),
        requestTimeout: 30_000,
      });
      await listen(port, config.PORTAL_HOST);
      return server;
    }),
  );
  const stop = (): void => {
    let open = servers.length;
    for (const server of servers) {
      server.close(() => {
        open -= 1;
        if (open === 0) process.exit(0);
      });
      server.closeAllConnections();
    }
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  if (error instanceof ConfigError) console.error(`portal-app: wrong configuration\n${error.message}`);
  else console.error(`portal-app: ${(error as Error).message}`);
  process.exit(1);
}
