/**
 * `Patient/[id]/$calendar-feed`: a private address that calendars subscribe to. POST makes one, in the place of the one before, and is the only answer that
 * holds it (`url`); `detail`: `busy` (default) or `full`. GET tells whether there is one. `$calendar-feed-end` ends it. For whoever may change the patient's appointments.
 */
import { invalid } from '@wellspring/profiles';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import type { Link } from '../links/secret-links.ts';
import { linksOf, makerOf, patientOf } from './own-links.ts';
import { inputOf, parametersReply } from './parameters.ts';

const KIND = 'calendar';

export async function makeCalendarFeed(services: Services, request: FhirRequest): Promise<Reply> {
  const patient = patientOf(request, 'u', 'Appointment');
  const detail = inputOf(request, ['detail']).one('detail') ?? 'busy';
  if (detail !== 'busy' && detail !== 'full')
    throw invalid("'detail' is 'busy' or 'full'.", 'Parameters.parameter');
  await endOwn(services, request, patient);
  const secret = await services.links.make(KIND, patient, { detail, by: makerOf(request.access) });
  const url = `${services.repository.baseUrl}/calendar/${secret}.ics`;
  return parametersReply({ name: 'url', valueUrl: url }, { name: 'detail', valueCode: detail });
}

export async function calendarFeedState(services: Services, request: FhirRequest): Promise<Reply> {
  const [link] = await ownFeeds(services, request, patientOf(request, 'u', 'Appointment'));
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
  await endOwn(services, request, patientOf(request, 'u', 'Appointment'));
  return parametersReply({ name: 'active', valueBoolean: false });
}

/** One for each who makes one: a parent's does not end the patient's own. */
async function ownFeeds(services: Services, request: FhirRequest, patient: string): Promise<Link[]> {
  const feeds = await linksOf(services, request, KIND, patient);
  return feeds.filter(({ data }) => data.by === makerOf(request.access));
}

async function endOwn(services: Services, request: FhirRequest, patient: string): Promise<void> {
  for (const { id } of await ownFeeds(services, request, patient))
    await services.links.end(KIND, patient, id);
}
