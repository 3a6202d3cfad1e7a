/** What can be booked: each Schedule with who it is of, for what kind of care and where. */
import type { Appointment, CodeableConcept, Period, Resource, Schedule } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { hasEnded } from '../../format/holds.ts';
import { type Mode, modeOf } from '../../format/virtual-service.ts';
import { conceptText } from '../../format/words.ts';
import { allPages } from '../../smart/all-pages.ts';
import type { Fhir } from '../../smart/fhir.ts';
import { withPeople } from '../schedule/people.ts';

/** `key`: stands in the address. */
export interface Choice {
  readonly key: string;
  readonly name: string;
}

export interface Offering {
  readonly schedule: string;
  readonly who: Choice | undefined;
  readonly care: Choice | undefined;
  readonly place: Choice | undefined;
  /** `PractitionerRole/…` by which whoever it is of is named. */
  readonly roles: readonly string[];
}

const PAGE = '500';

export const offeringsQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['offerings'],
    queryFn: async () => {
      const asked = { 'active:not': 'false', _count: PAGE, _include: 'Schedule:actor' };
      const { resources, included } = await allPages<Schedule>(fhir, 'Schedule', asked);
      return offeringsOf(resources, included);
    },
    staleTime: 600_000,
  });

/** `included`: their actors. By those that are no more nobody is seen: the server finds no time of theirs. */
export const offeringsOf = (
  schedules: readonly Schedule[],
  included: readonly Resource[] = [],
): Offering[] => {
  const gone = new Set(included.filter(isGone).map(({ resourceType, id }) => `${resourceType}/${id}`));
  return withPeople(schedules, included).flatMap((schedule) =>
    schedule.active === false ||
    schedule.id === undefined ||
    (schedule.actor ?? []).some(({ reference }) => gone.has(reference ?? ''))
      ? []
      : [
          {
            schedule: `Schedule/${schedule.id}`,
            who: actorOf(schedule, 'Practitioner'),
            care: actorOf(schedule, 'HealthcareService') ?? careOf(schedule.serviceType?.[0]),
            place: actorOf(schedule, 'Location'),
            roles: (schedule.actor ?? []).flatMap(({ reference }) =>
              reference?.startsWith('PractitionerRole/') ? reference : [],
            ),
          },
        ],
  );
};

function isGone(actor: Resource): boolean {
  const { active, period } = actor as { readonly active?: boolean; readonly period?: Period };
  if (actor.resourceType === 'Location') return actor.status === 'inactive';
  return active === false || hasEnded(period);
}

function actorOf({ actor = [] }: Schedule, type: string): Choice | undefined {
  const found = actor.find(({ reference }) => reference?.startsWith(`${type}/`));
  const key = found?.reference?.slice(type.length + 1);
  return key && found?.display ? { key, name: found.display } : undefined;
}

function careOf(concept: CodeableConcept | undefined): Choice | undefined {
  const name = concept && conceptText(concept);
  return name ? { key: concept.coding?.[0]?.code ?? name, name } : undefined;
}

/** What somebody is looking for; '' is anything. */
export interface Wanted {
  readonly reason: Reason;
  readonly care: string;
  readonly mode: Mode | '';
  readonly place: string;
  readonly who: string;
  /** YYYY-MM-DD: not before; '' is from now on. */
  readonly from: string;
}

/** HL7 v2-0276. */
export const REASONS = { new: 'ROUTINE', followup: 'FOLLOWUP', checkup: 'CHECKUP' } as const;
export type Reason = keyof typeof REASONS;

/** The aspects of an offering that are chosen from. */
export const ASPECTS = ['care', 'place', 'who'] as const;
export type Aspect = (typeof ASPECTS)[number];

/** Those that suit; `but`: whatever is wanted of that. A visit by video or telephone is at no place. */
export const suiting = (
  offerings: readonly Offering[],
  wanted: Pick<Wanted, Aspect | 'mode'>,
  but?: Aspect,
): Offering[] =>
  offerings.filter((each) =>
    ASPECTS.every(
      (aspect) =>
        aspect === but ||
        wanted[aspect] === '' ||
        (aspect === 'place' && isElsewhere(wanted.mode)) ||
        each[aspect]?.key === wanted[aspect],
    ),
  );

export const isElsewhere = (mode: Wanted['mode']): boolean => mode === 'video' || mode === 'phone';

/** What can be chosen of an aspect beside the rest that is wanted, each once, by its name. */
export function choicesOf(
  offerings: readonly Offering[],
  wanted: Pick<Wanted, Aspect | 'mode'>,
  aspect: Aspect,
): Choice[] {
  const found = suiting(offerings, wanted, aspect).flatMap((each) => each[aspect] ?? []);
  return [...new Map(found.map((choice) => [choice.key, choice])).values()].toSorted((a, b) =>
    a.name.localeCompare(b.name),
  );
}

/** As the visit was that is moved. */
export function likeVisit(visit: Appointment, offerings: readonly Offering[]): Partial<Wanted> {
  const keys = (type: string) =>
    visit.participant.flatMap(({ actor }) =>
      actor?.reference?.startsWith(`${type}/`) ? actor.reference.slice(type.length + 1) : [],
    );
  const has = (aspect: Aspect, type: string): string =>
    keys(type).find((key) => offerings.some((each) => each[aspect]?.key === key)) ?? '';
  const code = visit.appointmentType?.coding?.[0]?.code;
  const reason = (Object.keys(REASONS) as Reason[]).find((each) => REASONS[each] === code) ?? 'new';
  const roles = keys('PractitionerRole').map((key) => `PractitionerRole/${key}`);
  const byRole = offerings.find((each) => each.roles.some((role) => roles.includes(role)))?.who?.key ?? '';
  return { reason, who: has('who', 'Practitioner') || byRole, mode: modeOf(visit) };
}
