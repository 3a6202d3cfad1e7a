/** The socket that this configuration asks for. */
import type { RequestListener } from 'node:http';
import type { WebServerOptions } from '@wellspring/serving/web-server';
import type { Logger } from 'pino';
import type { Config } from './config.ts';

export const webOptions = (config: Config, log: Logger, handler: RequestListener): WebServerOptions => ({
  handler,
  address: config.FHIR_BASE_URL,
  tls: config.tls,
  onTlsFault: (error) => log.error({ err: error }, 'the certificate needs somebody'),
  requestTimeout: 120_000,
});
