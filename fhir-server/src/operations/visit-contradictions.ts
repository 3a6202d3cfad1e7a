/** What an Appointment that is handed to `$hold` or `$book` says against the slots that it names: when it is, how long, what for, how and where. Whoever is told 201 has what they sent. */
import { businessRule, deepEqual, inMilliseconds } from '@wellspring/profiles';
import type { ResourceJson } from '../repository/text/resource-text.ts';
import { type Appointment, type Slot, timeOf } from '../repository/visits/slot-hold.ts';
import { virtualServicesOf } from '../repository/visits/virtual-service.ts';

export interface Chosen {
  /** Slots that follow each other. */
  readonly run: readonly Slot[];
  /** As the first of them is proposed. */
  readonly offered: Appointment;
  readonly patient: string;
}

const TAKEN_BY: readonly unknown[] = [undefined, 'proposed', 'pending', 'booked'];
const MINUTE_MS = 60_000;

/** Throws 422. */
export function requireNoContradiction(asked: Appointment, chosen: Chosen): void {
  const { minutesDuration, cancelationReason } = asked as ResourceJson;
  if (!TAKEN_BY.includes(asked.status))
    throw against('status', 'Only a visit that is proposed, pending or booked can be taken.');
  if (cancelationReason !== undefined)
    throw against('cancelationReason', 'A visit that is taken is not cancelled.');
  requireItsTime(asked, chosen.run, minutesDuration);
  for (const name of ['serviceType', 'specialty'] as const)
    if (!mayBeOne((asked as ResourceJson)[name], (chosen.offered as ResourceJson)[name]))
      throw against(name, `The appointment's ${name} is not that of its slot.`);
  const offered = virtualServicesOf(chosen.offered);
  if (!virtualServicesOf(asked).every((each) => offered.some((one) => deepEqual(one, each))))
    throw against('extension', 'How a visit is held is told by its slot.');
  requireItsPeople(asked, chosen, offered.length > 0);
}

const against = (element: string, text: string): Error => businessRule(text, `Appointment.${element}`);

function requireItsTime({ start, end }: Appointment, run: readonly Slot[], minutes: unknown): void {
  const isAt = (said: unknown, ...times: readonly number[]): boolean =>
    said === undefined || times.includes(inMilliseconds(String(said)));
  const begin = timeOf(run[0] as Slot).begin;
  const ends = run.map((slot) => timeOf(slot).end);
  if (!isAt(start, begin)) throw against('start', "The appointment's start is not that of its slot.");
  // `$find` proposes one slot each: whoever takes several may have its end.
  if (!isAt(end, ...ends)) throw against('end', "The appointment's end is not that of its slot.");
  // Of several, as long as all of them: it is kept.
  const lasts = (ends.at(-1) ?? begin) - begin;
  if (minutes !== undefined && lasts !== Number(minutes) * MINUTE_MS)
    throw against('minutesDuration', 'The appointment does not last as long as its slot.');
}

/** Concepts that are told in words, or by one side alone, say nothing against each other. */
function mayBeOne(said: unknown, offered: unknown): boolean {
  const [own, theirs] = [codesIn(said), codesIn(offered)];
  return own.length === 0 || theirs.length === 0 || own.some((each) => theirs.includes(each));
}

function codesIn(concepts: unknown): string[] {
  const list = (Array.isArray(concepts) ? concepts : []) as {
    readonly coding?: readonly { readonly system?: string; readonly code?: string }[];
  }[];
  return list.flatMap(({ coding = [] }) => coding.map(({ system = '', code }) => `${system}|${code}`));
}

/** Whoever works by the slot comes, and it is where that is. */
function requireItsPeople(asked: Appointment, { offered, patient }: Chosen, isVirtual: boolean): void {
  const names = (offered.participant ?? []).flatMap(({ actor }) => actor?.reference ?? []);
  const certain = [`Patient/${patient}`, ...names];
  for (const { actor, status } of asked.participant ?? []) {
    const name = actor?.reference ?? '';
    if (status === 'declined' && certain.includes(name))
      throw against('participant', 'Who is at this visit has not declined it.');
    if (!name.startsWith('Location/') || names.includes(name)) continue;
    if (isVirtual)
      throw against('participant', 'A visit by video or telephone is at no place of the clinic.');
    if (names.some((each) => each.startsWith('Location/')))
      throw against('participant', 'The visit is at the place of its slot.');
  }
}
