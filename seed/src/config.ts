/** Settings of the loader, from environment variables. Wrong values are told in one line each. */
import { join } from 'node:path';

export interface SeedConfig {
  readonly fhirBaseUrl: string;
  readonly clientId: string;
  readonly clientKeyFile: string;
  readonly dataDir: string;
}

export class ConfigError extends Error {}

export function loadConfig(environment: Readonly<Record<string, string | undefined>>): SeedConfig {
  const dataDir = environment.DATA_DIR || './data';
  const fhirBaseUrl = environment.FHIR_BASE_URL || 'http://localhost:8080/fhir';
  if (!/^https?:$/.test(protocolOf(fhirBaseUrl)) || fhirBaseUrl.endsWith('/')) {
    throw new ConfigError('FHIR_BASE_URL must be an http(s) address without a slash at the end');
  }
  return {
    fhirBaseUrl,
    clientId: environment.SEED_CLIENT_ID || 'seed',
    clientKeyFile: environment.SEED_CLIENT_KEY_FILE || join(dataDir, 'keys', 'seed.jwk.json'),
    dataDir,
  };
}

function protocolOf(address: string): string {
  return URL.canParse(address) ? new URL(address).protocol : '';
}
