/** Starts the portal's static server, until SIGTERM or SIGINT. */
import { join } from 'node:path';
import { keepPrivate } from '@wellspring/serving/private-files';
import { createWebServer } from '@wellspring/serving/web-server';
import { createApp } from './app.ts';
import { loadConfig, tlsOf } from './config.ts';

keepPrivate();
try {
  const config = loadConfig(process.env);
  const { server, listen } = createWebServer({
    handler: createApp(config, join(import.meta.dirname, '..', 'dist')),
    address: config.PORTAL_URL,
    tls: tlsOf(config),
    onTlsFault: (error) => console.error(`portal-app: the renewed certificate is not used: ${error.message}`),
    requestTimeout: 30_000,
  });
  await listen(config.PORTAL_PORT, config.PORTAL_HOST);
  const stop = (): void => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  console.error(`portal-app: ${(error as Error).message}`);
  process.exit(1);
}
