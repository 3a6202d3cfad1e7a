/**
 * What is said of a visit that is held or booked, beside when it is: all that its caller may write of a visit that is asked for, as long as it is not against its slots. Whoever is
 * told 201 has what they sent: what can't be taken is refused by its name, and nothing is left out.
 */
import { businessRule, deepEqual } from '@wellspring/profiles';
import { WRITTEN_BY } from '../access/authorship.ts';
import { requireWriteScope } from '../access/check-write.ts';
import { isOfTheList } from '../access/write-rules.ts';
import type { FhirRequest, Services } from '../interactions/request.ts';
import type { ResourceJson } from '../repository/text/resource-text.ts';
import { proposedSlots } from '../repository/visits/proposed-times.ts';
import type { Appointment } from '../repository/visits/slot-hold.ts';
import { virtualServicesOf } from '../repository/visits/virtual-service.ts';
import { isOffer } from '../repository/visits/waiting-list.ts';
import { type Chosen, requireNoContradiction } from './visit-contradictions.ts';

type Participants = NonNullable<Appointment['participant']>;
type Extensions = NonNullable<Appointment['extension']>;

/**
 * Of an Appointment that is handed in. `isHeld`: one is held under its id, whose marks may come back with it. Errors: as for a plain write of it (400, 403, 422), and 422 for what
 * is against its slots.
 */
export async function saidOf(
  { repository }: Services,
  { access }: FhirRequest,
  asked: Appointment,
  chosen: Chosen,
  isHeld: boolean,
): Promise<Appointment> {
  requireNoContradiction(asked, chosen);
  const extension = (asked.extension ?? []).filter(({ url }) => !(isHeld && isOfTheList(url)));
  if (extension.some(({ url }) => isOfTheList(url)))
    throw businessRule('Times are this server’s to keep, to offer and to propose.', 'Appointment.extension');
  const isPatientSide = requireWriteScope(access, 'c', 'Appointment') !== 'unrestricted';
  const said = withExtensions({ ...asked, meta: metaOf(asked) }, withoutVirtual(extension));
  const id = repository.newId();
  const resource = asProposal(said, chosen);
  await repository.requireAccepted(access, [{ interaction: 'create', resource, id }]);
  // Narrative would outlive what it tells of (access/patient-side.ts).
  const own = isPatientSide ? without(said, 'text') : said;
  return atItsTime({ ...chosen.offered, ...own }, chosen);
}

/** Of one that is held, offered or proposed, by its id: as it stands. A wish is over with its visit: what it asked for, and of whom, goes. */
export function keptOf(stored: Appointment, chosen: Chosen): Appointment {
  const isWish = isOffer(stored) || proposedSlots(stored).length > 0;
  const extension = (stored.extension ?? []).filter(({ url }) => !isOfTheList(url));
  const own = withExtensions({ ...stored, meta: metaOf(stored) }, withoutVirtual(extension));
  const { serviceType, specialty } = chosen.offered as ResourceJson;
  const kept = {
    ...chosen.offered,
    ...(isWish ? without(own, 'requestedPeriod', 'supportingInformation') : own),
    ...(serviceType === undefined ? {} : { serviceType }),
    ...(specialty === undefined ? {} : { specialty }),
    participant: (stored.participant ?? []).filter((each) => !isWish || !isOfClinic(each)),
  };
  return atItsTime(kept, chosen);
}

const CLINIC = /^(?:Practitioner|PractitionerRole|Location|HealthcareService|Device)\//;
const isOfClinic = ({ actor }: Participants[number]): boolean => CLINIC.test(actor?.reference ?? '');

/** With what is the slots' to say. */
function atItsTime(said: Appointment, { run, offered, patient }: Chosen): Appointment {
  const own = said.extension ?? [];
  const end = run.at(-1)?.end;
  return {
    ...withExtensions(said, [...(virtualServicesOf(offered) as Extensions), ...withoutVirtual(own)]),
    ...(offered.start === undefined ? {} : { start: offered.start }),
    ...(end === undefined ? {} : { end }),
    slot: run.map(({ id }) => ({ reference: `Slot/${id}` })),
    participant: participantsOf(said, offered, patient),
  };
}

/** What it would be if it were asked for and had no time: a plain write of that is the caller's to make, or not. */
function asProposal(said: Appointment, { offered, patient }: Chosen): Appointment {
  const certain = namesOf(offered);
  const participant = participantsOf(said, offered, patient).filter(
    ({ actor }) => !certain.has(actor?.reference),
  );
  const timeless = without(said, 'id', 'slot', 'start', 'end', '_start', '_end', 'minutesDuration');
  return { ...timeless, status: 'proposed', participant };
}

const namesOf = ({ participant = [] }: Appointment): ReadonlySet<string | undefined> =>
  new Set(participant.map(({ actor }) => actor?.reference));

/** The patient and those of the slot have accepted, whatever else is said of them; whoever else comes is as they are named. */
function participantsOf(said: Appointment, offered: Appointment, patient: string): Participants {
  const given = (said.participant ?? []) as Participants;
  const certain = [
    { reference: `Patient/${patient}` },
    ...(offered.participant ?? []).map(({ actor }) => actor),
  ];
  const coming = certain.flatMap((actor) => {
    const named = given.filter((each) => each.actor?.reference === actor?.reference);
    // Named twice: in two parts (`type`).
    const parts: Partial<Participants[number]>[] = named.length > 0 ? named : [{}];
    return parts.map((each) => ({ ...each, actor: { ...each.actor, ...actor }, status: 'accepted' }));
  });
  const names = new Set(certain.map((actor) => actor?.reference));
  const others = given.filter(({ actor }) => actor?.reference === undefined || !names.has(actor.reference));
  return [...coming, ...others];
}

const withoutVirtual = (extension: Extensions): Extensions => {
  const virtual = virtualServicesOf({ resourceType: 'Appointment', extension });
  return extension.filter((each) => !virtual.some((one) => deepEqual(one, each)));
};

/** FHIR knows no empty lists. */
function withExtensions(resource: Appointment, extension: Extensions): Appointment {
  const rest = without(resource, 'extension');
  return extension.length === 0 ? rest : { ...rest, extension };
}

function without(resource: Appointment, ...names: readonly string[]): Appointment {
  const kept = Object.entries(resource).filter(
    ([name, value]) => !names.includes(name) && value !== undefined,
  );
  return Object.fromEntries(kept) as unknown as Appointment;
}

/** Who wrote it last the server says anew. */
function metaOf({ meta }: ResourceJson): ResourceJson['meta'] {
  const { versionId: _, lastUpdated: __, tag, ...rest } = (meta ?? {}) as Record<string, unknown>;
  const tags = (Array.isArray(tag) ? tag : []).filter(({ system }) => system !== WRITTEN_BY);
  const told = { ...rest, ...(tags.length > 0 ? { tag: tags } : {}) };
  return (Object.keys(told).length > 0 ? told : undefined) as ResourceJson['meta'];
}
