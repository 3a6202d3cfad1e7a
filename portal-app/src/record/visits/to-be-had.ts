/** Slots that can be had, as the server itself finds them (`Appointment/$find`): it holds and books by the same rules, and knows what each slot does not say. */
import type { Appointment } from '@medplum/fhirtypes';
import { timeOf } from '../../format/date.ts';
import { type FhirApi, listOf } from '../../smart/fhir.ts';

export interface AskedTimes {
  /** `Schedule/…`; none: of any. */
  readonly schedules?: readonly string[];
  /** `Practitioner/…`: of all schedules of theirs. */
  readonly practitioner?: string | undefined;
  /** ISO 8601. */
  readonly from: string;
  readonly until: string;
  /** The id of a visit that is given up for it. */
  readonly replaces?: string | undefined;
}

const MOST = 500;
/** Answers of one look; the next goes on where the last one ended. */
const MOST_LOOKS = 6;

/** Ids, the earliest first; undefined: the server does not say, or has more than are looked through. */
export async function slotsToBeHad(
  fhir: FhirApi,
  asked: AskedTimes,
  most = Number.POSITIVE_INFINITY,
): Promise<ReadonlySet<string> | undefined> {
  if (!fhir.offers('Appointment', '$find')) return undefined;
  const found = new Set<string>();
  let { from } = asked;
  for (let look = 0; look < MOST_LOOKS && found.size < most; look++) {
    const [answer] = await fhir.batch([address({ ...asked, from }, Math.min(most, MOST))]);
    const times = answer && listOf<Appointment>(answer);
    if (!times) return undefined;
    const before = found.size;
    for (const { slot } of times) {
      const id = slot?.[0]?.reference?.replace(/^Slot\//, '');
      if (id) found.add(id);
    }
    if (times.length < MOST || found.size === before) return found;
    // Others may begin at the same moment as the last of them.
    from = new Date(timeOf(times.at(-1)?.start)).toISOString();
  }
  return found.size < most ? undefined : found;
}

function address({ schedules = [], practitioner, from, until, replaces }: AskedTimes, count: number): string {
  const asked = new URLSearchParams({
    start: from,
    end: until,
    ...(schedules.length > 0 ? { schedule: schedules.join(',') } : {}),
    ...(practitioner ? { practitioner } : {}),
    ...(replaces ? { replaces: `Appointment/${replaces}` } : {}),
    _count: String(count),
  });
  return `Appointment/$find?${asked}`;
}
