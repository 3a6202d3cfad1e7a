/** The three things the portal is told: where the FHIR server is, what it is called as a client, and whose portal it is. */
export interface PortalConfig {
  readonly fhirBaseUrl: string;
  readonly clientId: string;
  readonly clinicName: string;
}

/** They come with the page; where they don't (a development server), they are asked for. */
export async function loadPortalConfig(): Promise<PortalConfig> {
  const inPage = document.getElementById('config')?.textContent;
  if (inPage) return JSON.parse(inPage) as PortalConfig;
  const response = await fetch('/config.json');
  if (!response.ok) throw new Error('The portal could not read its settings.');
  return (await response.json()) as PortalConfig;
}
