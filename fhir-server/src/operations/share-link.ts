/**
 * `Patient/[id]/$share-link`: a SMART Health Link (HL7, SMART Health Cards and Links 1.0): the app seals a file with a key that only the link holds, and this
 * server keeps the sealed file until `expires`. POST: `file` (compact JWE), `label`, `expires` (instant, a year at most), `passcode` (optional, 6 characters or
 * more), `identity` (of the person's wish, optional: a link that was made for the same one, and whose answer never arrived, ends; 409 where another call made one at the same moment, which stays); answers with the `url` of the manifest. GET: the links that there are, whether they still open (`active`), who made them, and who opened them. `$share-link-end` with `id` ends one. For
 * whoever may hand in documents for the patient; a link ends with what that rests on.
 */
import { invalid, tooMany } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { sealPasscode } from '../links/passcode.ts';
import type { Link } from '../links/secret-links.ts';
import { withAllowance } from '../repository/limits/allowance.ts';
import { dateRange } from '../search/date-range.ts';
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
import { inputOf, ofKind, parametersReply } from './parameters.ts';
import { withinADay } from './within-a-day.ts';

const KIND = 'share';
const YEAR_MS = 366 * 86_400_000;
const MOST_FILE = 1_500_000;
const MOST_LABEL = 80;
const LEAST_PASSCODE = 6;
/** Well under what a list holds: no link may be out that its owner does not see. */
const MOST_LINKS = 50;
const MOST_EXPIRED = 25;
/** Wrong passcodes over the life of a link. */
const ATTEMPTS = 10;
const IDENTITY = /^[\w-]{1,64}$/;
const JWE = /^[\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+$/;

export async function makeShareLink(services: Services, request: FhirRequest): Promise<Reply> {
  await requireLinkRights(services, request);
  return withinADay(services, request, 'share-link', () => makeLink(services, request));
}

async function makeLink(services: Services, request: FhirRequest): Promise<Reply> {
  const patient = request.id;
  const input = inputOf(request, {
    ...ofKind(['file', 'label', 'passcode', 'identity'], 'text'),
    expires: 'date',
  });
  const [file = '', label = '', passcode, identity] = ['file', 'label', 'passcode', 'identity'].map((name) =>
    input.one(name),
  );
  const expires = dateRange(input.one('expires') ?? '')?.low ?? Number.NaN;
  const now = services.now();
  const fault = (text: string): never => {
    throw invalid(text, 'Parameters.parameter');
  };
  if (!JWE.test(file) || file.length > MOST_FILE) fault("'file' takes a compact JWE of 1.5 MB at most.");
  if (!(expires > now && expires <= now + YEAR_MS)) fault("'expires' takes an instant within the next year.");
  if (label.length > MOST_LABEL) fault(`'label' has ${MOST_LABEL} characters at most.`);
  if (passcode !== undefined && passcode.length < LEAST_PASSCODE)
    fault(`'passcode' has ${LEAST_PASSCODE} characters at least.`);
  if (identity !== undefined && !IDENTITY.test(identity)) fault("'identity' has 64 characters at most.");
  if (identity !== undefined) await endEarlier(services, request, identity);
  const ground = groundOf(request.access, 'DocumentReference');
  await requireStanding(services, ground);
  const id = services.links.newId();
  const data = {
    ...ground,
    label,
    expires,
    opened: 0,
    attempts: ATTEMPTS,
    ...(identity === undefined ? {} : { identity }),
    ...(passcode === undefined ? {} : { passcode: await sealPasscode(passcode) }),
  };
  const secret = await inAPlace(services, patient, id, expires, async () => {
    const made = await services.links.make({ kind: KIND, id, patient, data }, file);
    if (identity === undefined) return made;
    // Of those made for one wish at one moment: pressed in two tabs.
    const ended = await keepNewest(services, KIND, { id, patient }, isOf(request.access, identity));
    await services.allowance.giveBack(placesOf(patient), ended);
    return made;
  });
  return parametersReply({ name: 'url', valueUrl: `${services.repository.baseUrl}/shared/${secret}` });
}

export async function shareLinks(services: Services, request: FhirRequest): Promise<Reply> {
  await requireLinkRights(services, request);
  const links = await linksOf(services, request, KIND);
  return parametersReply(
    ...(await Promise.all(links.map((link) => described(services, link, request.access)))),
  );
}

export async function endShareLink(services: Services, request: FhirRequest): Promise<Reply> {
  await requireLinkRights(services, request);
  const id = inputOf(request, { id: 'text' }).one('id') ?? '';
  await endLink(services, request, KIND, id);
  await services.allowance.giveBack(placesOf(request.id), [id]);
  return parametersReply({ name: 'active', valueBoolean: false });
}

const isOf = (access: AccessContext, identity: string) => (link: Link) =>
  isOwn(link, access) && link.data.identity === identity;

/** Its address went out once, and to nobody: it opens nothing that anybody could find. */
async function endEarlier(services: Services, request: FhirRequest, identity: string): Promise<void> {
  for (const link of (await linksOf(services, request, KIND)).filter(isOf(request.access, identity))) {
    await services.links.end(KIND, request.id, link.id);
    await services.allowance.giveBack(placesOf(request.id), [link.id]);
  }
}

const requireLinkRights = (services: Services, request: FhirRequest): Promise<boolean> =>
  requirePatient(services, request, 'c', 'DocumentReference', request.id);

const placesOf = (patient: string): string => `share-links/${patient}`;

/** X15: before the link is made, so that many at once are no more than one after the other. */
async function inAPlace<T>(
  { links, allowance, now }: Services,
  patient: string,
  id: string,
  until: number,
  make: () => Promise<T>,
): Promise<T> {
  const expired = (await links.of(KIND, patient)).filter(({ data }) => Number(data.expires) <= now());
  // What has expired is shown for a while, and makes room before anything would be left out of the list.
  if (expired.length >= MOST_EXPIRED) for (const link of expired) await links.end(KIND, patient, link.id);
  const asked = {
    until,
    most: MOST_LINKS,
    live: async () => new Set((await links.of(KIND, patient)).map((link) => link.id)),
  };
  const refused = (): Error => tooMany(`There are ${MOST_LINKS} links already: end one first.`);
  return withAllowance(allowance, placesOf(patient), [id], asked, refused, make);
}

async function described(services: Services, link: Link, access: AccessContext): Promise<object> {
  const { id, made, data } = link;
  const { label, expires, opened, lastOpened, lastRecipient, passcode } = data as {
    label: string;
    expires: number;
    opened: number;
    lastOpened?: number;
    lastRecipient?: string;
    passcode?: object;
  };
  const instant = (time: number): string => new Date(time).toISOString();
  return {
    name: 'link',
    part: [
      { name: 'id', valueString: id },
      ...(label === '' ? [] : [{ name: 'label', valueString: label }]),
      { name: 'made', valueInstant: instant(made) },
      { name: 'expires', valueInstant: instant(expires) },
      { name: 'active', valueBoolean: expires > services.now() && (await isStanding(services, data)) },
      { name: 'passcode', valueBoolean: passcode !== undefined },
      { name: 'opened', valueInteger: opened },
      ...(await makerParts(services, link, access)),
      ...(lastOpened === undefined ? [] : [{ name: 'lastOpened', valueInstant: instant(lastOpened) }]),
      ...(lastRecipient ? [{ name: 'lastRecipient', valueString: lastRecipient }] : []),
    ],
  };
}
