/**
 * Who and what is seen by a Schedule, and whether all of it is there at a time: the schedule is in use, and so are its actors. Nobody is seen by whoever has left (a
 * Practitioner that is not active, or whose roles at this clinic are all over; a role that is over, whose period does not hold, or that is away by `notAvailable`), for a service that is
 * given up, at a place that is closed, or of an organization that is no more.
 */
import {
  closedTimes,
  holdsThrough,
  lastMomentOf,
  type NotAvailable,
  placesNamed,
  servicesNamed,
} from '@wellspring/profiles/closed-times';
import { dayIn, zoneIn } from '@wellspring/serving/time-zone';
import { withoutVersion } from '../../search/own-references.ts';
import type { ResourceJson } from '../text/resource-text.ts';
import type { ClinicReader, Role } from './clinic-reader.ts';
import { type Reference, type Slot, timeOf } from './slot-hold.ts';
import { virtualServicesOf } from './virtual-service.ts';

export interface Diary extends ResourceJson {
  readonly active?: boolean;
  readonly actor?: readonly Reference[];
  readonly planningHorizon?: { readonly start?: string; readonly end?: string };
}

export interface WorkedBy {
  /** `Practitioner/…` who work by it, and `PractitionerRole/…`: all of theirs. */
  readonly people: readonly string[];
  /** `HealthcareService/…` that it says it is for; where it says none, those of its roles. */
  readonly services: readonly string[];
  /** It names them itself: it is for all of them. */
  readonly isForEach: boolean;
  /** `Location/…` where it is, or where its roles are. */
  readonly places: readonly string[];
  /** `Organization/…` of its places; of none, of its services, its roles, its people's roles. */
  readonly clinics: readonly string[];
  /** The time zone there. */
  readonly zone: string;
  /** From the first to the last moment of the slot. */
  isThere(slot: Slot): boolean;
  /** Visits are planned for then (`planningHorizon`). */
  isPlanned(slot: Slot): boolean;
}

/** At all moments from one until another, milliseconds. */
type Holds = (at: number, last: number, isVirtual: boolean) => boolean;
const always: Holds = () => true;
const never: Holds = () => false;

export async function workedBy(schedule: Diary, reader: ClinicReader): Promise<WorkedBy> {
  const { planningHorizon } = schedule;
  const actor = (schedule.actor ?? []).map(current);
  const named = await rolesNamed(actor, reader);
  const practitioners = new Set([
    ...namesOf(actor, 'Practitioner'),
    ...named.flatMap(({ practitioner = {} }) => current(practitioner).reference ?? []),
  ]);
  const theirs = (await Promise.all([...practitioners].map((each) => reader.rolesOf(each)))).flat();
  const own = { services: servicesNamed(actor), places: placesNamed(actor) };
  const services =
    own.services.length > 0
      ? own.services
      : servicesNamed(named.flatMap(({ healthcareService = [] }) => healthcareService.map(current)));
  const places =
    own.places.length > 0
      ? own.places
      : placesNamed(named.flatMap(({ location = [] }) => location.map(current)));
  const clinics = await clinicsOf({ places, services, named, theirs }, reader);
  const holds = await Promise.all([
    ...[...practitioners].map((each) => personHolds(each, clinics, reader)),
    ...named.map((role) => roleHolds(role, reader)),
    ...namesOf(actor, 'Device').map((each) => ofDevice(each, reader)),
    someHold(services, own.services.length > 0, serviceHolds, reader),
    someHold(places, own.places.length > 0, placeHolds, reader),
  ]);
  const zone = zoneIn(clinics[0] === undefined ? undefined : await reader.read(clinics[0]));
  return {
    people: [
      ...new Set([
        ...practitioners,
        ...namesOf(actor, 'PractitionerRole'),
        ...theirs.map(({ id }) => `PractitionerRole/${id}`),
      ]),
    ],
    services,
    isForEach: own.services.length > 0,
    places,
    clinics,
    zone,
    isThere(slot) {
      const isVirtual = [slot, schedule].some((each) => virtualServicesOf(each).length > 0);
      return schedule.active !== false && holds.every((each) => each(...momentsOf(slot), isVirtual));
    },
    isPlanned: (slot) =>
      planningHorizon === undefined ||
      holdsThrough(planningHorizon, ...momentsOf(slot), (at) => dayIn(zone, at)),
  };
}

