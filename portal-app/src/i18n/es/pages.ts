/** Spanish texts of every page but the first. */
import { access } from './access.ts';
import { ages } from './ages.ts';
import { appointments } from './appointments.ts';
import { bills } from './bills.ts';
import { booking } from './booking.ts';
import { carePlan } from './care-plan.ts';
import { checkIn } from './check-in.ts';
import { documents } from './documents.ts';
import { elsewhere } from './elsewhere.ts';
import { family } from './family.ts';
import { growth } from './growth.ts';
import { healthCards } from './health-cards.ts';
import { inboxPage } from './inbox-page.ts';
import { learn } from './learn.ts';
import { letters } from './letters.ts';
import { measures } from './measures.ts';
import { medications } from './medications.ts';
import { messages } from './messages.ts';
import { more } from './more.ts';
import { prevention } from './prevention.ts';
import { profile } from './profile.ts';
import { push } from './push.ts';
import { questionnaires } from './questionnaires.ts';
import { readings } from './readings.ts';
import { readingsFile } from './readings-file.ts';
import { records } from './records.ts';
import { results } from './results.ts';
import { sharing } from './sharing.ts';
import { tour } from './tour.ts';
import { video } from './video.ts';
import { visitSummary } from './visit-summary.ts';
import { waitingList } from './waiting-list.ts';

export const spanishOfPages = {
  ...elsewhere,
  ...results,
  ...measures,
  ...carePlan,
  ...readings,
  ...readingsFile,
  ...records,
  ...appointments,
  ...bills,
  ...booking,
  ...messages,
  ...medications,
  ...learn,
  ...letters,
  ...more,
  ...prevention,
  ...profile,
  ...family,
  ...questionnaires,
  ...access,
  ...ages,
  ...inboxPage,
  ...growth,
  ...healthCards,
  ...checkIn,
  ...push,
  ...sharing,
  ...waitingList,
  ...documents,
  ...tour,
  ...visitSummary,
  ...video,
};
