/** The configuration: environment variables, read once, checked whole. docs/CONFIGURATION.md describes each. */
import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import {
  ConfigError,
  type Environment,
  readEnvironment,
  tlsFilesOf,
  tlsProblems,
} from '@wellspring/serving/configuration';
import type { TlsFiles } from '@wellspring/serving/tls-files';
import type { JWK } from 'jose';
import { z } from 'zod';
import { type AgePolicy, readAgePolicy } from './access/age-policy.ts';
import { type RolePolicy, readRolePolicy } from './access/role-policy.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const url = z
  .url({ protocol: /^https?$/ })
  .refine((value) => !value.endsWith('/'), 'must not end with a slash')
  .refine((value) => isSafe(value), 'must be https, or http on this machine (localhost)');

/** Parted by commas. */
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean),
);

const schema = z.object({
  FHIR_PORT: port.default(8080),
  FHIR_HOST: z.string().min(1).default('127.0.0.1'),
  ALLOWED_HOSTS: list.default([]),
  TLS_CERT_FILE: z.string().min(1).optional(),
  TLS_KEY_FILE: z.string().min(1).optional(),
  FHIR_BASE_URL: url.default('http://localhost:8080/fhir'),
  AUTH_ISSUER: url.default('http://localhost:8081/oauth2'),
  PORTAL_URL: url.default('http://localhost:8082'),
  CLINIC_URL: url.optional(),
  DATA_DIR: z.string().min(1).default('./data'),
  MONGODB_URL: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://')
    .optional(),
  MONGODB_DATABASE: z
    .string()
    .regex(/^[\w-]{1,38}$/)
    .default('wellspring'),
  MONGODB_STANDALONE: z.enum(['refuse', 'allow']).default('refuse'),
  MONGODB_SEARCH_READ_PREFERENCE: z
    .enum(['primary', 'primaryPreferred', 'secondary', 'secondaryPreferred', 'nearest'])
    .default('primary'),
  MONGODB_SEARCH_READ_CONCERN: z.enum(['local', 'available', 'majority']).default('majority'),
  FHIR_CLIENT_KEY_FILE: z.string().optional(),
  INTROSPECTION_CACHE_SECONDS: count(0, 60).default(60),
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
  REMINDER_HOURS: list
    .transform((texts) => texts.map(Number))
    .refine(
      (hours) => hours.every((each) => each > 0 && each <= 720),
      'must be hours, 720 at most, parted by commas',
    )
    .default([24]),
  WEB_PUSH: z.enum(['on', 'off']).default('on'),
  NOTICE_SECONDS: z.coerce.number().min(0.1).max(300).default(5),
  WAITING_LIST_HOLD_MINUTES: z.coerce.number().min(1).max(2880).default(120),
  SUBSCRIPTION_ALLOWED_HOSTS: list
    .refine(
      (hosts) => hosts.every(isHost),
      'must be names, addresses or networks (10.1.0.0/16), parted by commas',
    )
    .default([]),
  SUBSCRIPTION_TIMEOUT_SECONDS: z.coerce.number().min(0.1).max(60).default(10),
  SUBSCRIPTION_RETRY_SECONDS: z.coerce.number().min(0.01).max(300).default(1),
  SUBSCRIPTION_RETRY_HOURS: z.coerce.number().min(0.0001).max(720).default(72),
  SUBSCRIPTION_POLL_SECONDS: z.coerce.number().min(0.05).max(60).default(0.5),
  ROLE_POLICY_FILE: z.string().min(1).optional(),
  AGE_POLICY_FILE: z.string().min(1).optional(),
  REFERENCE_INTEGRITY: z.enum(['on', 'off']).default('on'),
  PACKAGES_DIR: z.string().min(1).optional(),
  PACKAGES: list.default([]),
  PACKAGE_REGISTRY: z.url({ protocol: /^https?$/ }).optional(),
  REQUIRED_PROFILES: list
    .refine(
      (pairs) => pairs.every((pair) => /^[A-Z]\w+=\S+$/.test(pair)),
      'must be Type=profile,Type=profile,…',
    )
    .default([]),
  UNCHECKED_PROFILES: z.enum(['warning', 'error']).default('warning'),
  TERMINOLOGY_URL: z
    .url({ protocol: /^https?$/ })
    .refine((value) => !value.endsWith('/'), 'must not end with a slash')
    .refine((value) => isSafe(value) || isNear(value), 'must be https, or http in a network of your own')
    .optional(),
  TERMINOLOGY_TOKEN: z.string().min(1).optional(),
  TERMINOLOGY_TIMEOUT_MS: count(100, 30_000).default(2000),
  TERMINOLOGY_CACHE_SECONDS: count(0, 86_400).default(3600),
  TERMINOLOGY_MAX_EXPANSION: count(100, 1_000_000).default(10_000),
  WORKERS: count(1, 64).default(1),
  SEARCH_TIMEOUT_SECONDS: count(1, 300).default(10),
  READER_THREADS: count(1, 32).default(2),
  RATE_LIMIT_PER_SECOND: count(0, 100_000).default(200),
  RATE_LIMIT_SYSTEM_PER_SECOND: count(0, 1_000_000).default(0),
  METRICS_TOKEN: z.string().min(16, 'must have 16 characters at least').optional(),
  PASSED_OVER_PARAMETERS: list.default(['_', '_dc', '_totalMethod']),
  MAX_INCLUDED: count(10, 100_000).default(1000),
  CONDITIONAL_DELETE: z.enum(['single', 'multiple']).default('single'),
  MAX_BODY_BYTES: count(1024, 268_435_456).default(2_097_152),
  MAX_BUNDLE_BYTES: count(1024, 268_435_456).default(67_108_864),
  MAX_BUNDLE_ENTRIES: count(1, 100_000).default(20_000),
  BULK_DIR: z.string().min(1).optional(),
  BULK_KEEP_HOURS: count(1, 720).default(24),
  BULK_FILE_RESOURCES: count(1, 10_000_000).default(50_000),
  BULK_IMPORT_FROM: list
    .refine(
      (urls) => urls.every((each) => URL.canParse(each) && /^https?:/.test(each)),
      'must be beginnings of http or https addresses, parted by commas',
    )
    .default([]),
  BULK_IMPORT_PRIVATE_HOSTS: list.default([]),
  BULK_IMPORT_MAX_BYTES: z.coerce.number().int().min(1024).default(17_179_869_184),
  BULK_JOBS_PER_CLIENT: count(1, 100).default(4),
  DEFAULT_COUNT: count(1, 1000).default(50),
  MAX_COUNT: count(1, 10_000).default(1000),
  AUDIT_ANCHOR_URL: url.optional(),
  AUDIT_ANCHOR_TOKEN: z.string().min(1).optional(),
  AUDIT_ANCHOR_FILE: z.string().min(1).optional(),
  AUDIT_ANCHOR_SECONDS: count(1, 86_400).default(60),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
});

