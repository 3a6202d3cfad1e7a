/** What is said when an act on several items was taken back. */
import { plural, t } from '../../../i18n/text.ts';

export const backWords = (left: number): string =>
  left === 0
    ? t('Taken back')
    : plural(
        left,
        'Taken back, but for 1 that somebody has touched since',
        'Taken back, but for {count} that somebody has touched since',
      );
