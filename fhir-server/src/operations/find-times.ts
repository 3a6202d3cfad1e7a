/** `Appointment/$find`: free times as proposed appointments, by when, with whom, where, how and for what. */
import { inMilliseconds, invalid } from '@wellspring/profiles';
import { createBreath } from '../breath.ts';
import { parse } from '../interactions/parse.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { searchset } from '../interactions/searchset.ts';
import { resourceOf } from '../repository/text/resource-text.ts';
import type { IsClosed } from '../repository/visits/closed-days.ts';
import type { Elsewhere } from '../repository/visits/elsewhere.ts';
import { type Appointment, isFree, type Slot } from '../repository/visits/slot-hold.ts';
import { MODES, modeOf, virtualServicesOf } from '../repository/visits/virtual-service.ts';
import { searchedDateRange } from '../search/date-range.ts';
import { all, and, or, type QueryNode } from '../search/query.ts';
import { dateText, inputOf, type OperationInput, wholeNumber } from './parameters.ts';
import { elsewhereAt, isClosedAt, proposal, type Schedule } from './slots.ts';

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
  const input = inputOf(request, [
    'start',
    'end',
    'practitioner',
    'location',
    'schedule',
    'specialty',
    'service-type',
    'appointment-type',
    'mode',
    '_count',
  ]);
  const [start, end] = [dateText(input, 'start'), dateText(input, 'end')];
  if (!start || !end) throw invalid("$find needs a 'start' and an 'end'.", 'Parameters.parameter');
  const count = Math.min(wholeNumber(input, '_count') ?? USUAL_COUNT, MOST_FOUND);
  if (count === 0) throw invalid("'_count' takes a whole number, 1 at least.", 'Parameters.parameter');
  const isWanted = wanted(input);
  const known = new Map<string, Promise<Schedule>>();
  const closed = new Map<string, Promise<IsClosed>>();
  const elsewhere = new Map<string, Promise<Elsewhere>>();
  const between = {
    from: searchedDateRange(start)?.low ?? 0,
    until: (searchedDateRange(end)?.high ?? 0) + DAY_MS,
    isFreeAsked: false,
  };
  const found: Appointment[] = [];
  for await (const slot of freeSlots(services, request, input, start, end)) {
    const proposed = await proposal(services, request, slot, known);
    if (!isWanted(slot, proposed) || (await isClosedAt(services, request, slot, known, closed))) continue;
    const meanwhile = await elsewhereAt(services, request, slot, between, known, elsewhere);
    if (meanwhile.taken.length === 0) found.push(proposed);
    if (found.length === count) break;
  }
  const entries = found.map((resource) => JSON.stringify({ resource, search: { mode: 'match' } }));
  const self = { relation: 'self', url: `${services.repository.baseUrl}/Appointment/$find` };
  return { status: 200, headers: {}, body: searchset(entries.length, [self], entries) };
}

const FOR_WHAT = ['specialty', 'service-type'];

/** A slot that says nothing of its own is for what its Schedule is for, as the proposal has it. */
async function forWhat(
  services: Services,
  request: FhirRequest,
  input: OperationInput,
  name: string,
): Promise<QueryNode> {
  const wanted = input.all(name).join(',');
  if (wanted === '') return all;
  const slots = async (...query: [string, string][]): Promise<QueryNode> =>
    (await parse(services, request, 'Slot', query)).where;
  return or(
    await slots([name, wanted]),
    await slots([`${name}:missing`, 'true'], [`schedule.${name}`, wanted]),
  );
}

/** In the order of time. */
async function* freeSlots(
  services: Services,
  request: FhirRequest,
  input: OperationInput,
  start: string,
  end: string,
): AsyncGenerator<Slot> {
  const actors = ['Practitioner', 'Location'].flatMap((type) => actorOf(input, type) ?? []);
  const schedules = input.all('schedule').join(',');
  const suiting = await Promise.all(FOR_WHAT.map((name) => forWhat(services, request, input, name)));
  const { where, ...asked } = await parse(services, request, 'Slot', [
    ['status', 'free,busy-tentative'],
    ['start', `ge${start}`],
    ['start', `lt${end}`],
    ...actors.map((actor): [string, string] => ['schedule.actor', actor]),
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
      if (isFree(slot, now) && inMilliseconds(String(slot.start)) > now) yield slot;
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
  const kinds = input.all('appointment-type').map((each) => each.split('|').at(-1));
  const isAtPlace = actorOf(input, 'Location') !== undefined;
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

/** `practitioner`, `location`: an id or a reference, as text or as a Reference. */
function actorOf(input: OperationInput, type: string): string | undefined {
  const name = type.toLowerCase();
  const given = input.one(name) ?? (input.value(name) as { reference?: string } | undefined)?.reference;
  return given === undefined ? undefined : `${type}/${given.replace(new RegExp(`^${type}/`), '')}`;
}
