/** What an app is called in the reader's language: the clinic's own apps have names in both, another's is as it was registered. */
import { type Text, t } from './text.ts';

const OWN: readonly Text[] = ['your health portal', 'the care team’s desk', 'your account'];

type Client =
  | { readonly clientName?: string | undefined; readonly trusted?: boolean | undefined }
  | undefined;

/** As a heading or an entry of a table begins. */
export function appTitle(client: Client, otherwise: string): string {
  const name = appName(client, otherwise);
  return client?.trusted ? name.charAt(0).toUpperCase() + name.slice(1) : name;
}

/** Within a sentence. */
export function appName(client: Client, otherwise: string): string {
  const name = client?.clientName ?? otherwise;
  const own = client?.trusted ? OWN.find((each) => each === name) : undefined;
  return own ? t(own) : name;
}
