/**
 * With whom, where and at which clinic times are asked for, of `Appointment/$find`: Schedules name a person as Practitioner or by a PractitionerRole, and whoever works by a role alone
 * is where, for what and of which organization that role is. Asked on the caller's behalf: of all that is looked at they see the schedules' free times alone.
 */
import { onBehalf } from '../access/on-behalf.ts';
import { parse } from '../interactions/parse.ts';
import type { FhirRequest, Services } from '../interactions/request.ts';
import { resourceOf } from '../repository/text/resource-text.ts';
import type { ClinicReader, Role } from '../repository/visits/clinic-reader.ts';
import { type Diary, type WorkedBy, workedBy } from '../repository/visits/worked-by.ts';
import { all, and, none, or, type QueryNode } from '../search/query.ts';
import { escapeValue } from '../search/values.ts';
import { type Identifier, identifiers, type OperationInput, references } from './parameters.ts';
import { readerFor } from './slots.ts';

/** As IHE names it, and shorter. */
export const PLACE = ['location', 'location-reference'];
/** A part of an address. */
export const PLACE_IN_WORDS = 'location-string';
const MOST_SCHEDULES = 1000;
const MOST_ACTORS = 1000;

/** Slots of the schedules that are meant. */
export async function withWhom(
  services: Services,
  request: FhirRequest,
  input: OperationInput,
): Promise<QueryNode> {
  const reader = readerFor(services, request);
  const asked = async (name: string, ...types: string[]): Promise<string[]> => [
    ...references(services, input, name, types, 'literal'),
    ...(await byIdentifier(reader, identifiers(input, name), types)),
  ];
  const isNamed = (...names: string[]): boolean => names.some((name) => input.names.includes(name));
  const people = await asked('practitioner', 'Practitioner', 'PractitionerRole');
  const places = [
    ...(await Promise.all(PLACE.map((name) => asked(name, 'Location')))).flat(),
    ...(await placesAt(services, request, reader, input.all(PLACE_IN_WORDS))),
  ];
  const clinics = await asked('organization', 'Organization');
  const names = (await Promise.all(people.map((each) => namesOf(each, reader)))).flat();
  // Of whom is asked for and nobody is found, there are no times.
  return and(
    isNamed('practitioner') ? await schedulesOf(reader, names, () => true) : all,
    isNamed(...PLACE, PLACE_IN_WORDS)
      ? await schedulesOf(reader, await actorsAt(reader, places), (by) => hasAny(by.places, places))
      : all,
    isNamed('organization')
      ? await schedulesOf(reader, await actorsOf(reader, clinics), (by) => hasAny(by.clinics, clinics))
      : all,
  );
}

async function byIdentifier(
  reader: ClinicReader,
  given: readonly Identifier[],
  types: readonly string[],
): Promise<string[]> {
  const nodes = given.map(({ system, value }): QueryNode => {
    const token = { kind: 'token', param: 'identifier', code: value } as const;
    return system === undefined ? token : { ...token, system };
  });
  if (nodes.length === 0) return [];
  return (await Promise.all(types.map((type) => found(reader, type, or(...nodes))))).flat();
}

async function placesAt(
  services: Services,
  request: FhirRequest,
  reader: ClinicReader,
  texts: readonly string[],
): Promise<string[]> {
  if (texts.length === 0) return [];
  const system = { ...request, access: onBehalf(request.access, 'system/Location.rs') };
  const asked = texts.map(escapeValue).join(',');
  return found(reader, 'Location', (await parse(services, system, 'Location', [['address', asked]])).where);
}

const hasAny = (names: readonly string[], asked: readonly string[]): boolean =>
  names.some((each) => asked.includes(each));

const to = (param: string, targets: readonly string[]): QueryNode => ({ kind: 'reference', param, targets });

/** A person, as Practitioner and in all their roles; a role, and the person themself where they have no other. */
async function namesOf(name: string, reader: ClinicReader): Promise<readonly string[]> {
  const isRole = name.startsWith('PractitionerRole/');
  const person = isRole ? ((await reader.read(name)) as Role | undefined)?.practitioner?.reference : name;
  if (person === undefined) return [name];
  const roles = (await reader.rolesOf(person)).map(({ id }) => `PractitionerRole/${id}`);
  if (!isRole) return [person, ...roles];
  return roles.every((each) => each === name) ? [name, person] : [name];
}

/** Of those that any of the actors works by, the ones that suit. */
async function schedulesOf(
  reader: ClinicReader,
  actors: readonly string[],
  suits: (by: WorkedBy) => boolean,
): Promise<QueryNode> {
  if (actors.length === 0) return none;
  const names: string[] = [];
  for (const each of await reader.find('Schedule', to('actor', actors), MOST_SCHEDULES))
    if (suits(await workedBy(resourceOf<Diary>(each), reader))) names.push(`Schedule/${each.id}`);
  return names.length === 0 ? none : to('schedule', names);
}

async function found(reader: ClinicReader, type: string, where: QueryNode): Promise<string[]> {
  return (await reader.find(type, where, MOST_ACTORS)).map(({ id }) => `${type}/${id}`);
}

const actorsAt = async (reader: ClinicReader, places: readonly string[]): Promise<string[]> => [
  ...places,
  ...(await found(reader, 'PractitionerRole', to('location', places))),
];

async function actorsOf(reader: ClinicReader, clinics: readonly string[]): Promise<string[]> {
  const of = to('organization', clinics);
  const roles = await reader.find('PractitionerRole', of, MOST_ACTORS);
  return [
    ...(await found(reader, 'Location', of)),
    ...(await found(reader, 'HealthcareService', of)),
    ...roles.map(({ id }) => `PractitionerRole/${id}`),
    ...roles.flatMap((each) => resourceOf<Role>(each).practitioner?.reference ?? []),
  ];
}

/** Who and what is for a specialty or a kind of service. */
export async function actorsFor(
  services: Services,
  request: FhirRequest,
  name: 'specialty' | 'service-type',
  wanted: string,
): Promise<readonly string[]> {
  const reader = readerFor(services, request);
  const system = { ...request, access: onBehalf(request.access, SCOPES) };
  const asked = async (type: string): Promise<string[]> =>
    found(reader, type, (await parse(services, system, type, [[name, wanted]])).where);
  const offered = await asked('HealthcareService');
  return [
    ...offered,
    ...(name === 'specialty' ? await asked('PractitionerRole') : []),
    ...(offered.length === 0 ? [] : await found(reader, 'PractitionerRole', to('service', offered))),
  ];
}

const SCOPES = 'system/PractitionerRole.rs system/HealthcareService.rs';
