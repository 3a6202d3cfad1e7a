/** https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html#using-well-known: all an app needs to begin. */

export interface SmartEndpoints {
  readonly issuer: string;
  readonly authorize: string;
  readonly token: string;
  readonly introspect: string;
  readonly revoke: string;
  readonly endSession: string;
  readonly jwks: string;
  readonly register: string;
  /** The page where a person sees and ends what apps may do. */
  readonly manage: string;
  /** Where an administrator's app decides about apps (docs/decisions/0032). */
  readonly administer: string;
  readonly brands: string;
  /** One of the identifiers of the Organization in the brands. */
  readonly brandIdentifier: string;
}

/** The auth-server's endpoints, by the layout that docs/ARCHITECTURE.md fixes. */
export function smartEndpoints(issuer: string, site: string): SmartEndpoints {
  const { origin } = new URL(issuer);
  return {
    issuer,
    authorize: `${issuer}/authorize`,
    token: `${issuer}/token`,
    introspect: `${issuer}/introspect`,
    revoke: `${issuer}/revoke`,
    endSession: `${issuer}/session/end`,
    jwks: `${issuer}/jwks`,
    register: `${issuer}/register`,
    manage: `${origin}/account/apps`,
    administer: `${issuer}/administration`,
    brands: `${origin}/brands`,
    brandIdentifier: new URL(site).origin.replace('://www.', '://'),
  };
}

export function smartConfiguration(endpoints: SmartEndpoints): string {
  return JSON.stringify({
    issuer: endpoints.issuer,
    jwks_uri: endpoints.jwks,
    authorization_endpoint: endpoints.authorize,
    token_endpoint: endpoints.token,
    token_endpoint_auth_methods_supported: [
      'none',
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
    ],
    token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
    registration_endpoint: endpoints.register,
    management_endpoint: endpoints.manage,
    administration_endpoint: endpoints.administer,
    introspection_endpoint: endpoints.introspect,
    revocation_endpoint: endpoints.revoke,
    end_session_endpoint: endpoints.endSession,
    authorization_response_iss_parameter_supported: true,
    user_access_brand_bundle: endpoints.brands,
    user_access_brand_identifier: { system: 'urn:ietf:rfc:3986', value: endpoints.brandIdentifier },
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    scopes_supported: [
      'openid',
      'fhirUser',
      'profile',
      'launch',
      'launch/patient',
      'launch/encounter',
      'offline_access',
      'online_access',
      'patient/*.rs',
      'patient/*.read',
      'user/*.cruds',
      'system/*.cruds',
    ],
    capabilities: [
      'launch-ehr',
      'launch-standalone',
      'authorize-post',
      'client-public',
      'client-confidential-symmetric',
      'client-confidential-asymmetric',
      'sso-openid-connect',
      'context-banner',
      'context-style',
      'context-ehr-patient',
      'context-ehr-encounter',
      'context-standalone-patient',
      'context-standalone-encounter',
      'permission-offline',
      'permission-online',
      'permission-patient',
      'permission-user',
      'permission-v1',
      'permission-v2',
      // https://spec.smarthealth.cards: $health-cards-issue.
      'health-cards',
    ],
  });
}
