/** The three things the portal is told: where the FHIR server is, what it is called as a client, and whose portal it is. */
export interface PortalConfig {
  readonly fhirBaseUrl: string;
  readonly clientId: string;
  readonly clinicName: string;
}

export async function loadPortalConfig(): Promise<PortalConfig> {
  const response = await fetch('/config.json');
  if (!response.ok) throw new Error('The portal could not read its settings.');
  return (await response.json()) as PortalConfig;
}