function momentsOf(slot: Slot): [at: number, last: number] {
  const { begin, end } = timeOf(slot);
  return [begin, lastMomentOf(begin, end)];
}

/** Who is meant by a reference to one of their versions is who they are now. */
const current = ({ reference }: Reference): Reference =>
  reference === undefined ? {} : { reference: withoutVersion(reference) };

const namesOf = (actors: readonly Reference[], type: string): string[] =>
  actors.flatMap(({ reference = '' }) => (reference.startsWith(`${type}/`) ? reference : []));

async function rolesNamed(actors: readonly Reference[], reader: ClinicReader): Promise<readonly Role[]> {
  const roles = await Promise.all(namesOf(actors, 'PractitionerRole').map((each) => reader.read(each)));
  return roles.filter((each): each is Role => each !== undefined);
}

interface Known {
  readonly places: readonly string[];
  readonly services: readonly string[];
  readonly named: readonly Role[];
  readonly theirs: readonly Role[];
}

async function clinicsOf(
  { places, services, named, theirs }: Known,
  reader: ClinicReader,
): Promise<readonly string[]> {
  const read = (names: readonly string[]) => Promise.all(names.map((each) => reader.read(each)));
  const said = [
    (await read(places)).map((each) => each?.managingOrganization),
    (await read(services)).map((each) => each?.providedBy),
    named.map(({ organization }) => organization),
    theirs.filter(({ active }) => active !== false).map(({ organization }) => organization),
  ];
  const known = said.map((each) => each.flatMap((one) => current((one ?? {}) as Reference).reference ?? []));
  return [...new Set(known.find((each) => each.length > 0))];
}

/** They are here as long as one of their roles at these clinics holds, or one that is at no clinic; whoever has none here, as long as they work anywhere. */
async function personHolds(name: string, clinics: readonly string[], reader: ClinicReader): Promise<Holds> {
  const [person, roles] = await Promise.all([reader.read(name), reader.rolesOf(name)]);
  if (person?.active === false) return never;
  const isHere = ({ organization = {} }: Role): boolean =>
    clinics.includes(current(organization).reference ?? '');
  const asked = roles.some(isHere)
    ? roles.filter((role) => role.organization === undefined || isHere(role))
    : roles;
  if (asked.length === 0) return always;
  const holds = await Promise.all(asked.map((role) => roleHolds(role, reader)));
  return (...time) => holds.some((each) => each(...time));
}

async function roleHolds(role: Role, reader: ClinicReader): Promise<Holds> {
  const { active, period = {}, organization, notAvailable } = role;
  const clinic = await reader.read(organization?.reference ?? '');
  if (active === false || clinic?.active === false) return never;
  const dayAt = (at: number): string => dayIn(zoneIn(clinic), at);
  const away = closedTimes(Array.isArray(notAvailable) ? (notAvailable as NotAvailable[]) : [], dayAt);
  return (at, last) => holdsThrough(period, at, last, dayAt) && away(at, last) === undefined;
}

/** `all`: each of them is needed; else one is enough. */
async function someHold(
  names: readonly string[],
  all: boolean,
  holdsOf: (name: string, reader: ClinicReader) => Promise<Holds>,
  reader: ClinicReader,
): Promise<Holds> {
  if (names.length === 0) return always;
  const holds = await Promise.all(names.map((each) => holdsOf(each, reader)));
  return (...time) => (all ? holds.every((each) => each(...time)) : holds.some((each) => each(...time)));
}

async function serviceHolds(name: string, reader: ClinicReader): Promise<Holds> {
  const service = await reader.read(name);
  if (service?.active === false) return never;
  return (await isNoMore(service?.providedBy, reader)) ? never : always;
}

/** A visit by video or telephone is at no place. */
async function placeHolds(name: string, reader: ClinicReader): Promise<Holds> {
  const place = await reader.read(name);
  const isClosed =
    place?.status === 'inactive' ||
    place?.status === 'suspended' ||
    (await isNoMore(place?.managingOrganization, reader));
  return isClosed ? (_, __, isVirtual) => isVirtual : always;
}

const isNoMore = async (organization: unknown, reader: ClinicReader): Promise<boolean> =>
  (await reader.read((organization as Reference | undefined)?.reference ?? ''))?.active === false;

const ofDevice = async (name: string, reader: ClinicReader): Promise<Holds> =>
  (await reader.read(name))?.status === 'inactive' ? never : always;
