/** What there can be once only (a time, a refill, a check-in) is there with other words than those that are sent: its answer was lost, or another page sent it, and it was changed since. Nobody is told that these words have arrived. */
import { Explained } from '../format/explained.ts';
import { t } from '../i18n/text.ts';

export const sentBeforeWords = (): string =>
  t(
    'The clinic has this already, with what you wrote before. What you changed since was not sent: please write it to the clinic in a message.',
  );

export const sentBefore = (): Explained => new Explained(sentBeforeWords());
