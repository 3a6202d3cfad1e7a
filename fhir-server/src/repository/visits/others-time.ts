/**
 * Whose time staff with a bound give away by writing down a visit: that of those who work, or of what belongs, where they do, and of those of no organization. Of another
 * organization's they ask (`needs-action`, until it is accepted there), or take what it offers: a free slot, by `Appointment/$book`, as anybody may.
 */
import { forbidden } from '@wellspring/profiles';
import type { AccessContext } from '../../access/access-context.ts';
import type { Json } from '../../access/write-rules.ts';
import { localName } from '../../search/own-references.ts';
import type { ResourceStore } from '../../store/store.ts';
import { organizationsOfActor, ownOrganizations } from './diary.ts';

export const ON_OTHERS_TIME: ReadonlySet<string> = new Set(['Appointment', 'AppointmentResponse']);

interface Participant {
  readonly actor?: { readonly reference?: string };
  readonly status?: string;
}

/** `before`: the live version of an update. Throws forbidden. */
export async function requireOwnTime(
  store: ResourceStore,
  access: AccessContext,
  after: Json,
  before: Json | undefined,
): Promise<void> {
  const own = ownOrganizations(access);
  if (!own) return;
  for (const actor of newlyTaken(after, before)) {
    const organizations = await organizationsOfActor(store, { reference: actor });
    if (organizations.length > 0 && !organizations.some((each) => own.includes(each)))
      throw forbidden(
        'participant: somebody of another organization is asked (proposed or pending, needs-action), or booked at a free time of theirs by Appointment/$book.',
      );
  }
}

const TAKING: ReadonlySet<unknown> = new Set(['booked', 'arrived', 'checked-in', 'fulfilled']);

/** Actors whose time is taken, or who are said to have answered, and were not at this time before. */
function newlyTaken(after: Json, before: Json | undefined): readonly string[] {
  const known = before && timeOf(before) === timeOf(after) ? new Set(taken(before)) : new Set();
  return taken(after).filter((actor) => !known.has(actor));
}

const timeOf = ({ start, end }: Json): string => JSON.stringify([start, end]);

function taken({ resourceType, status, participant, actor }: Json): string[] {
  const answered: readonly Participant[] =
    resourceType === 'AppointmentResponse'
      ? [{ actor: actor as NonNullable<Participant['actor']>, status: 'accepted' }]
      : ((participant ?? []) as readonly Participant[]);
  return answered
    .filter((each) => TAKING.has(status) || each.status !== 'needs-action')
    .map((each) => localName(each.actor?.reference ?? '') ?? '')
    .filter((name) => /^(?:Practitioner|PractitionerRole|Location|HealthcareService|Device)\//.test(name));
}
