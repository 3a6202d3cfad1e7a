/** Starts the authorization server: environment → configuration → storage → HTTP, until SIGTERM or SIGINT. */
import { ConfigError } from '@wellspring/serving/configuration';
import { loadConfig } from './config.ts';
import { createLog } from './log.ts';
import { startServer } from './server.ts';

try {
  const config = loadConfig(process.env);
  const log = createLog(config.LOG_LEVEL);
  const server = await startServer(config, log);
  log.info({ port: server.port }, 'auth-server is ready');
  const stop = async (): Promise<void> => {
    await server.close();
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  if (error instanceof ConfigError) console.error(`auth-server: wrong configuration\n${error.message}`);
  else console.error(`auth-server: ${(error as Error).message}`);
  process.exit(1);
}
