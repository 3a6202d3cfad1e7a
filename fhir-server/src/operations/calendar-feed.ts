/**
 * `Patient/[id]/$calendar-feed`: a private address that calendars subscribe to. POST makes one, in the place of the caller's one before, and is the only answer
 * that holds it (`url`; 409 where another call made one at the same moment, which stays); `detail`: `busy` (default) or `full`. GET tells whether the caller has one (`active`), and every `feed` that they may end; what has ended with what it rests on is none.
 * `$calendar-feed-end` ends the caller's, or the one with this `id`. For whoever may change and search the patient's appointments; it shows what its maker may
 * see of them when it is read, and ends with what that rests on.
 */
import { businessRule, invalid } from '@wellspring/profiles';
import { requireReadCondition } from '../access/read-condition.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import type { Link } from '../links/secret-links.ts';
import { withAllowance } from '../repository/limits/allowance.ts';
import { requirePatient } from './acting-for.ts';
import {
  endLink,
  groundOf,
  isOwn,
  isStanding,
  keepNewest,
  linksOf,
  makerParts,
  requireStanding,
} from './own-links.ts';
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
  const holder = placesOf(patient, ground);
  const refused = () => businessRule('Too many calendar addresses are being made at once: try again.');
  const secret = await withAllowance(allowance, holder, [id], asked, refused, async () => {
    const made = await links.make({ kind: KIND, id, patient, data: { detail, ...ground } });
    const isSame = (link: Link) => isOwn(link, request.access);
    await allowance.giveBack(holder, await keepNewest(services, KIND, { id, patient }, isSame));
    return made;
  });
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
  const ended =
    id === undefined ? await endOwn(services, request) : [await endLink(services, request, KIND, id)];
  for (const link of ended) await services.allowance.giveBack(placesOf(link.patient, link.data), [link.id]);
  return parametersReply({ name: 'active', valueBoolean: false });
}

async function endOwn(services: Services, request: FhirRequest): Promise<readonly Link[]> {
  const own = (await linksOf(services, request, KIND)).filter((link) => isOwn(link, request.access));
  for (const { id } of own) await services.links.end(KIND, request.id, id);
  return own;
}

const placesOf = (patient: string, { by }: { readonly by?: unknown }): string =>
  `feeds/${patient}/${String(by)}`;

const requireFeedRights = (services: Services, request: FhirRequest): Promise<boolean> =>
  requirePatient(services, request, 'u', 'Appointment', request.id);
