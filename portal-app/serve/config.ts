/** What the static server is told by the environment; the app itself learns only what /config.json says. */
import {
  ConfigError,
  type Environment,
  readEnvironment,
  tlsFilesOf,
  tlsProblems,
} from '@wellspring/serving/configuration';
import type { TlsFiles } from '@wellspring/serving/tls-files';
import { z } from 'zod';
import { serviceLevelsOf } from '../src/record/work/service-levels.ts';

const address = z
  .url({ protocol: /^https?$/ })
  .refine((value) => !value.endsWith('/'), 'must not end with a slash');

/** Whoever pays is sent there by their own press; only over TLS, and nothing but the number of the bill goes along. */
function isPaymentAddress(text: string): boolean {
  const url = URL.parse(text.replaceAll('{number}', '0'));
  return (
    url?.protocol === 'https:' && url.username === '' && /^[^?#]*:\/\/[^/?#{]+[/?][^#]*\{number\}/.test(text)
  );
}

const schema = z.object({
  PORTAL_PORT: z.coerce.number().int().min(0).max(65_535).default(8082),
  PORTAL_HOST: z.string().min(1).default('127.0.0.1'),
  PORTAL_URL: address.default('http://localhost:8082'),
  DESK_PORT: z.coerce.number().int().min(0).max(65_535).default(8083),
  DESK_URL: address.default('http://localhost:8083'),
  ALLOWED_HOSTS: z
    .string()
    .transform((text) => text.split(',').flatMap((each) => each.trim() || []))
    .default([]),
  TLS_CERT_FILE: z.string().min(1).optional(),
  TLS_KEY_FILE: z.string().min(1).optional(),
  FHIR_BASE_URL: address.default('http://localhost:8080/fhir'),
  AUTH_ISSUER: address.optional(),
  CLIENT_ID: z.string().min(1).max(200).default('portal'),
  DESK_CLIENT_ID: z.string().min(1).max(200).default('desk'),
  REDIRECT_PATH: z
    .string()
    .regex(/^\/[\w/-]+$/, 'must be a path such as /callback')
    .default('/callback'),
  BRAND_ICON_FILE: z.string().min(1).optional(),
  SERVICE_LEVEL_HOURS: z
    .string()
    .default('')
    .transform((text, context) => {
      try {
        return serviceLevelsOf(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message });
        return z.NEVER;
      }
    }),
  PAYMENT_URL: z
    .string()
    .refine(isPaymentAddress, 'must be an https address with {number} in its path or query')
    .optional(),
  CLINIC_NAME: z.string().min(1).max(80).default('Wellspring Clinic'),
});

export type ServeConfig = Readonly<z.infer<typeof schema>> & { readonly tls: TlsFiles | undefined };

/** Throws ConfigError with all problems, a line each. */
export function loadConfig(environment: Environment): ServeConfig {
  const config = readEnvironment(schema, environment);
  const { PORTAL_URL, DESK_URL } = config;
  const problems = tlsProblems(config, { PORTAL_URL, DESK_URL });
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  // The clinic's own authorization server goes with its own FHIR server; another one says itself where it signs people in.
  const own = environment.FHIR_BASE_URL ? {} : { AUTH_ISSUER: 'http://localhost:8081/oauth2' };
  return Object.freeze({ ...own, ...config, tls: tlsFilesOf(config) });
}
