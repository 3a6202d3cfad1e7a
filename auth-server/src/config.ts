/** The configuration: environment variables, read once, checked whole. docs/CONFIGURATION.md describes each. */
import { join } from 'node:path';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const url = z
  .url({ protocol: /^https?$/ })
  .refine((value) => !value.endsWith('/'), 'must not end with a slash')
  .refine((value) => isSafe(value), 'must be https, or http on this machine (localhost)');

const schema = z.object({
  AUTH_PORT: port.default(8081),
  AUTH_HOST: z.string().min(1).default('127.0.0.1'),
  AUTH_ISSUER: url
    .default('http://localhost:8081/oauth2')
    .refine((value) => new URL(value).pathname !== '/', 'needs a path, e.g. /oauth2'),
  FHIR_BASE_URL: url.default('http://localhost:8080/fhir'),
  PORTAL_URL: url.default('http://localhost:8082'),
  CLINIC_NAME: z.string().min(1).max(80).default('Wellspring Clinic'),
  DATA_DIR: z.string().min(1).default('./data'),
  MONGODB_URL: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://')
    .optional(),
  MONGODB_AUTH_DATABASE: z
    .string()
    .regex(/^[\w-]{1,38}$/)
    .default('wellspring_auth'),
  AUTH_CLIENTS_FILE: z.string().optional(),
  AUTH_KEYS_FILE: z.string().optional(),
  AUTH_CLIENT_KEY_FILE: z.string().optional(),
  ACCESS_TOKEN_SECONDS: z.coerce.number().int().min(60).max(3600).default(3600),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
});

export type Config = Readonly<z.infer<typeof schema>> & {
  readonly databaseFile: string;
  readonly clientsFile: string;
  readonly keysFile: string;
  readonly clientKeyFile: string;
};

export class ConfigError extends Error {}

/** All problems at once, a line each. Values are not repeated: some are secrets. */
export function loadConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'),
    );
  }
  const config = parsed.data;
  return Object.freeze({
    ...config,
    databaseFile: join(config.DATA_DIR, 'auth.sqlite'),
    clientsFile: config.AUTH_CLIENTS_FILE ?? join(config.DATA_DIR, 'clients.json'),
    keysFile: config.AUTH_KEYS_FILE ?? join(config.DATA_DIR, 'auth-keys.json'),
    clientKeyFile: config.AUTH_CLIENT_KEY_FILE ?? join(config.DATA_DIR, 'keys', 'auth-server.jwk.json'),
  });
}

function isSafe(value: string): boolean {
  const { protocol, hostname } = new URL(value);
  return (
    protocol === 'https:' || hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]'
  );
}
