/**
 * A browser's own field for a day is written in its own language, whatever that of the page is (HTML: the control's presentation is the user agent's). It stays all the same: it
 * is the wheel and the calendar that a phone's owner knows, and what their screen reader reads. Where the languages differ, what it asks for is said below it, and then the day.
 */
import { formatDate, formatDateTime } from '../format/date.ts';
import { useLanguage } from '../i18n/language.ts';
import { t } from '../i18n/text.ts';

export function DayWords({ type, value }: { readonly type: string; readonly value: string }) {
  const language = useLanguage();
  if (type !== 'date' && type !== 'datetime-local') return null;
  // Of its windows, and not of the pages that it asks for, which `navigator.language` is.
  const { locale } = new Intl.DateTimeFormat().resolvedOptions();
  if (locale.startsWith(language)) return null;
  return <p className="muted">{value === '' ? asked(locale, language) : said(type, value)}</p>;
}

const said = (type: string, value: string): string =>
  type === 'date' ? formatDate(value) : formatDateTime(value);

/** `month / day / year`, in the order of `locale` and the words of `language`. */
function asked(locale: string, language: string): string {
  const words = new Intl.DisplayNames(language, { type: 'dateTimeField' });
  const parts = new Intl.DateTimeFormat(locale).formatToParts().filter(({ type }) => type !== 'literal');
  return t('Here your browser asks for {order}.', {
    order: parts.map(({ type }) => words.of(type)).join(' / '),
  });
}
