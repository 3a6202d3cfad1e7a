/**
 * The FHIR base URL as a resource indicator (RFC 8707). SMART scopes follow a grammar, so they are computed for each request from what was
 * asked and granted; they can't be listed.
 */
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { Config } from '../config.ts';
import { isSmartScope, parseClinicalScope, scopeWords } from '../smart/scope.ts';
import { mayHave, type OwnMembers } from './clients.ts';

type ResourceIndicators = NonNullable<NonNullable<Configuration['features']>['resourceIndicators']>;

/** Backend Services tokens are short-lived: SMART asks for five minutes at most. */
const SYSTEM_TOKEN_SECONDS = 300;
const ROUTES_THAT_NAME_IT: ReadonlySet<string> = new Set(['authorization', 'resume']);

export function fhirResource(config: Config): ResourceIndicators {
  return {
    enabled: true,
    useGrantedResource: async () => true,
    defaultResource: async (ctx, _client, oneOf) => {
      if (oneOf) return oneOf;
      if (!ROUTES_THAT_NAME_IT.has(ctx.oidc.route)) return config.FHIR_BASE_URL;
      // Not the FHIR base by default here: a missing `aud` would never be noticed.
      const aud = ctx.oidc.params?.aud;
      return typeof aud === 'string' ? aud.replace(/\/$/, '') : [];
    },
    getResourceServerInfo: async (ctx, resource, client) => {
      if (resource !== config.FHIR_BASE_URL)
        throw new errors.InvalidTarget('aud is not the FHIR server of this authorization server');
      const isSystem = ctx.oidc.params?.grant_type === 'client_credentials';
      const scopes = allowedScopes(ctx, client as OwnMembers, isSystem);
      if (isSystem && scopes.length === 0) {
        throw new errors.InvalidScope(
          'the client is not registered for these scopes',
          String(ctx.oidc.params?.scope ?? ''),
        );
      }
      return {
        scope: scopes.join(' '),
        audience: config.FHIR_BASE_URL,
        accessTokenTTL: isSystem ? SYSTEM_TOKEN_SECONDS : config.ACCESS_TOKEN_SECONDS,
        accessTokenFormat: 'opaque',
      };
    },
  };
}

/** What was asked in this request, or granted before, as far as it is SMART and the client may have it. */
function allowedScopes(ctx: KoaContextWithOIDC, client: OwnMembers, isSystem: boolean): string[] {
  const { AuthorizationCode: code, RefreshToken: refresh, Grant: grant } = ctx.oidc.entities;
  const asked = [
    ctx.oidc.params?.scope,
    code?.scope,
    refresh?.scope,
    grant?.getResourceScope(String(code?.resource ?? refresh?.resource ?? '')),
  ];
  const words = scopeWords(asked.filter((each) => typeof each === 'string').join(' ')).filter(isSmartScope);
  // Levels are never mixed: a client's own token has system scopes and nothing else, a person's has none.
  if (isSystem)
    return words.filter((word) => parseClinicalScope(word)?.level === 'system' && mayHave(client, word));
  return words.filter((word) => parseClinicalScope(word)?.level !== 'system' && mayHave(client, word));
}
