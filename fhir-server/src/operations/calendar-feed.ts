/**
 * `Patient/[id]/$calendar-feed`: a private address that calendars subscribe to. POST makes one, in the place of the caller's one before, and is the only answer
 * that holds it (`url`); `detail`: `busy` (default) or `full`. GET tells whether the caller has one (`active`), and every `feed` that they may end; what has ended with what it rests on is none.
 * `$calendar-feed-end` ends the caller's, or the one with this `id`. For whoever may change and search the patient's appointments; it shows what its maker may
 * see of them when it is read, and ends with what that rests on.
 */
import { businessRule, invalid } from '@wellspring/profiles';
import { requireReadCondition } from '../access/read-condition.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { requirePatient } from './acting-for.ts';
import { endLink, groundOf, isOwn, isStanding, linksOf, makerParts, requireStanding } from './own-links.ts';
import { inputOf, parametersReply } from './parameters.ts';
import { withinADay } from './within-a-day.ts';

const KIND = 'calendar';
/** Until the ones before are ended: of many made at once. */
const MOST_FEEDS = 4;
const FOREVER_MS = 100 * 366 * 86_400_000;

export async function makeCalendarFeed(services: Services, request: FhirRequest): Promise<Reply> {
  await requireFeedRights(services, request);
  requireReadCondition(request.access, 'Appointment', 's');
  return withinADay(services, request, 'calendar-feed', () => makeFeed(services, request));
}

async function makeFeed(services: Services, request: FhirRequest): Promise<Reply> {
  const detail = inputOf(request, { detail: 'text' }).one('detail') ?? 'busy';
  if (detail !== 'busy' && detail !== 'full')
    throw invalid("'detail' is 'busy' or 'full'.", 'Parameters.parameter');
  const { links, allowance, now } = services;
  const patient = request.id;
  const ground = groundOf(request.access, 'Appointment');
  await requireStanding(services, ground);
  const id = links.newId();
  const asked = {
    until: now() + FOREVER_MS,
    most: MOST_FEEDS,
    live: async () => new Set((await links.of(KIND, patient)).map((link) => link.id)),
  };
  const holder = `feeds/${patient}/${ground.by}`;
  if (!(await allowance.take(holder, [id], asked)))
    throw businessRule('Too many calendar addresses are being made at once: try again.');
  const secret = await links.make({ kind: KIND, id, patient, data: { detail, ...ground } });
  const former = (await links.of(KIND, patient)).filter(
    (link) => link.id !== id && isOwn(link, request.access),
  );
  for (const link of former) await links.end(KIND, patient, link.id);
  await allowance.giveBack(
    holder,
    former.map((link) => link.id),
  );
  const url = `${services.repository.baseUrl}/calendar/${secret}.ics`;
  return parametersReply({ name: 'url', valueUrl: url }, { name: 'detail', valueCode: detail });
}

export async function calendarFeedState(services: Services, request: FhirRequest): Promise<Reply> {
  await requireFeedRights(services, request);
  const all = await linksOf(services, request, KIND);
  const standing = await Promise.all(all.map(({ data }) => isStanding(services, data)));
  const feeds = all.filter((_link, at) => standing[at]);
  const own = feeds.find((link) => isOwn(link, request.access));
  const told = (name: string, { made, data }: { made: number; data: Readonly<Record<string, unknown>> }) => [
    { name: 'detail', valueCode: String(data.detail) },
    { name, valueInstant: new Date(made).toISOString() },
  ];
  const parts = await Promise.all(
    feeds.map(async (link) => ({
      name: 'feed',
      part: [
        { name: 'id', valueString: link.id },
        ...told('made', link),
        ...(await makerParts(services, link, request.access)),
      ],
    })),
  );
  return parametersReply(
    { name: 'active', valueBoolean: own !== undefined },
    ...(own ? told('since', own) : []),
    ...parts,
  );
}

export async function endCalendarFeed(services: Services, request: FhirRequest): Promise<Reply> {
  await requireFeedRights(services, request);
  const id = inputOf(request, { id: 'text' }).one('id');
  if (id !== undefined) await endLink(services, request, KIND, id);
  else
    for (const link of await linksOf(services, request, KIND))
      if (isOwn(link, request.access)) await services.links.end(KIND, request.id, link.id);
  return parametersReply({ name: 'active', valueBoolean: false });
}

const requireFeedRights = (services: Services, request: FhirRequest): Promise<boolean> =>
  requirePatient(services, request, 'u', 'Appointment', request.id);
