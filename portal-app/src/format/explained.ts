/** Failures that a person may read. Those of a library, or of the code, say nothing to whoever uses the page, and may say what is not theirs: none is shown as it is. */
import { t } from '../i18n/text.ts';

/** Its message is in the words and the language of the page. */
export class Explained extends Error {}

export const failureWords = (error: Error): string =>
  error instanceof Explained ? error.message : t('Something went wrong here. Please try again.');
