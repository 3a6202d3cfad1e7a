/** Answers while the database is not there yet: alive, not ready, and 503 with Retry-After to everything else. */
import { createServer } from 'node:http';
import { operationOutcome, unavailable } from '@wellspring/profiles';
import { commonHeaders } from './http/headers.ts';

export interface WaitingServer {
  close(): Promise<void>;
}

const RETRY_SECONDS = 2;

export function startWaitingServer(port: number, host: string): Promise<WaitingServer> {
  const outcome = JSON.stringify(operationOutcome(unavailable('The database is not available yet.').issues));
  const server = createServer((request, response) => {
    const isHealth = request.url === '/healthz';
    response.writeHead(isHealth ? 200 : 503, {
      ...commonHeaders,
      'Content-Type': isHealth || request.url === '/readyz' ? 'application/json' : 'application/fhir+json',
      'Retry-After': RETRY_SECONDS,
      Connection: 'close',
    });
    response.end(
      isHealth ? '{"status":"ok"}' : request.url === '/readyz' ? '{"status":"not ready"}' : outcome,
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () =>
      resolve({
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      }),
    );
  });
}
