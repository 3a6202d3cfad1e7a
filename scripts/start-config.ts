/** Addresses and folders of a whole Wellspring on one machine, from the environment. Each server checks its own part again. */
import { resolve } from 'node:path';

/** Where the clinic's own apps are served. */
export interface AppAddresses {
  readonly PORTAL_URL: string;
  readonly DESK_URL: string;
}

export interface StartConfig {
  readonly fhirPort: number;
  readonly authPort: number;
  readonly portalPort: number;
  readonly deskPort: number;
  readonly dataDir: string;
  /** How the servers themselves speak: https where they have a certificate. */
  readonly scheme: 'http' | 'https';
  /** The same for all three servers. */
  readonly env: Readonly<Record<string, string>> & AppAddresses;
}

/** Throws with one clear line. */
export function startConfig(environment: Readonly<Record<string, string | undefined>>): StartConfig {
  const port = (name: string, standard: number): number => {
    const text = environment[name] ?? '';
    const value = text === '' ? standard : Number(text);
    if (!Number.isInteger(value) || value < 1 || value > 65_535)
      throw new Error(`${name}: a port from 1 to 65535 was expected`);
    return value;
  };
  const fhirPort = port('FHIR_PORT', 8080);
  const authPort = port('AUTH_PORT', 8081);
  const portalPort = port('PORTAL_PORT', 8082);
  const deskPort = port('DESK_PORT', 8083);
  const dataDir = resolve(environment.DATA_DIR || './data');
  const scheme = environment.TLS_CERT_FILE ? 'https' : 'http';
  const env = {
    FHIR_PORT: String(fhirPort),
    AUTH_PORT: String(authPort),
    PORTAL_PORT: String(portalPort),
    DESK_PORT: String(deskPort),
    FHIR_BASE_URL: environment.FHIR_BASE_URL || `${scheme}://localhost:${fhirPort}/fhir`,
    AUTH_ISSUER: environment.AUTH_ISSUER || `${scheme}://localhost:${authPort}/oauth2`,
    PORTAL_URL: environment.PORTAL_URL || `${scheme}://localhost:${portalPort}`,
    DESK_URL: environment.DESK_URL || `${scheme}://localhost:${deskPort}`,
    DATA_DIR: dataDir,
    // The demonstration clinic's; elsewhere there is none of this id, and nothing is said.
    ...(environment.SMTP_URL || environment.NODE_ENV === 'production'
      ? {}
      : { OUTBOX_DIR: environment.OUTBOX_DIR || resolve(dataDir, 'outbox') }),
    CLINIC_ORGANIZATION: environment.CLINIC_ORGANIZATION || 'wellspring-clinic',
  };
  return { fhirPort, authPort, portalPort, deskPort, dataDir, scheme, env };
}
