/**
 * Who may register what (RFC 7591, section 2; SMART App Launch 2.2, "Register App with EHR"). An app that registers itself may have patients' own data when they
 * allow it; anything at `user/` or `system/` level waits for an administrator. docs/APPS.md tells the rules to developers.
 */
import { z } from 'zod';
import { isInternalHost, isLoopback } from '../loopback.ts';
import { isSmartScope, parseClinicalScope, scopeWords } from '../smart/scope.ts';
import { nameProblem, plainName, type TakenNames, textProblem } from './names.ts';

export interface RegistrationRefused {
  /** RFC 7591, section 3.2.2 */
  readonly error: 'invalid_redirect_uri' | 'invalid_client_metadata';
  readonly error_description: string;
}

export type Checked = { readonly metadata: Record<string, unknown> } | RegistrationRefused;

/** Schemes that run something, or read something, instead of opening an app. */
const DANGEROUS = /^(javascript|data|vbscript|file|blob|about|view-source|filesystem|ws|wss|ftp):$/;

const shown = (most: number) =>
  z
    .string()
    .max(most)
    .superRefine((text, context) => {
      const fault = textProblem(text);
      if (fault) context.addIssue({ code: 'custom', message: fault });
    });
/** As it is shown: an international name in its ASCII form, which looks like no other. */
const httpsUrl = shown(2000)
  .regex(/^[\x21-\x7e]*$/, 'must be written in ASCII (a name in other letters as xn--…)')
  .refine(isHttps, 'must be an https address, without a user name');
const METHODS = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const;
const GRANTS = ['authorization_code', 'refresh_token', 'client_credentials'] as const;

const jwk = z
  .looseObject({ kty: z.enum(['RSA', 'EC']), kid: z.string().min(1).max(200) })
  .refine(
    (key) => !['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'].some((member) => member in key),
    'must be a public key',
  );

const schema = z.object({
  client_name: z.string().trim().min(1).max(80),
  application_type: z.enum(['web', 'native']).default('web'),
  redirect_uris: z.array(z.string().max(2000)).max(10).default([]),
  post_logout_redirect_uris: z.array(z.string().max(2000)).max(10).optional(),
  grant_types: z.array(z.enum(GRANTS)).min(1).default(['authorization_code']),
  response_types: z.array(z.literal('code')).optional(),
  token_endpoint_auth_method: z.enum(METHODS).default('client_secret_basic'),
  token_endpoint_auth_signing_alg: z.enum(['RS384', 'ES384', 'RS256', 'ES256']).optional(),
  scope: z.string().max(8000).optional(),
  jwks: z.object({ keys: z.array(jwk).min(1).max(10) }).optional(),
  jwks_uri: httpsUrl.optional(),
  client_uri: httpsUrl.optional(),
  policy_uri: httpsUrl.optional(),
  tos_uri: httpsUrl.optional(),
  logo_uri: httpsUrl.optional(),
  contacts: z.array(z.email()).max(5).optional(),
  launch_url: z.string().max(2000).optional(),
  allowed_origins: z.array(z.string().max(300)).max(10).optional(),
  software_id: shown(200).optional(),
  software_version: shown(100).optional(),
});

const RESERVED = ['trusted', 'introspect', 'may_launch', 'status', 'smart_scope', 'disabled'];

/** What is the clinic's own. */
export interface Taken {
  readonly names: TakenNames;
  /** Of its servers and pages: no app shows an address there as its own. */
  readonly hosts: readonly string[];
}

const NOTHING: Taken = { names: { within: [], whole: [] }, hosts: [] };

/** `internalHosts`: those inside the house that may hold a JWKS all the same. */
export function checkRegistration(
  body: unknown,
  internalHosts: readonly string[] = [],
  taken: Taken = NOTHING,
): Checked {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return refused('the registration must be a JSON object');
  const reserved = RESERVED.find((member) => member in body);
  if (reserved) return refused(`${reserved} can't be set by registration`);
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    const [problem] = parsed.error.issues;
    return refused(`${problem?.path.join('.')}: ${problem?.message}`);
  }
  const client = { ...parsed.data, client_name: plainName(parsed.data.client_name) };
  const badName = nameProblem(parsed.data.client_name, taken.names);
  if (badName) return refused(`client_name: ${badName}`);
  const badRedirect = [
    ...client.redirect_uris,
    ...(client.post_logout_redirect_uris ?? []),
    ...(client.launch_url ? [client.launch_url] : []),
  ]
    .map((uri) => redirectProblem(uri, client.application_type))
    .find(Boolean);
  if (badRedirect) return { error: 'invalid_redirect_uri', error_description: badRedirect };
  const problem =
    grantProblem(client) ??
    keyProblem(client, internalHosts) ??
    scopeProblem(client) ??
    originProblem(client.allowed_origins) ??
    addressProblem(client, taken.hosts);
  if (problem) return refused(problem);
  const { scope, ...rest } = client;
  const usesCode = client.grant_types.includes('authorization_code');
  return {
    metadata: {
      ...rest,
      response_types: usesCode ? ['code'] : [],
      // Every app that a person may allow offline access is given the refresh token for it.
      grant_types: usesCode ? [...new Set([...client.grant_types, 'refresh_token'])] : client.grant_types,
      smart_scope: scope === undefined ? 'patient/*.cruds' : scopeWords(scope).join(' '),
      status: needsApproval(scope) ? 'pending' : 'unreviewed',
    },
  };
}

