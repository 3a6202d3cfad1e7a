/** A device in the reader's words: "Firefox on Windows". */
import type { Device } from '../accounts/sessions.ts';
import { t } from './text.ts';

export function deviceWords({ browser, system }: Device): string {
  if (browser && system) return t('{browser} on {system}', { browser, system });
  if (browser) return t('{browser} on an unknown system', { browser });
  return system ? t('a browser on {system}', { system }) : t('an unknown device');
}
