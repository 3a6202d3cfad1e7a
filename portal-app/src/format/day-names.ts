/** Names of days, for what recurs by day. */
import { locale } from '../i18n/language.ts';

/** `day`: YYYY-MM-DD; noon keeps it clear of time zones. */
export const dayFormat = (day: string, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(locale(), options).format(new Date(`${day}T12:00:00`));
