/** `Appointment/$find`: free times as proposed appointments, by when, with whom, where, how and for what. */
import { inMilliseconds, invalid } from '@wellspring/profiles';
import { createBreath } from '../breath.ts';
import { parse } from '../interactions/parse.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { searchset } from '../interactions/searchset.ts';
import { resourceOf } from '../repository/text/resource-text.ts';
import { leftFor, type OwnTimes } from '../repository/visits/left-for.ts';
import { type Appointment, isFree, type Slot } from '../repository/visits/slot-hold.ts';
import { MODES, modeOf, virtualServicesOf } from '../repository/visits/virtual-service.ts';
import { dateRange } from '../search/date-range.ts';
import { all, and, or, type QueryNode } from '../search/query.ts';
import { forWhom } from './for-whom.ts';
import { holdOf, ownHolds } from './own-holds.ts';
import {
  dateText,
  inputOf,
  named as nameIn,
  type OperationInput,
  ofKind,
  references,
  tokens,
  wholeNumber,
} from './parameters.ts';
import { preferredTimes } from './preferred-times.ts';
import { diariesOf, proposal, readOne, type Versioned } from './slots.ts';
import { actorsFor, PLACE, PLACE_IN_WORDS, withWhom } from './with-whom.ts';

const MOST_FOUND = 500;
const USUAL_COUNT = 20;
/** What is found begins before the end, and is no longer. */
const DAY_MS = 86_400_000;
/** Looked through for those that suit: that many pages of slots, each as long as what is found at most. */
const MOST_PAGES = 4;
/** Whoever looks for times takes turns with the others who do. */
const breath = createBreath();

/** Free slots between `start` and `end`, as proposed appointments that can be handed to `$hold` or `$book`. */
export async function findAppointments(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, PARAMETERS);
  const [start, end] = [dateText(input, 'start'), dateText(input, 'end')];
  if (!start || !end) throw invalid("$find needs a 'start' and an 'end'.", 'Parameters.parameter');
  const count = Math.min(wholeNumber(input, '_count') ?? USUAL_COUNT, MOST_FOUND);
  if (count === 0) throw invalid("'_count' takes a whole number, 1 at least.", 'Parameters.parameter');
  const isWanted = wanted(input);
  const between = {
    from: dateRange(start)?.low ?? 0,
    until: (dateRange(end)?.high ?? 0) + DAY_MS,
    isFreeAsked: false,
  };
  if ((dateRange(end)?.high ?? 0) <= between.from)
    throw invalid("'end' is before 'start'.", 'Parameters.parameter');
  const diaries = diariesOf(services, request, between);
  const whom = await forWhom(services, request, input);
  const suits = preferredTimes(input.value('timing'));
  const own = await ownTimes(services, request, input, whom.patient);
  const found: Appointment[] = [];
  for await (const slot of freeSlots(services, request, input, { start, end, own })) {
    const proposed = await proposal(diaries, slot);
    if (!isWanted(slot, proposed)) continue;
    const times = await diaries.timesOf(slot);
    const isToBeHad = suits(slot, times.by.zone) && times.refusal(slot) === undefined;
    if (isToBeHad && Array.isArray(leftFor(slot, times.meanwhile(slot), own)))
      found.push(whom.proposed(proposed));
    if (found.length === count) break;
  }
  const entries = found.map((resource) => JSON.stringify({ resource, search: { mode: 'match' } }));
  const self = { relation: 'self', url: `${services.repository.baseUrl}/Appointment/$find` };
  return { status: 200, headers: {}, body: searchset(entries.length, [self], entries) };
}

const PARAMETERS = {
  start: 'date',
  end: 'date',
  ...ofKind(['practitioner', 'location', 'location-reference', 'organization', 'schedule'], 'reference'),
  ...ofKind(['specialty', 'service-type', 'visit-type', 'appointment-type', 'reason'], 'token'),
  'location-string': 'text',
  'patient-reference': 'reference',
  'patient-resource': 'resource',
  'referral-identifier': 'Identifier',
  timing: 'Timing',
  mode: 'list',
  replaces: 'reference',
  _count: 'number',
} as const;

