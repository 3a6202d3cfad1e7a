/** How long something waits, or took, as people say it. */
import { locale as readersLocale } from '../i18n/language.ts';
import { t } from '../i18n/text.ts';
import { timeOf } from './date.ts';

const MINUTE_MS = 60_000;

/** `12 min`, `3 hr`, `2 days`. Milliseconds; whole units that have passed. */
export function formatSpan(span: number, locale = readersLocale()): string {
  const minutes = Math.max(0, Math.floor(span / MINUTE_MS));
  const [count, unit] =
    minutes < 60
      ? ([minutes, 'minute'] as const)
      : minutes < 48 * 60
        ? ([Math.floor(minutes / 60), 'hour'] as const)
        : ([Math.floor(minutes / 1440), 'day'] as const);
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(count);
}

/** The same since then, or `just now`; '' when it is no date. */
export function formatWait(since: string, now = Date.now(), locale = readersLocale()): string {
  const span = now - timeOf(since);
  if (Number.isNaN(span)) return '';
  return span < MINUTE_MS ? t('just now') : formatSpan(span, locale);
}
