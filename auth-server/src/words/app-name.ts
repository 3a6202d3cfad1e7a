/** What an app is called in the reader's language: the clinic's own apps have names in both, another's is as it was registered. */
import { type Text, t } from './text.ts';

const OWN: readonly Text[] = ['your health portal', 'the care team’s desk', 'your account'];

export function appName(
  client: { readonly clientName?: string | undefined; readonly trusted?: boolean | undefined } | undefined,
  otherwise: string,
): string {
  const name = client?.clientName ?? otherwise;
  const own = client?.trusted ? OWN.find((each) => each === name) : undefined;
  return own ? t(own) : name;
}
