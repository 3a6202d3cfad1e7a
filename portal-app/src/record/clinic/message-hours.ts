/**
 * When messages are answered: the times of a HealthcareService of the clinic that is of the type `urn:wellspring:service|messages` and nothing else. A clinic that has
 * none says nothing of it.
 */
import type { HealthcareService } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { closedTimes } from '@wellspring/profiles/closed-times';
import type { FhirApi } from '../../smart/fhir.ts';

export const MESSAGES = { system: 'urn:wellspring:service', code: 'messages' } as const;

/** `organization`: `Organization/…` */
export const messageHoursQuery = (fhir: FhirApi, organization: string) =>
  queryOptions({
    queryKey: ['message-hours', organization],
    queryFn: async (): Promise<HealthcareService | null> => {
      const params = {
        organization,
        'service-type': `${MESSAGES.system}|${MESSAGES.code}`,
        active: 'true',
        _count: '1',
      };
      return (await fhir.search<HealthcareService>('HealthcareService', params)).resources[0] ?? null;
    },
  });

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** By the clinic's clock (an IANA time zone; without one, the device's). What says no times is open always. */
export function isAnswering(
  { availableTime = [], notAvailable = [] }: HealthcareService,
  zone: string | undefined,
  now = Date.now(),
): boolean {
  const { day, date, time } = clockAt(now, zone);
  if (closedTimes(notAvailable, () => date)(now)) return false;
  if (availableTime.length === 0) return true;
  return availableTime.some(({ daysOfWeek = [], allDay, availableStartTime, availableEndTime }) => {
    if (daysOfWeek.length > 0 && !daysOfWeek.includes(day as never)) return false;
    if (allDay) return true;
    return (availableStartTime ?? '00:00:00') <= time && time < (availableEndTime ?? '24:00:00');
  });
}

function clockAt(now: number, zone: string | undefined): { day: string; date: string; time: string } {
  const options = {
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    calendar: 'gregory',
    numberingSystem: 'latn',
  } as const;
  const parts = Object.fromEntries(
    clockOf(options, zone)
      .formatToParts(now)
      .map(({ type, value }) => [type, value]),
  );
  const day = String(parts.weekday).toLowerCase();
  return {
    day: WEEK.includes(day) ? day : '',
    date: `${parts.year}-${parts.month}-${parts.day}`,
    time: `${parts.hour}:${parts.minute}:${parts.second}`,
  };
}

function clockOf(options: Intl.DateTimeFormatOptions, zone: string | undefined): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { ...options, ...(zone ? { timeZone: zone } : {}) });
  } catch {
    return new Intl.DateTimeFormat('en-US', options);
  }
}