/** What the caller would give up for a time that is found: what they hold, and the visit that is moved. */
async function ownTimes(
  services: Services,
  request: FhirRequest,
  input: OperationInput,
  named: string | undefined,
): Promise<OwnTimes<Versioned<Appointment>>> {
  const patient = named ?? request.access.patient;
  const replaces = nameIn(services, input, 'replaces');
  return {
    holds: patient === undefined ? [] : await ownHolds(services, request, patient),
    givenUp:
      replaces === undefined ? [] : [(await readOne<Appointment>(services, request, replaces)).resource],
  };
}

/** A slot that says nothing of its own is for what its Schedule is for, as the proposal has it; where neither does, for what its actors are for. */
async function forWhat(
  services: Services,
  request: FhirRequest,
  name: 'specialty' | 'service-type',
  asked: readonly string[],
): Promise<QueryNode> {
  const wanted = asked.join(',');
  if (wanted === '') return all;
  const slots = async (...query: [string, string][]): Promise<QueryNode> =>
    (await parse(services, request, 'Slot', query)).where;
  const actors = await actorsFor(services, request, name, wanted);
  const silent = [`${name}:missing`, 'true'] as [string, string];
  return or(
    await slots([name, wanted]),
    await slots(silent, [`schedule.${name}`, wanted]),
    ...(actors.length === 0
      ? []
      : [await slots(silent, [`schedule.${name}:missing`, 'true'], ['schedule.actor', actors.join(',')])]),
  );
}

/** In the order of time. */
async function* freeSlots(
  services: Services,
  request: FhirRequest,
  input: OperationInput,
  {
    start,
    end,
    own,
  }: { readonly start: string; readonly end: string; readonly own: OwnTimes<Versioned<Appointment>> },
): AsyncGenerator<Slot> {
  const schedules = references(services, input, 'schedule', ['Schedule']).join(',');
  const suiting = await Promise.all([
    forWhat(services, request, 'specialty', tokens(input, 'specialty')),
    forWhat(services, request, 'service-type', [
      ...tokens(input, 'service-type'),
      ...tokens(input, 'visit-type'),
    ]),
    withWhom(services, request, input),
  ]);
  const { where, ...asked } = await parse(services, request, 'Slot', [
    ['status', 'free,busy-tentative'],
    ['start', `ge${start}`],
    // A day is the whole day, the last one too.
    ['start', `${end.includes('T') ? 'lt' : 'le'}${end}`],
    ...(schedules === '' ? [] : [['schedule', schedules] as [string, string]]),
    ['_sort', 'start'],
    ['_count', String(MOST_FOUND)],
  ]);
  const suited = { ...asked, where: and(where, ...suiting) };
  let { after } = suited;
  for (let looked = 0; looked < MOST_PAGES; looked++) {
    const page = await services.repository.search(request.access, { ...suited, total: 'none', after });
    const now = services.now();
    for (const version of page.matches) {
      await breath();
      const slot = resourceOf<Slot>(version);
      const isOurs = holdOf(own.holds, slot) !== undefined;
      if ((isFree(slot, now) || isOurs) && inMilliseconds(String(slot.start)) > now) yield slot;
    }
    if (!page.next) return;
    after = page.next;
  }
}

/** Any visit may take a time of routine visits ("default if not valued"). */
const ANY_VISIT = 'ROUTINE';

/** What no search parameter says of a slot. */
function wanted(input: OperationInput): (slot: Slot, proposed: Appointment) => boolean {
  const modes = input.all('mode');
  const unknown = modes.find((mode) => !MODES.some((each) => each === mode));
  if (unknown !== undefined)
    throw invalid(
      `'mode' is one of ${MODES.join(', ')}, not '${unknown.slice(0, 64)}'.`,
      'Parameters.parameter',
    );
  const kinds = tokens(input, 'appointment-type').map((each) => each.split('|').at(-1));
  const isAtPlace = [...PLACE, PLACE_IN_WORDS].some((name) => input.names.includes(name));
  return ({ appointmentType }, proposed) => {
    const mode = modeOf(virtualServicesOf(proposed));
    const forOnly = codesOf(appointmentType).filter((code) => code !== ANY_VISIT);
    return (
      (modes.length === 0 || modes.includes(mode)) &&
      (!isAtPlace || mode === 'in-person') &&
      (kinds.length === 0 || forOnly.length === 0 || forOnly.some((code) => kinds.includes(code)))
    );
  };
}

const codesOf = (concept: unknown): (string | undefined)[] =>
  ((concept as { coding?: { code?: string }[] } | undefined)?.coding ?? []).map(({ code }) => code);
