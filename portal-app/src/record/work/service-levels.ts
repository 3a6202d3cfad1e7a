/** Within how many hours each kind of work is answered: the clinic's word. A leaf, since the static server reads the setting by it too. */
const DAY = 24;

export const DEFAULT_HOURS = {
  'questionnaire-alarm': 1,
  message: 2 * DAY,
  refill: 2 * DAY,
  'visit-request': 2 * DAY,
  booking: 3 * DAY,
  'result-release': DAY,
  result: 3 * DAY,
  insurance: 5 * DAY,
  'profile-correction': 5 * DAY,
  'contact-changed': 5 * DAY,
  document: 3 * DAY,
  letter: 3 * DAY,
  'follow-up': 5 * DAY,
};

export type Kind = keyof typeof DEFAULT_HOURS;
type ServiceLevels = Readonly<Record<Kind, number>>;

/** In the order in which they are shown. */
export const ALL_KINDS = Object.keys(DEFAULT_HOURS) as readonly Kind[];

export const isKind = (text: string | null): text is Kind =>
  text !== null && Object.hasOwn(DEFAULT_HOURS, text);

const HOUR_MS = 3_600_000;
let current: ServiceLevels = DEFAULT_HOURS;

/** As the clinic set them, before anything is drawn. */
export function setServiceLevels(levels: Readonly<Record<string, number>>): void {
  current = { ...DEFAULT_HOURS, ...levels };
}

/** Within how many milliseconds it is answered. */
export const promiseOf = (kind: Kind): number => current[kind] * HOUR_MS;

const MOST = 365 * DAY;

/** Of `message=48,refill=24`; what it does not name keeps its own. Throws an Error of one line. */
export function serviceLevelsOf(text: string): ServiceLevels {
  const given = new Map<Kind, number>();
  for (const pair of text.split(',').flatMap((each) => each.trim() || [])) {
    const [kind = '', hours = ''] = pair.split(/=(.*)/s).map((each) => each.trim());
    if (!isKind(kind)) throw new Error(`'${kind}' is no kind of work (${ALL_KINDS.join(', ')})`);
    if (given.has(kind)) throw new Error(`'${kind}' stands there twice`);
    if (!isHours(hours)) throw new Error(`'${pair}' must be ${kind}= and hours, above 0 and at most ${MOST}`);
    given.set(kind, Number(hours));
  }
  return { ...DEFAULT_HOURS, ...Object.fromEntries(given) };
}

const isHours = (text: string): boolean =>
  /^\d{1,4}(\.\d{1,3})?$/.test(text) && Number(text) > 0 && Number(text) <= MOST;
