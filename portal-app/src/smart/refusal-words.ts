/** Why something was not taken, and what helps: apart, as the first page needs none of it. */
import { formatDateTime } from '../format/date.ts';
import { loadPageTexts } from '../i18n/language.ts';
import { t } from '../i18n/text.ts';

const MINUTE_S = 60;

/** `seconds`: until it may be asked again; Infinity: not before something is taken back. */
export async function refusalWords(status: number, seconds = 1, now = Date.now()): Promise<string> {
  await loadPageTexts();
  if (status === 409) return t('This is not free any more. Please choose another.');
  if (status !== 429) return t('The clinic’s system did not accept this. Check what you entered.');
  if (seconds === Infinity)
    return t('As many of these wait as may. Nothing was lost: take one back first, or call the clinic.');
  if (seconds <= MINUTE_S) return t('Too much was asked just now. Nothing was lost: try again in a minute.');
  const time = formatDateTime(new Date(now + seconds * 1000).toISOString());
  return t('Too much was asked for now. Nothing was lost: try again after {time}.', { time });
}