const needsApproval = (scope: string | undefined): boolean =>
  scopeWords(scope).some((word) => ['user', 'system'].includes(parseClinicalScope(word)?.level ?? ''));

type Client = z.infer<typeof schema>;

function grantProblem({
  grant_types,
  redirect_uris,
  token_endpoint_auth_method: method,
}: Client): string | undefined {
  const usesCode = grant_types.includes('authorization_code');
  if (usesCode && redirect_uris.length === 0) return 'redirect_uris: needed for authorization_code';
  if (!usesCode && redirect_uris.length > 0) return 'redirect_uris: only for authorization_code';
  if (grant_types.includes('refresh_token') && !usesCode)
    return 'grant_types: refresh_token needs authorization_code';
  if (grant_types.includes('client_credentials') && method !== 'private_key_jwt')
    return 'grant_types: client_credentials needs token_endpoint_auth_method private_key_jwt (SMART Backend Services)';
  return undefined;
}

function keyProblem(
  { token_endpoint_auth_method: method, jwks, jwks_uri }: Client,
  internalHosts: readonly string[],
): string | undefined {
  if (jwks && jwks_uri) return 'jwks and jwks_uri: one of them only';
  if (method === 'private_key_jwt' && !jwks && !jwks_uri) return 'private_key_jwt needs jwks_uri or jwks';
  if (jwks && new Set(jwks.keys.map(({ kid }) => kid)).size < jwks.keys.length) return 'jwks: each kid once';
  if (
    jwks_uri &&
    isInternalHost(new URL(jwks_uri).hostname) &&
    !internalHosts.includes(new URL(jwks_uri).hostname)
  )
    return 'jwks_uri: must be a public address';
  return undefined;
}

function scopeProblem({ scope, grant_types }: Client): string | undefined {
  const unknown = scopeWords(scope).find((word) => !isSmartScope(word));
  if (unknown) return `scope: ${unknown} is not a SMART scope`;
  const levels = scopeWords(scope).map((word) => parseClinicalScope(word)?.level);
  const isService = grant_types.includes('client_credentials');
  if (levels.includes('system') && !isService)
    return 'scope: system/ scopes need grant type client_credentials';
  if (isService && !levels.includes('system')) return 'scope: client_credentials needs system/ scopes';
  return undefined;
}

function originProblem(origins: readonly string[] = []): string | undefined {
  const bad = origins.find(
    (origin) =>
      !URL.canParse(origin) || new URL(origin).origin !== origin || redirectProblem(`${origin}/`, 'web'),
  );
  return bad === undefined ? undefined : `allowed_origins: ${bad} is not an https origin`;
}

const SHOWN_ADDRESSES = ['client_uri', 'policy_uri', 'tos_uri', 'logo_uri'] as const;

/** What people are shown at the consent, and where they are sent after it, is not the clinic's. */
function addressProblem(client: Client, hosts: readonly string[]): string | undefined {
  // With the dot of the root it is the same name, and what is below a name is its owner's.
  const isTheirs = (host: string): boolean =>
    hosts.some((own) => `.${host.toLowerCase().replace(/\.$/, '')}`.endsWith(`.${own}`));
  const address = SHOWN_ADDRESSES.find((name) => client[name] && isTheirs(new URL(client[name]).hostname));
  if (address) return `${address}: is an address of the clinic`;
  if (client.contacts?.some((each) => isTheirs(each.slice(each.lastIndexOf('@') + 1))))
    return 'contacts: is an address of the clinic';
  const sent = [
    ...client.redirect_uris,
    ...(client.post_logout_redirect_uris ?? []),
    client.launch_url ?? '',
  ];
  return sent.some((uri) => isHttps(uri) && isTheirs(new URL(uri).hostname))
    ? 'redirect_uris: is an address of the clinic'
    : undefined;
}

/** undefined = it may be used. Exact matching later is the library's (RFC 9700, section 2.1). */
export function redirectProblem(uri: string, type: 'web' | 'native'): string | undefined {
  if (!URL.canParse(uri)) return `${uri} is not an address`;
  const url = new URL(uri);
  if (DANGEROUS.test(url.protocol)) return `${url.protocol} can not be used as a redirect address`;
  if (uri.includes('#') || url.username !== '' || url.password !== '' || uri.includes('*'))
    return 'a redirect address has no fragment, no user and no wildcard';
  if (url.protocol === 'https:') return undefined;
  if (url.protocol === 'http:')
    return isLoopback(url) ? undefined : 'http is for loopback addresses only; use https';
  if (type !== 'native') return 'schemes of their own are for native apps';
  // RFC 8252, section 7.1: a name under the maker's control, in reverse.
  return /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(url.protocol)
    ? undefined
    : 'a scheme of its own must be a reverse domain name';
}

function isHttps(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return protocol === 'https:' && username === '' && password === '';
}

const refused = (error_description: string): RegistrationRefused => ({
  error: 'invalid_client_metadata',
  error_description,
});
