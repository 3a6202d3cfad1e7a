/** The configuration: environment variables, read once, checked whole. docs/CONFIGURATION.md describes each. */
import { join } from 'node:path';
import {
  ConfigError,
  type Environment,
  readEnvironment,
  tlsFilesOf,
  tlsProblems,
} from '@wellspring/serving/configuration';
import type { TlsFiles } from '@wellspring/serving/tls-files';
import { z } from 'zod';
import { isLoopback } from './loopback.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const url = z
  .url({ protocol: /^https?$/ })
  .refine((value) => !value.endsWith('/'), 'must not end with a slash')
  .refine((value) => isSafe(value), 'must be https, or http on this machine (localhost)');

const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** Parted by commas. */
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean),
);

const PASSWORD_CLASSES = ['lower', 'upper', 'digit', 'special'] as const;

const schema = z.object({
  NODE_ENV: z.string().optional(),
  AUTH_PORT: port.default(8081),
  AUTH_HOST: z.string().min(1).default('127.0.0.1'),
  ALLOWED_HOSTS: list.default([]),
  TLS_CERT_FILE: z.string().min(1).optional(),
  TLS_KEY_FILE: z.string().min(1).optional(),
  AUTH_ISSUER: url
    .default('http://localhost:8081/oauth2')
    .refine((value) => new URL(value).pathname !== '/', 'needs a path, e.g. /oauth2'),
  FHIR_BASE_URL: url.default('http://localhost:8080/fhir'),
  PORTAL_URL: url.default('http://localhost:8082'),
  DESK_URL: url.default('http://localhost:8083'),
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
  TRUST_PROXY_HOPS: count(0, 10).default(0),
  CLINIC_URL: url.optional(),
  CLINIC_ORGANIZATION: z
    .string()
    .regex(/^[A-Za-z0-9\-.]{1,64}$/, 'must be the id of an Organization')
    .optional(),
  CLINIC_CONTACT: z.string().min(1).max(200).optional(),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'must begin with smtp:// or smtps://')
    .optional(),
  MAIL_FROM: z.string().min(3).default('Wellspring Clinic <no-reply@localhost>'),
  SMS_URL: url.optional(),
  SMS_ACCOUNT_SID: z.string().min(1).optional(),
  SMS_AUTH_TOKEN: z.string().min(1).optional(),
  SMS_FROM: z.string().min(1).optional(),
  OUTBOX_DIR: z.string().min(1).optional(),
  PASSWORD_MIN_LENGTH: count(8, 64).default(12),
  PASSWORD_REQUIRES: list
    .pipe(z.array(z.enum(PASSWORD_CLASSES)))
    .or(z.literal('none').transform(() => []))
    .default([...PASSWORD_CLASSES]),
  PASSWORD_HASHES_AT_ONCE: count(1, 4).default(1),
  BREACHED_PASSWORDS_URL: url.optional(),
  TERMS_VERSION: z.string().min(1).max(40).default('2026-11-01'),
  BRANDS_FILE: z.string().min(1).optional(),
  TERMS_FILE: z.string().min(1).optional(),
  ADULT_AGE: count(0, 30).default(18),
  REQUIRE_SECOND_FACTOR: z.enum(['none', 'administrators', 'staff', 'everyone']).default('administrators'),
  SESSION_IDLE_MINUTES: count(1, 720).default(30),
  SESSION_HOURS: count(1, 24).default(12),
  TOKEN_REQUESTS_PER_MINUTE: count(60, 1_000_000).default(6000),
  REGISTRATION: z.enum(['open', 'closed']).default('open'),
  JWKS_INTERNAL_HOSTS: list.default([]),
  AUDIT_ANCHOR_URL: url.optional(),
  AUDIT_ANCHOR_TOKEN: z.string().min(1).optional(),
  AUDIT_ANCHOR_FILE: z.string().min(1).optional(),
  AUDIT_ANCHOR_SECONDS: count(1, 86_400).default(60),
  DEVELOPER_PAGES: z.enum(['on', 'off']).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
});

export type Config = Readonly<z.infer<typeof schema>> & {
  readonly databaseFile: string;
  readonly clientsFile: string;
  readonly keysFile: string;
  readonly clientKeyFile: string;
  /** Where the account pages are, without a path. */
  readonly origin: string;
  readonly isProduction: boolean;
  /** The launcher and the outbox page: never in production, and by default only on this machine. */
  readonly developerPages: boolean;
  /** undefined: plain http, behind a proxy or on this machine. */
  readonly tls: TlsFiles | undefined;
};

/** Throws ConfigError with all problems, a line each. */
export function loadConfig(environment: Environment): Config {
  const config = readEnvironment(schema, environment);
  const problems = crossProblems(config);
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  const issuer = new URL(config.AUTH_ISSUER);
  const isProduction = config.NODE_ENV === 'production';
  return Object.freeze({
    ...config,
    origin: issuer.origin,
    isProduction,
    developerPages:
      config.DEVELOPER_PAGES === undefined
        ? !isProduction && isLoopback(issuer)
        : config.DEVELOPER_PAGES === 'on',
    tls: tlsFilesOf(config),
    databaseFile: join(config.DATA_DIR, 'auth.sqlite'),
    clientsFile: config.AUTH_CLIENTS_FILE ?? join(config.DATA_DIR, 'clients.json'),
    keysFile: config.AUTH_KEYS_FILE ?? join(config.DATA_DIR, 'auth-keys.json'),
    clientKeyFile: config.AUTH_CLIENT_KEY_FILE ?? join(config.DATA_DIR, 'keys', 'auth-server.jwk.json'),
  });
}

/** What is wrong between several variables, each right by itself. */
function crossProblems(config: z.infer<typeof schema>): string[] {
  const sms = ['SMS_URL', 'SMS_ACCOUNT_SID', 'SMS_AUTH_TOKEN', 'SMS_FROM'] as const;
  const given = sms.filter((name) => config[name] !== undefined);
  const problems: string[] = [];
  if (given.length > 0 && given.length < sms.length)
    problems.push(
      `${sms.filter((name) => config[name] === undefined).join(', ')}: missing; text messages need all of ${sms.join(', ')}`,
    );
  problems.push(...tlsProblems(config, { AUTH_ISSUER: config.AUTH_ISSUER }));
  if (config.NODE_ENV !== 'production') return problems;
  if (config.DEVELOPER_PAGES === 'on') problems.push('DEVELOPER_PAGES: can not be on in production');
  if (config.SMTP_URL === undefined)
    problems.push('SMTP_URL: needed in production: accounts can not be recovered without mail');
  return problems;
}

function isSafe(value: string): boolean {
  const parsed = new URL(value);
  return parsed.protocol === 'https:' || isLoopback(parsed);
}
