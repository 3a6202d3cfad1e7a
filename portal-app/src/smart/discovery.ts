/** The endpoints, from the FHIR base URL alone (https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html). */
import type { AuthorizationServer } from 'oauth4webapi';

export async function discover(fhirBaseUrl: string): Promise<AuthorizationServer> {
  const response = await fetch(`${fhirBaseUrl}/.well-known/smart-configuration`);
  if (!response.ok) throw new Error('The health record server did not answer.');
  const found = (await response.json()) as AuthorizationServer;
  return { ...found, authorization_response_iss_parameter_supported: true };
}
