/** Telephone, address and hours of the clinic whose patient this is: its Organization, and when its services or places are open. */
import type {
  Address,
  ContactPoint,
  HealthcareService,
  Location,
  Organization,
  Resource,
} from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { type ClinicContact, rememberClinic } from '../../device/clinic.ts';
import { formatDate, formatTime, timeOf } from '../../format/date.ts';
import { locale } from '../../i18n/language.ts';
import { t } from '../../i18n/text.ts';
import { type FhirApi, listOf } from '../../smart/fhir.ts';

/** `organization`: Patient.managingOrganization. */
export const clinicQuery = (fhir: FhirApi, organization: string) =>
  queryOptions({
    queryKey: ['clinic', organization, locale()],
    queryFn: () => readClinic(fhir, organization),
    staleTime: 3_600_000,
  });

async function readClinic(fhir: FhirApi, organization: string): Promise<ClinicContact | null> {
  const [found, services, places] = await fhir.batch([
    organization,
    `HealthcareService?organization=${organization}&active=true&_count=50`,
    `Location?organization=${organization}&status=active&_count=50`,
  ]);
  const [clinic] = listOf<Organization>(found) ?? [];
  if (!clinic?.name) return null;
  const contact = contactOf(
    clinic,
    (listOf<HealthcareService>(services) ?? []).filter(isVisited),
    listOf<Location>(places) ?? [],
  );
  rememberClinic(contact);
  return contact;
}

export function contactOf(
  { name = '', telecom, address = [], extension }: Organization,
  services: readonly HealthcareService[],
  places: readonly Location[],
  now = Date.now(),
): ClinicContact {
  const visited = places.filter(({ type = [] }) => !type.some(isAtHome));
  return {
    name,
    timeZone: zoneOf(extension) ?? first(visited, (place) => zoneOf(place.extension)),
    phone: phoneOf(telecom) ?? first(visited, (place) => phoneOf(place.telecom)),
    address: first(address, addressText) ?? first(visited, (place) => addressText(place.address)),
    hours: [
      ...(first(services, openOf) ??
        first(visited, (place) => hoursText((place.hoursOfOperation ?? []).map(ofPlace))) ??
        []),
      ...new Set(services.flatMap((service) => closedOf(service, now))),
    ],
  };
}

/** Not one of our own codes: hours in which messages are read (message-hours.ts) open no door. */
export const isVisited = ({ type = [] }: HealthcareService): boolean =>
  !type.some(({ coding = [] }) => coding.some(({ system }) => system === 'urn:wellspring:service'));

/** How one place of the clinic is reached; undefined where it says nothing of that. */
export function contactOfPlace(place: Location | undefined): ClinicContact | undefined {
  if (!place?.name || place.type?.some(isAtHome)) return undefined;
  const hours = hoursText((place.hoursOfOperation ?? []).map(ofPlace)) ?? [];
  return { name: place.name, phone: phoneOf(place.telecom), address: addressText(place.address), hours };
}

const first = <T, V>(all: readonly T[], read: (each: T) => V | undefined): V | undefined => {
  for (const each of all) {
    const found = read(each);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** R4 has no place for it: R5's extension, or our own. */
const ZONES = ['http://hl7.org/fhir/StructureDefinition/timezone', 'urn:wellspring:time-zone'];
const zoneOf = (extension: Organization['extension'] = []): string | undefined => {
  const found = extension.find(({ url }) => ZONES.includes(url));
  return found?.valueCode ?? found?.valueString;
};

/** The one of the lowest rank that is still in use. */
function phoneOf(telecom: readonly ContactPoint[] = []): string | undefined {
  return telecom
    .filter(({ system, use, value }) => system === 'phone' && use !== 'old' && value)
    .toSorted((a, b) => (a.rank ?? 99) - (b.rank ?? 99))[0]?.value;
}

export function addressText({ text, line = [], city, state, postalCode }: Address = {}): string | undefined {
  const place = [state, postalCode].filter(Boolean).join(' ');
  return text ?? ([...line, city, place].filter(Boolean).join(', ') || undefined);
}

/** Where the patient is: not a place to go to. */
const isAtHome = ({ coding = [] }: NonNullable<Location['type']>[number]): boolean =>
  coding.some(({ code }) => code === 'PTRES');

interface Open {
  readonly days: readonly string[];
  readonly allDay: boolean;
  readonly from: string | undefined;
  readonly until: string | undefined;
}

const ofPlace = ({
  daysOfWeek = [],
  allDay = false,
  openingTime,
  closingTime,
}: NonNullable<Location['hoursOfOperation']>[number]): Open => ({
  days: daysOfWeek,
  allDay,
  from: openingTime,
  until: closingTime,
});

export function openOf({ availableTime = [] }: HealthcareService): readonly string[] | undefined {
  return hoursText(
    availableTime.map(({ daysOfWeek = [], allDay = false, availableStartTime, availableEndTime }) => ({
      days: daysOfWeek,
      allDay,
      from: availableStartTime,
      until: availableEndTime,
    })),
  );
}

/** "Mon–Fri 8:00 AM–5:30 PM", a line each; undefined where nothing is said. */
export function hoursText(all: readonly Open[]): readonly string[] | undefined {
  const lines = all.flatMap(({ days, allDay, from, until }) => {
    const hours = allDay ? t('all day') : from && until ? `${formatTime(from)}–${formatTime(until)}` : '';
    return hours === '' ? [] : [`${daysText(days)} ${hours}`.trim()];
  });
  return lines.length === 0 ? undefined : lines;
}

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Days that follow each other are said as from and until. */
function daysText(days: readonly string[]): string {
  const at = [...new Set(days.map((day) => WEEK.indexOf(day)))].filter((day) => day >= 0).toSorted();
  const runs: number[][] = [];
  for (const day of at) {
    const last = runs.at(-1);
    if (last && last.at(-1) === day - 1) last.push(day);
    else runs.push([day]);
  }
  return runs
    .map((run) =>
      run.length > 2 ? `${dayName(run[0] ?? 0)}–${dayName(run.at(-1) ?? 0)}` : run.map(dayName).join(', '),
    )
    .join(', ');
}

/** 1 January 2024 was a Monday. */
const dayName = (day: number): string =>
  new Date(2024, 0, 1 + day).toLocaleDateString(locale(), { weekday: 'short' });

/** Days on which it is closed, from now on. */
function closedOf({ notAvailable = [] }: HealthcareService, now: number): string[] {
  return notAvailable.flatMap(({ description, during }) => {
    const end = timeOf(during?.end ?? during?.start);
    if (!during?.start || !(end >= now - 86_400_000)) return [];
    const [from, until] = [formatDate(during.start), formatDate(during.end ?? during.start)];
    const when = from === until ? from : `${from} – ${until}`;
    return [t('Closed {when}: {why}', { when, why: description })];
  });
}

/** Whose patient it is. */
export const organizationOf = (resource: Resource | undefined): string | undefined => {
  const reference =
    resource?.resourceType === 'Patient' ? resource.managingOrganization?.reference : undefined;
  return reference?.startsWith('Organization/') ? reference : undefined;
};
