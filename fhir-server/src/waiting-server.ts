/** Answers while the database is not there yet: alive, not ready, and 503 with Retry-After to everything else. */
import { operationOutcome, unavailable } from '@wellspring/profiles';
import { allowedHosts, MISDIRECTED } from '@wellspring/serving/allowed-hosts';
import { createWebServer } from '@wellspring/serving/web-server';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { commonHeaders } from './http/headers.ts';
import { webOptions } from './web-options.ts';

export interface WaitingServer {
  close(): Promise<void>;
}

const RETRY_SECONDS = 2;

export async function startWaitingServer(config: Config, log: Logger): Promise<WaitingServer> {
  const outcome = JSON.stringify(operationOutcome(unavailable('The database is not available yet.').issues));
  const isAllowed = allowedHosts([config.FHIR_BASE_URL], config.ALLOWED_HOSTS);
  const { server, listen, release } = createWebServer(
    webOptions(config, log, (request, response) => {
      const isHealth = request.url === '/healthz';
      const isProbe = isHealth || request.url === '/readyz';
      const status = isProbe && !isAllowed(request) ? MISDIRECTED : isHealth ? 200 : 503;
      response.writeHead(status, {
        ...commonHeaders,
        'Content-Type': isProbe ? 'application/json' : 'application/fhir+json',
        'Retry-After': RETRY_SECONDS,
        Connection: 'close',
      });
      response.end(isHealth ? '{"status":"ok"}' : isProbe ? '{"status":"not ready"}' : outcome);
    }),
  );
  await listen(config.FHIR_PORT, config.FHIR_HOST);
  return {
    close: () =>
      new Promise((done) => {
        release();
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
