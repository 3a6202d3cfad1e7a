/**
 * How much one person writes into one record by a patient-level token (X16 of the attacks): how many things of a kind wait for the clinic at a time, and how many are made in
 * a day. What the write rules let a patient create has a row here, so that nothing they can make is without an end. Counted before it is written, so that many at once are
 * no more than one after the other.
 *
 * Each person counts for themself: whoever was let into a record takes none of the patient's own places.
 */
import { throttled, tooMany } from '@wellspring/profiles';
import type { AccessContext } from '../../access/access-context.ts';
import { selfOf } from '../../access/authorship.ts';
import { isPatientLevel } from '../../access/read-condition.ts';
import { subscriberOf } from '../../access/subscriber.ts';
import { and, or } from '../../search/query.ts';
import { tokenNode } from '../../search/types/token.ts';
import type { ResourceStore } from '../../store/store.ts';
import { textLength } from '../text/text-length.ts';
import type { Write } from '../writes/write.ts';
import { createAllowance } from './allowance.ts';
import { createDailyAllowance, type Places } from './daily-allowance.ts';

export interface PatientLimit {
  /** Made in a day, each process counting for itself. */
  readonly aDay: number;
  /** Characters that those hold together; of what is not said, `CHARACTERS_A_DAY`. */
  readonly charactersADay?: number;
  /** At a time, over all processes: made in one of these states, until it is in none of those that are `open`. */
  readonly waiting?: {
    readonly most: number;
    readonly made: readonly string[];
    readonly open: readonly string[];
    /** "Only 20 … at a time" */
    readonly said: string;
    /** Whoever made it may bring it back into one of those states by an update. */
    readonly reopens?: true;
  };
}

/** Photos of papers: some fifty of the largest that a telephone makes. */
const WITH_FILES = 200_000_000;

export const PATIENT_LIMITS: Readonly<Record<string, PatientLimit>> = {
  Appointment: {
    aDay: 100,
    waiting: {
      most: 20,
      made: ['proposed', 'waitlist'],
      // `pending`: an offer of the waiting list, which goes back on it.
      open: ['proposed', 'waitlist', 'pending'],
      said: 'visits can be asked for',
    },
  },
  Communication: { aDay: 200, charactersADay: WITH_FILES },
  Consent: {
    aDay: 50,
    waiting: {
      most: 20,
      made: ['draft', 'proposed'],
      open: ['draft', 'proposed'],
      said: 'consents can wait for the clinic',
    },
  },
  Coverage: {
    aDay: 50,
    waiting: {
      most: 20,
      made: ['draft'],
      open: ['draft'],
      said: 'insurances can wait for the clinic',
    },
  },
  DocumentReference: { aDay: 100, charactersADay: WITH_FILES },
  MedicationStatement: { aDay: 200 },
  // A device that measures every few minutes sends some three hundred; two thousand blood pressures of a file have as many pulses.
  Observation: { aDay: 5_000 },
  QuestionnaireResponse: {
    aDay: 200,
    charactersADay: WITH_FILES,
    waiting: {
      most: 50,
      made: ['in-progress'],
      open: ['in-progress'],
      said: 'questionnaires can be begun',
    },
  },
  Subscription: {
    aDay: 200,
    waiting: {
      most: 20,
      made: ['requested', 'active', 'error'],
      open: ['requested', 'active', 'error'],
      said: 'subscriptions can be open',
      reopens: true,
    },
  },
  Task: {
    aDay: 100,
    waiting: {
      most: 30,
      made: ['draft', 'requested'],
      open: ['draft', 'requested', 'received', 'accepted', 'ready', 'in-progress', 'on-hold'],
      said: 'requests can be open',
    },
  },
};

/** Readings by the thousand are a few million; only what carries files is more. */
const CHARACTERS_A_DAY = 20_000_000;

/** Versions that a person makes of what is there: of types of which somebody else is told each time (contacts: the patient and the clinic; a Subscription: its endpoint), and of all others together. */
export const PATIENT_CHANGES: Readonly<Record<string, PatientLimit>> = {
  Patient: { aDay: 100 },
  Subscription: { aDay: 200 },
};
const OTHER_CHANGES: PatientLimit = { aDay: 5_000, charactersADay: WITH_FILES };
const FOREVER_MS = 100 * 366 * 86_400_000;

export interface PatientLimits {
  /** `write` with places for what it makes, also by an operation that writes for the person; those of what it did not make are given back. Errors, before it: 422 where too many wait, 429 where it was enough for a day. */
  within<T extends { readonly outcome: string }>(
    access: AccessContext,
    writes: readonly Write[],
    write: () => Promise<readonly T[]>,
  ): Promise<readonly T[]>;
}

