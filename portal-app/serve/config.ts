/** What the static server is told by the environment; the app itself learns only what /config.json says. */
import { z } from 'zod';

const address = z
  .url({ protocol: /^https?$/ })
  .refine((value) => !value.endsWith('/'), 'must not end with a slash');

const schema = z.object({
  PORTAL_PORT: z.coerce.number().int().min(0).max(65_535).default(8082),
  PORTAL_HOST: z.string().min(1).default('127.0.0.1'),
  FHIR_BASE_URL: address.default('http://localhost:8080/fhir'),
  AUTH_ISSUER: address.default('http://localhost:8081/oauth2'),
  CLINIC_NAME: z.string().min(1).max(80).default('Wellspring Clinic'),
});

export type ServeConfig = Readonly<z.infer<typeof schema>>;

export function loadConfig(environment: Readonly<Record<string, string | undefined>>): ServeConfig {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return Object.freeze(parsed.data);
  throw new Error(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
}
