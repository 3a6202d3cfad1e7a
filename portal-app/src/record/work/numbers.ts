/** What the desk did, by week, from the FHIR API alone: what came, what was answered and how long that took, what was released, who did not come. */
import type { Task } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { dayLater, dayText, instantOf, instantText, weekdayOf } from '../../format/clinic-clock.ts';
import { timeOf } from '../../format/date.ts';
import type { FhirApi, Page } from '../../smart/fhir.ts';
import { dueOf, KINDS, kindOf } from './kinds.ts';
import { ALL_KINDS } from './service-levels.ts';

export interface Week {
  /** YYYY-MM-DD: its Monday. */
  readonly from: string;
  readonly came: number | undefined;
  readonly answered: number;
  /** Of those answered, within the time that their kind is answered in. */
  readonly inTime: number;
  /** Half of the answers took no longer. Milliseconds; undefined: there was none. */
  readonly median: number | undefined;
  readonly released: number;
  readonly noShows: number | undefined;
  /** Visits of that week that took place or were missed. */
  readonly visits: number | undefined;
}

export const WEEKS = 8;
/** So many answers are looked at. */
const MOST_PAGES = 20;

/** Mondays, the newest first, as the clinic's calendar has them. */
export function mondays(now: number, count = WEEKS): string[] {
  const day = dayText(now);
  return Array.from({ length: count }, (_, i) => dayLater(day, -weekdayOf(day) - 7 * i));
}

const weekAfter = (monday: string): string => dayLater(monday, 7);

const CODES = ALL_KINDS.map((kind) => KINDS[kind].code).join(',');

export const numbersQuery = (fhir: FhirApi, now = Date.now()) => {
  const weeks = mondays(now);
  return queryOptions({
    queryKey: ['numbers', weeks[0]],
    queryFn: async (): Promise<readonly Week[]> => {
      const within = (name: string, monday: string): string =>
        `${name}=ge${instantText(monday)}&${name}=lt${instantText(weekAfter(monday))}`;
      const searches = weeks.flatMap((monday) => [
        `Task?code=${encodeURIComponent(CODES)}&${within('authored-on', monday)}`,
        `Appointment?status=noshow&${within('date', monday)}`,
        `Appointment?status=noshow,fulfilled,arrived,checked-in&${within('date', monday)}`,
      ]);
      const [counts, done] = await Promise.all([
        fhir.counts(searches.map((search) => `${search}&_summary=count`)),
        answeredSince(fhir, weeks.at(-1) as string),
      ]);
      return weeks.map((from, i) => ({
        from,
        came: counts[3 * i],
        ...answersOf(done.filter((task) => isWithin(task, from))),
        noShows: counts[3 * i + 1],
        visits: counts[3 * i + 2],
      }));
    },
  });
};

async function answeredSince(fhir: FhirApi, day: string): Promise<readonly Task[]> {
  const found: Task[] = [];
  let page: Page<Task> = await fhir.search<Task>('Task', {
    code: CODES,
    status: 'completed,rejected',
    modified: `ge${instantText(day)}`,
    _elements: 'status,intent,code,authoredOn,lastModified,restriction',
    _sort: '-modified',
    _count: '500',
  });
  for (let pages = 1; ; pages++) {
    found.push(...page.resources);
    if (page.next === undefined || pages === MOST_PAGES) return found;
    page = await fhir.follow<Task>(page.next);
  }
}

function isWithin({ lastModified }: Task, monday: string): boolean {
  const time = timeOf(lastModified);
  return time >= instantOf(monday) && time < instantOf(weekAfter(monday));
}

/** Of Tasks that were answered. */
export function answersOf(tasks: readonly Task[]): Pick<Week, 'answered' | 'inTime' | 'median' | 'released'> {
  const took = tasks
    .map(({ authoredOn, lastModified }) => timeOf(lastModified) - timeOf(authoredOn))
    .filter((each) => each >= 0)
    .sort((a, b) => a - b);
  return {
    answered: tasks.length,
    inTime: tasks.filter((task) => timeOf(task.lastModified) <= (dueOf(task) ?? Number.POSITIVE_INFINITY))
      .length,
    median: took[Math.floor((took.length - 1) / 2)],
    released: tasks.filter((task) => kindOf(task) === 'result-release').length,
  };
}