export type Config = Readonly<z.infer<typeof schema>> & {
  /** Where the MongoDB adapters find their server, and how they ask it; undefined: the embedded databases. */
  readonly mongodb: MongodbConfig | undefined;
  readonly databaseFile: string;
  readonly packagesDir: string;
  /** Code systems that were loaded, on the embedded store. */
  readonly terminologyDir: string;
  readonly auditFile: string;
  /** By which push services know this server. */
  readonly pushKeyFile: string;
  /** Files of exports and imports. */
  readonly bulkDir: string;
  readonly clientKey: JWK;
  readonly rolePolicy: RolePolicy;
  readonly agePolicy: AgePolicy;
  /** undefined: plain http, behind a proxy or on this machine. */
  readonly tls: TlsFiles | undefined;
};

export interface MongodbConfig {
  readonly url: string;
  readonly database: string;
  /** Take a server without transactions. */
  readonly standalone: boolean;
  /** Of searches and histories, which may lag; everything else asks the primary for what a majority has. */
  readonly searchReadPreference:
    | 'primary'
    | 'primaryPreferred'
    | 'secondary'
    | 'secondaryPreferred'
    | 'nearest';
  readonly searchReadConcern: 'local' | 'available' | 'majority';
}

/** Throws ConfigError with all problems, a line each. */
export function loadConfig(environment: Environment): Config {
  const config = readEnvironment(schema, environment);
  const problems = tlsProblems(config, { FHIR_BASE_URL: config.FHIR_BASE_URL });
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  requirePackagesFolder(config);
  const keyFile = config.FHIR_CLIENT_KEY_FILE ?? join(config.DATA_DIR, 'keys', 'fhir-server.jwk.json');
  return Object.freeze({
    ...config,
    mongodb: mongodbConfig(config),
    tls: tlsFilesOf(config),
    databaseFile: join(config.DATA_DIR, 'fhir.sqlite'),
    auditFile: join(config.DATA_DIR, 'audit.sqlite'),
    pushKeyFile: join(config.DATA_DIR, 'keys', 'web-push.jwk.json'),
    bulkDir: config.BULK_DIR ?? join(config.DATA_DIR, 'bulk'),
    packagesDir: config.PACKAGES_DIR ?? join(config.DATA_DIR, 'packages'),
    terminologyDir: join(config.DATA_DIR, 'terminology'),
    clientKey: readKey(keyFile),
    rolePolicy: readPolicy('ROLE_POLICY_FILE', () => readRolePolicy(config.ROLE_POLICY_FILE)),
    agePolicy: readPolicy('AGE_POLICY_FILE', () => readAgePolicy(config.AGE_POLICY_FILE)),
  });
}

/** One that is named by mistake would load nothing, and nobody would be told. Where packages are to be fetched, it is made. */
function requirePackagesFolder({ PACKAGES_DIR, PACKAGES }: z.infer<typeof schema>): void {
  if (PACKAGES_DIR === undefined || PACKAGES.length > 0 || isFolder(PACKAGES_DIR)) return;
  throw new ConfigError(`PACKAGES_DIR: there is no folder ${PACKAGES_DIR}.`);
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

function mongodbConfig(config: z.infer<typeof schema>): MongodbConfig | undefined {
  const { MONGODB_URL: url } = config;
  if (url === undefined) return undefined;
  return {
    url,
    database: config.MONGODB_DATABASE,
    standalone: config.MONGODB_STANDALONE === 'allow',
    searchReadPreference: config.MONGODB_SEARCH_READ_PREFERENCE,
    searchReadConcern: config.MONGODB_SEARCH_READ_CONCERN,
  };
}

function readPolicy<T>(variable: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ConfigError(`${variable}: ${(error as Error).message}`);
  }
}

function readKey(file: string): JWK {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JWK;
  } catch {
    throw new ConfigError(
      `FHIR_CLIENT_KEY_FILE: no private JWK can be read from ${file} (npm start makes one).`,
    );
  }
}

function isHost(text: string): boolean {
  const [host = '', bits, ...rest] = text.split('/');
  if (rest.length > 0) return false;
  const family = isIP(host);
  if (bits === undefined) return family !== 0 || /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(host);
  return family !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

function isSafe(value: string): boolean {
  const { protocol, hostname } = new URL(value);
  return (
    protocol === 'https:' || hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]'
  );
}

/** A name without a domain (a container), or an address of a private network (RFC 1918). */
function isNear(value: string): boolean {
  const { hostname } = new URL(value);
  return /^[\w-]+$/.test(hostname) || /^(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./.test(hostname);
}
