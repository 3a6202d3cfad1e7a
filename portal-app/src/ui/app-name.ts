/** What the app is called in the titles of its pages. */
import type { Text } from '../i18n/text.ts';

let name: Text = 'Health portal';

export const appName = (): Text => name;

/** Before the first page is drawn. */
export function nameApp(own: Text): void {
  name = own;
}
