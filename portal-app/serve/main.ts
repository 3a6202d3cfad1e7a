/** Starts the portal's static server, until SIGTERM or SIGINT. */
import { join } from 'node:path';
import { createApp } from './app.ts';
import { loadConfig } from './config.ts';

try {
  const config = loadConfig(process.env);
  const server = createApp(config, join(import.meta.dirname, '..', 'dist')).listen(
    config.PORTAL_PORT,
    config.PORTAL_HOST,
  );
  server.once('error', (error) => {
    console.error(`portal-app: ${error.message}`);
    process.exit(1);
  });
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
