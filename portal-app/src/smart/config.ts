/** What an app is told by its server, and what it is by itself. */
interface Settings {
  readonly fhirBaseUrl: string;
  /** What the app is called as a client. */
  readonly clientId: string;
  readonly clinicName: string;
  /** Where the authorization server sends the browser back to. */
  readonly redirectPath: string;
  /** Pages of the account at the clinic's own authorization server; none at another. */
  readonly accountUrl?: string;
  readonly signUpUrl?: string;
  /** The clinic's payment service; `{number}` stands for the number of a bill. */
  readonly paymentUrl?: string;
  /** Where the two apps are served. */
  readonly portalUrl: string;
  readonly deskUrl: string;
  /** Of the desk: hours within which each kind of work is answered. */
  readonly serviceLevels?: Readonly<Record<string, number>>;
}

/** Written in the app's own code. */
export interface AppKind {
  readonly meantFor: 'patients' | 'staff';
  /** What it asks for when it is opened by itself. */
  readonly scope: string;
}

export type AppConfig = Settings & AppKind;

/** The settings come with the page; where they don't (a development server), they are asked for. */
export async function loadConfig(kind: AppKind): Promise<AppConfig> {
  return { ...(await loadSettings()), ...kind };
}

async function loadSettings(): Promise<Settings> {
  const inPage = document.getElementById('config')?.textContent;
  if (inPage) return JSON.parse(inPage) as Settings;
  const response = await fetch('/config.json');
  if (!response.ok) throw new Error('The app could not read its settings.');
  return (await response.json()) as Settings;
}