export function createPatientLimits(
  store: Pick<ResourceStore, 'getNote' | 'swapNote' | 'search'>,
  now: () => number,
): PatientLimits {
  const allowance = createAllowance(store, now);
  const daily = createDailyAllowance(now);

  const live =
    (type: string, open: readonly string[]) =>
    async (ids: readonly string[]): Promise<ReadonlySet<string>> => {
      const isOpen = or(...open.map((status) => tokenNode('status', status)));
      const { matches } = await store.search({
        type,
        where: and({ kind: 'id', ids }, isOpen),
        sort: [{ by: 'id', descending: false }],
        count: ids.length,
        total: 'none',
      });
      return new Set(matches.map(({ id }) => id));
    };

  /** Places of what will wait, by holder. Throws 422 where there are none, and takes none then. */
  async function takeWaiting(
    access: AccessContext,
    writes: readonly Write[],
  ): Promise<Map<string, string[]>> {
    const taken = new Map<string, string[]>();
    try {
      for (const [type, some] of Map.groupBy(writes, typeOf)) {
        const waiting = PATIENT_LIMITS[type]?.waiting;
        const ids = some.filter((each) => waiting && takesPlace(waiting, each)).map(({ id }) => id);
        if (!waiting || ids.length === 0) continue;
        const { most, said, open } = waiting;
        const who = type === 'Subscription' ? subscriberOf(access) : personIn(access);
        const holder = `waiting/${type}/${who}`;
        const asked = { until: now() + FOREVER_MS, most, live: live(type, open) };
        const places = await allowance.take(holder, ids, asked);
        if (!places)
          throw tooMany(
            `Only ${most} ${said} at a time: take one back first, or call the clinic.`,
            `${type}.status`,
          );
        taken.set(holder, [...places]);
      }
    } catch (error) {
      await giveBack(taken, new Set());
      throw error;
    }
    return taken;
  }

  async function giveBack(
    taken: ReadonlyMap<string, readonly string[]>,
    made: ReadonlySet<string>,
  ): Promise<void> {
    for (const [holder, ids] of taken)
      await allowance.giveBack(
        holder,
        ids.filter((id) => !made.has(id)),
      );
  }

  return {
    async within(by, writes, write) {
      const access = by.caller ?? by;
      if (!isPatientLevel(access)) return write();
      const day = takeDay(daily, personIn(access), writes);
      let made: ReadonlySet<string> = new Set();
      let taken: ReadonlyMap<string, readonly string[]> = new Map();
      try {
        taken = await takeWaiting(access, writes);
        const written = await write();
        made = new Set(writes.filter((_, i) => isNew(written[i])).map(({ id }) => id));
        return written;
      } finally {
        day.giveBack((id) => !made.has(id));
        await giveBack(taken, made);
      }
    },
  };
}

/** Who writes, and in whose record. */
const personIn = (access: AccessContext): string => {
  const patient = access.patient ?? access.fhirUser?.id;
  const self = selfOf(access);
  return self === `Patient/${patient}` ? String(patient) : `${patient}/${self}`;
};

/** Throws 429, and takes nothing then. */
function takeDay(
  daily: ReturnType<typeof createDailyAllowance>,
  person: string,
  writes: readonly Write[],
): Places {
  const asked = [...Map.groupBy(writes, dayOf)].flatMap(([kind, some]) => {
    const { aDay, charactersADay = CHARACTERS_A_DAY, what } = dayLimit(kind);
    return [
      {
        key: `${kind}/${person}`,
        parts: some.map(({ id }) => ({ id, size: 1 })),
        most: aDay,
        said: `Only ${aDay} ${what} a day can be written for a patient`,
      },
      {
        key: `${kind}/${person}/characters`,
        parts: some.map((each) => ({ id: each.id, size: charactersOf(each) })),
        most: charactersADay,
        said: `Only ${charactersADay} characters of ${what} a day can be written for a patient`,
      },
    ];
  });
  const places = daily.take(asked);
  if (!('full' in places)) return places;
  throw throttled(places.seconds, places.full.said);
}

const charactersOf = (write: Write): number =>
  write.interaction === 'delete' ? 0 : textLength(write.resource);

/** A type of what is made; `changes` of what is there, and of what no patient makes: the rules refuse it. */
function dayOf(write: Write): string {
  const type = typeOf(write);
  if (isMade(write) && Object.hasOwn(PATIENT_LIMITS, type)) return type;
  return Object.hasOwn(PATIENT_CHANGES, type) ? `changes/${type}` : 'changes';
}

function dayLimit(kind: string): PatientLimit & { readonly what: string } {
  const [type, changed] = kind.split('/');
  if (type !== 'changes') return { ...(PATIENT_LIMITS[kind] as PatientLimit), what: `${kind} resources` };
  if (changed === undefined) return { ...OTHER_CHANGES, what: 'changes' };
  return { ...(PATIENT_CHANGES[changed] as PatientLimit), what: `changes of a ${changed}` };
}

const typeOf = (write: Write): string =>
  write.interaction === 'delete' ? write.type : write.resource.resourceType;

/** By an operation that chooses the id, too: there is no version before. */
const isMade = (write: Write): boolean =>
  write.interaction === 'create' ||
  (write.interaction === 'update' && (write.isNewId === true || write.expectedVersion === 0));

const takesPlace = ({ made, reopens }: NonNullable<PatientLimit['waiting']>, write: Write): boolean =>
  write.interaction !== 'delete' &&
  (isMade(write) || reopens === true) &&
  made.includes(String(write.resource.status));

const isNew = (written: { readonly outcome: string } | undefined): boolean =>
  written?.outcome === 'created' || written?.outcome === 'updated';
