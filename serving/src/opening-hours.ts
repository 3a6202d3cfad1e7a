/**
 * When a clinic is open, for the mails and pages of servers that speak of it: from its first service that says so, else from the first of its places that is visited
 * (R4 HealthcareService.availableTime, Location.hoursOfOperation), as the portal has it.
 */
export interface Open {
  /** mon to sun; none: every day. */
  readonly days: readonly string[];
  readonly allDay: boolean;
  /** HH:MM:SS */
  readonly from: string | undefined;
  readonly until: string | undefined;
}

/** As stored: what is missing or odd says nothing. */
export interface OpenService {
  readonly type?: readonly { readonly coding?: readonly { readonly system?: string }[] }[];
  readonly availableTime?: readonly {
    readonly daysOfWeek?: readonly string[];
    readonly allDay?: boolean;
    readonly availableStartTime?: string;
    readonly availableEndTime?: string;
  }[];
}

export interface OpenPlace {
  readonly type?: readonly { readonly coding?: readonly { readonly code?: string }[] }[];
  readonly hoursOfOperation?: readonly {
    readonly daysOfWeek?: readonly string[];
    readonly allDay?: boolean;
    readonly openingTime?: string;
    readonly closingTime?: string;
  }[];
}

export function openingHours(
  services: readonly OpenService[],
  places: readonly OpenPlace[],
): readonly Open[] {
  const visited = places.filter(
    ({ type = [] }) => !type.some(({ coding = [] }) => coding.some(({ code }) => code === 'PTRES')),
  );
  // Hours in which messages are read open no door.
  const staffed = services.filter(
    ({ type = [] }) =>
      !type.some(({ coding = [] }) => coding.some(({ system }) => system === 'urn:wellspring:service')),
  );
  const all = [
    ...staffed.map(({ availableTime = [] }) =>
      availableTime.map(({ daysOfWeek = [], allDay = false, availableStartTime, availableEndTime }) => ({
        days: daysOfWeek,
        allDay,
        from: availableStartTime,
        until: availableEndTime,
      })),
    ),
    ...visited.map(({ hoursOfOperation = [] }) =>
      hoursOfOperation.map(({ daysOfWeek = [], allDay = false, openingTime, closingTime }) => ({
        days: daysOfWeek,
        allDay,
        from: openingTime,
        until: closingTime,
      })),
    ),
  ];
  return all.map((each) => each.filter(saysWhen)).find((each) => each.length > 0) ?? [];
}

const TIME = /^([01]\d|2[0-3]):([0-5]\d)(:|$)/;
const saysWhen = ({ allDay, from = '', until = '' }: Open): boolean =>
  allDay || (TIME.test(from) && TIME.test(until));

const WORDS = { en: { locale: 'en-US', allDay: 'all day' }, es: { locale: 'es-US', allDay: 'todo el día' } };
const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** "Mon–Fri 8:00 AM–5:30 PM; Sat 9:00 AM–12:00 PM"; '' where nothing is told. */
export function hoursLine(open: readonly Open[], language: 'en' | 'es'): string {
  const { locale, allDay } = WORDS[language];
  // Some spell a narrow space before AM: a mail that is read as plain text, and its tests, are better off with a plain one.
  const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');
  const time = (text = ''): string => {
    const [, hour, minute] = TIME.exec(text) ?? [];
    const at = new Date(Date.UTC(2024, 0, 1, Number(hour), Number(minute)));
    return plain(at.toLocaleTimeString(locale, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' }));
  };
  // 1 January 2024 was a Monday.
  const day = (index: number): string =>
    new Date(Date.UTC(2024, 0, 1 + index)).toLocaleDateString(locale, { weekday: 'short', timeZone: 'UTC' });
  return open
    .filter(saysWhen)
    .map((each) => {
      const hours = each.allDay ? allDay : `${time(each.from)}–${time(each.until)}`;
      return `${runs(each.days)
        .map((run) =>
          run.length > 2 ? `${day(run[0] ?? 0)}–${day(run.at(-1) ?? 0)}` : run.map(day).join(', '),
        )
        .join(', ')} ${hours}`.trim();
    })
    .join('; ');
}

/** Days that follow each other. */
function runs(days: readonly string[]): number[][] {
  const at = [...new Set(days.map((day) => WEEK.indexOf(day)))]
    .filter((day) => day >= 0)
    .toSorted((a, b) => a - b);
  const found: number[][] = [];
  for (const day of at) {
    const last = found.at(-1);
    if (last && last.at(-1) === day - 1) last.push(day);
    else found.push([day]);
  }
  return found;
}
