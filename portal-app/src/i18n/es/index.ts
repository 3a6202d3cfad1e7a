/** Spanish texts, by their English: one file an area, as the pages are. Those of the articles (use-article-texts.ts) and of the desk are apart. */

import { access } from './access.ts';
import { appointments } from './appointments.ts';
import type { articles } from './articles.ts';
import { common } from './common.ts';
import type { desk } from './desk.ts';
import { elsewhere } from './elsewhere.ts';
import { format } from './format.ts';
import { home } from './home.ts';
import { learn } from './learn.ts';
import { medications } from './medications.ts';
import { messages } from './messages.ts';
import { profile } from './profile.ts';
import { questionnaires } from './questionnaires.ts';
import { records } from './records.ts';
import { results } from './results.ts';
import { sharing } from './sharing.ts';

export const spanish = {
  ...common,
  ...elsewhere,
  ...format,
  ...home,
  ...results,
  ...records,
  ...appointments,
  ...messages,
  ...medications,
  ...learn,
  ...profile,
  ...questionnaires,
  ...access,
  ...sharing,
};

export type Spanish = typeof spanish & typeof articles & typeof desk;
