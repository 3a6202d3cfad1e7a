/** The endpoints, from the FHIR base URL alone (https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html). */
import type { AuthorizationServer } from 'oauth4webapi';

export async function discover(fhirBaseUrl: string): Promise<AuthorizationServer> {
  const response = await fetch(`${fhirBaseUrl}/.well-known/smart-configuration`);
  if (!response.ok) throw new Error('The health record server did not answer.');
  const found = (await response.json()) as AuthorizationServer;
  // `issuer` is asked of servers that sign people in by OpenID Connect only; what it is compared with must be something.
  return { id_token_signing_alg_values_supported: SIGNED_BY, ...found, issuer: found.issuer ?? fhirBaseUrl };
}

/** smart-configuration says nothing of how ID tokens are signed, and without a word of it OAuth libraries take RS256 alone; SMART's servers sign by ES384 as well. */
const SIGNED_BY = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'EdDSA'];
