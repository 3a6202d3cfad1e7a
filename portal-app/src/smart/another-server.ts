/** That a list goes on at another server, in words: apart, as few ever hear it and the first page is small. */
import { Explained } from '../format/explained.ts';
import { t } from '../i18n/text.ts';

export const anotherServer = (): Error =>
  new Explained(
    t('The rest of this is said to be on another server, which is not asked in your name. Tell the clinic.'),
  );
