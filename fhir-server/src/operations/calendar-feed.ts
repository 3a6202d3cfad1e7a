/**
 * `Patient/[id]/$calendar-feed`: a private address that calendars subscribe to. POST makes one, in the place of the one before, and is the only answer that
 * holds it (`url`); `detail`: `busy` (default) or `full`. GET tells whether there is one. `$calendar-feed-end` ends it. For whoever may change the patient's appointments.
 */
import { invalid, notFound } from '@wellspring/profiles';
import { requireWriteScope } from '../access/write-rules.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { inputOf, parametersReply } from './parameters.ts';

const KIND = 'calendar';

export async function makeCalendarFeed(services: Services, request: FhirRequest): Promise<Reply> {
  const patient = patientOf(request);
  const detail = inputOf(request, ['detail']).one('detail') ?? 'busy';
  if (detail !== 'busy' && detail !== 'full')
    throw invalid("'detail' is 'busy' or 'full'.", 'Parameters.parameter');
  await endAll(services, patient);
  const secret = await services.links.make(KIND, patient, { detail });
  const url = `${services.repository.baseUrl}/calendar/${secret}.ics`;
  return parametersReply({ name: 'url', valueUrl: url }, { name: 'detail', valueCode: detail });
}

export async function calendarFeedState(services: Services, request: FhirRequest): Promise<Reply> {
  const [link] = await services.links.of(KIND, patientOf(request));
  return parametersReply(
    { name: 'active', valueBoolean: link !== undefined },
    ...(link
      ? [
          { name: 'detail', valueCode: String(link.data.detail) },
          { name: 'since', valueInstant: new Date(link.made).toISOString() },
        ]
      : []),
  );
}

export async function endCalendarFeed(services: Services, request: FhirRequest): Promise<Reply> {
  await endAll(services, patientOf(request));
  return parametersReply({ name: 'active', valueBoolean: false });
}

async function endAll(services: Services, patient: string): Promise<void> {
  for (const { id } of await services.links.of(KIND, patient)) await services.links.end(KIND, patient, id);
}

function patientOf({ access, id }: FhirRequest): string {
  const owner = requireWriteScope(access, 'u', 'Appointment');
  if (owner !== 'unrestricted' && owner !== id) throw notFound('Patient', id);
  return id;
}
