/**
 * Spanish texts, by their English: one file an area, as the pages are. These are there before anything is drawn: what the frame and the first page say. Those of the
 * other pages (pages.ts) come with the first of them, those of the articles with an article, those of FHIR's rarer types with what tells of them; the desk's are apart.
 */
import type { articles } from './articles.ts';
import { common } from './common.ts';
import type { spanishOfDesk } from './desk-all.ts';
import { format } from './format.ts';
import { home } from './home.ts';
import { inbox } from './inbox.ts';
import type { spanishOfPages } from './pages.ts';
import { relations } from './relations.ts';
import type { things } from './things.ts';

export const spanish = { ...common, ...format, ...home, ...inbox, ...relations };

export type Spanish = typeof spanish &
  typeof spanishOfPages &
  typeof articles &
  typeof things &
  typeof spanishOfDesk;
