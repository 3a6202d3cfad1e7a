/** How long something waits, as people say it: `just now`, `12 min`, `3 hr`, `2 days`. '' when it is no date. */
import { locale as readersLocale } from '../i18n/language.ts';
import { t } from '../i18n/text.ts';
import { timeOf } from './date.ts';

const MINUTE_MS = 60_000;

export function formatWait(since: string, now = Date.now(), locale = readersLocale()): string {
  const minutes = Math.max(0, Math.floor((now - timeOf(since)) / MINUTE_MS));
  if (Number.isNaN(minutes)) return '';
  if (minutes === 0) return t('just now');
  const [count, unit] =
    minutes < 60
      ? [minutes, 'minute']
      : minutes < 48 * 60
        ? [Math.floor(minutes / 60), 'hour']
        : [Math.floor(minutes / 1440), 'day'];
  return new Intl.NumberFormat(locale, { style: 'unit', unit: unit as string, unitDisplay: 'short' }).format(
    count as number,
  );
}
