/**
 * What whoever has a link gets, without a token: a calendar (GET calendar/[secret].ics), the manifest of a SMART Health Link (POST shared/[secret]), and its file by
 * itself, where the manifest may not hold it (GET shared/[secret]/[ticket]), or who opens it wants no manifest (the flag U: GET shared/[secret]?recipient=…). A link that never was, one that has expired and one that was ended answer alike. Each opening is in the audit log before the answer leaves.
 */
import { FhirError, invalid, notSupported } from '@wellspring/profiles';
import type { Request, Response, Router } from 'express';
import express from 'express';
import type { AccessContext } from '../access/access-context.ts';
import type { KeptAccess } from '../access/standing.ts';
import { createBreath } from '../breath.ts';
import { parse } from '../interactions/parse.ts';
import type { FhirRequest, Services } from '../interactions/request.ts';
import { type CalendarDetail, calendarText, type Visit } from '../links/calendar-text.ts';
import { type FileTicket, newTicket, ticketFor, withTicket } from '../links/file-tickets.ts';
import { isPasscode, type SealedPasscode } from '../links/passcode.ts';
import type { Link } from '../links/secret-links.ts';
import { requirePatient } from '../operations/acting-for.ts';
import { PAGE_ROOM } from '../page-room.ts';
import type { Cursor } from '../search/query.ts';
import { sendPlainJson } from './exchange.ts';
import { commonHeaders } from './headers.ts';
import { readJson } from './read-body.ts';

const SECRET = /^[\w-]{43}$/;
const MOST_BODY = 4096;
const MOST_RECIPIENT = 80;
const DAY_MS = 86_400_000;
const BACK_DAYS = 31;
const AHEAD_DAYS = 366;
const MOST_VISITS = 500;
const PAGE = 100;

export function linkRoutes(services: Services): Router {
  const router = express.Router();
  router.get('/calendar/:file', (request, response) => calendar(services, request, response));
  router.post('/shared/:secret', (request, response) => manifest(services, request, response));
  router.get('/shared/:secret', (request, response) => directFile(services, request, response));
  router.get('/shared/:secret/:ticket', (request, response) => sharedFile(services, request, response));
  return router;
}

const unknown = () => notSupported('There is no such link, or no longer.');

async function calendar(services: Services, request: Request, response: Response): Promise<void> {
  response.locals.route = 'calendar';
  const secret = String(request.params.file).replace(/\.ics$/, '');
  const link = SECRET.test(secret) ? await services.links.find('calendar', secret) : undefined;
  if (!link) throw unknown();
  const access = await reopened(services, link, 'u', 'Appointment');
  if (!access) throw await refused(services, response, link, 'calendar feed');
  const visits = await visitsOf(services, link.patient, access);
  await noteOpening(services, response, link, { client: 'calendar feed', type: 'Appointment' });
  const text = calendarText(visits, link.data.detail as CalendarDetail);
  response.writeHead(200, {
    ...commonHeaders,
    'Content-Type': 'text/calendar; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** What the one who made it may still do for the patient; undefined: what it rested on has ended. */
async function reopened(
  services: Services,
  { patient, data }: Link,
  interaction: 'c' | 'u',
  type: string,
): Promise<AccessContext | undefined> {
  const { kept } = data as { kept?: KeptAccess };
  const access = kept && (await services.reopen(kept));
  if (!access) return undefined;
  try {
    await requirePatient(services, { access }, interaction, type, patient);
  } catch (error) {
    if (error instanceof FhirError && error.status < 500) return undefined;
    throw error;
  }
  return access;
}

/** What the one who made the feed may read of the appointments, and no more. */
async function visitsOf(services: Services, patient: string, access: AccessContext): Promise<Visit[]> {
  const day = (days: number): string => new Date(services.now() + days * DAY_MS).toISOString();
  const query: [string, string][] = [
    ['patient', patient],
    ['date', `ge${day(-BACK_DAYS)}`],
    ['date', `le${day(AHEAD_DAYS)}`],
    ['_count', String(PAGE)],
  ];
  const asked: FhirRequest = {
    access,
    type: 'Appointment',
    id: '',
    version: '',
    query,
    headers: {},
    resource: undefined,
  };
  const search = await parse(services, asked, 'Appointment', query);
  const visits: Visit[] = [];
  const breath = createBreath();
  let after: Cursor | undefined;
  do {
    await breath();
    const page = { ...search, after, total: 'none', room: PAGE_ROOM } as const;
    const { matches, next } = await services.repository.search(access, page);
    visits.push(...matches.map(({ body }) => JSON.parse(body ?? '{}') as Visit));
    after = next;
  } while (after && visits.length < MOST_VISITS);
  return visits.slice(0, MOST_VISITS);
}

interface Share {
  readonly expires: number;
  readonly opened: number;
  readonly attempts: number;
  readonly passcode?: SealedPasscode;
  readonly tickets?: readonly FileTicket[];
}

const opened = (data: Link['data'], lastRecipient: string, now: number): Link['data'] => ({
  ...data,
  opened: Number(data.opened) + 1,
  lastOpened: now,
  lastRecipient,
});

/** What whoever opens it calls themself, as the patient and the log are told: what can't be seen, and what turns the direction of others' words, is left out. */
const shownAs = (recipient: string): string =>
  recipient
    .slice(0, MOST_RECIPIENT)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .trim();

/** The patient is told who opened it: either way of opening asks for that, before a passcode is tried. */
const nobody = (): Error => invalid("The link is opened with a 'recipient': who asks.", 'recipient');

/** Open as such, whoever asks. */
const holds = ({ expires, attempts }: Share, now: number): boolean => expires > now && attempts > 0;

async function manifest(services: Services, request: Request, response: Response): Promise<void> {
  response.locals.route = 'shared';
  const secret = String(request.params.secret);
  const body = (await readJson(request, { bytes: MOST_BODY, values: MOST_BODY })) as {
    recipient?: unknown;
    passcode?: unknown;
    embeddedLengthMax?: unknown;
  };
  const found = SECRET.test(secret) ? await services.links.find('share', secret) : undefined;
  const share = found?.data as Share | undefined;
  if (!found || !share) throw unknown();
  const recipient = typeof body?.recipient === 'string' ? shownAs(body.recipient) : '';
  const client = `shared link: ${recipient || 'somebody'}`;
  const most = embeddedMost(body?.embeddedLengthMax);
  if (!holds(share, services.now()) || !(await reopened(services, found, 'c', 'DocumentReference')))
    throw await refused(services, response, found, client);
  if (recipient === '') throw nobody();
  if (share.passcode) {
    const left = await attempt(services, secret, String(body?.passcode ?? ''), share.passcode);
    if (left !== undefined && left < 0) throw await refused(services, response, found, client);
    if (left !== undefined) {
      await noteOpening(services, response, found, { client, type: 'Patient', status: 401 });
      sendPlainJson(response, 401, JSON.stringify({ remainingAttempts: left }));
      return;
    }
  }
  const file = await services.links.file('share', secret);
  if (file === undefined) throw unknown();
  await noteOpening(services, response, found, { client, type: 'Patient' });
  const now = services.now();
  const { secret: name, ticket } = newTicket(recipient, now);
  const isEmbedded = file.length <= most;
  await services.links.change('share', secret, ({ data }) => ({
    ...opened(data, recipient, now),
    ...(isEmbedded ? {} : { tickets: withTicket((data as Partial<Share>).tickets, ticket, now) }),
  }));
  const content = isEmbedded
    ? { embedded: file }
    : { location: `${services.repository.baseUrl}/shared/${secret}/${name}` };
  sendPlainJson(
    response,
    200,
    JSON.stringify({ status: 'finalized', files: [{ contentType: 'application/fhir+json', ...content }] }),
  );
}

/** Characters of a JWE that the one who asks takes in the manifest itself. */
function embeddedMost(asked: unknown): number {
  if (asked === undefined) return Number.POSITIVE_INFINITY;
  if (!Number.isInteger(asked) || (asked as number) < 0)
    throw invalid("'embeddedLengthMax' takes a whole number.", 'embeddedLengthMax');
  return asked as number;
}

/** What the manifest told of: as long as the link opens, and for some minutes. */
async function sharedFile(services: Services, request: Request, response: Response): Promise<void> {
  response.locals.route = 'shared';
  const [secret, name] = [String(request.params.secret), String(request.params.ticket)];
  const found = SECRET.test(secret) ? await services.links.find('share', secret) : undefined;
  const share = found?.data as Share | undefined;
  const ticket = share && ticketFor(share.tickets, name, services.now());
  if (!found || !share || !ticket) throw unknown();
  sendFile(response, await fileOf(services, response, { secret, found }, ticket.recipient || 'somebody'));
}

/** Without a manifest, and so for a link without a passcode only: one with it is not there by this way. Who asks must say who they are. */
async function directFile(services: Services, request: Request, response: Response): Promise<void> {
  response.locals.route = 'shared';
  const secret = String(request.params.secret);
  const { recipient } = request.query;
  const lastRecipient = typeof recipient === 'string' ? shownAs(recipient) : '';
  const found = SECRET.test(secret) ? await services.links.find('share', secret) : undefined;
  if (!found || (found.data as Partial<Share>).passcode) throw unknown();
  if (lastRecipient === '') throw nobody();
  const file = await fileOf(services, response, { secret, found }, lastRecipient);
  await services.links.change('share', secret, ({ data }) => opened(data, lastRecipient, services.now()));
  sendFile(response, file);
}

/** As long as the link opens; that it is handed out is in the audit log. */
async function fileOf(
  services: Services,
  response: Response,
  { secret, found }: { readonly secret: string; readonly found: Link },
  recipient: string,
): Promise<string> {
  const client = `shared link: ${recipient}`;
  const isOpen =
    holds(found.data as unknown as Share, services.now()) &&
    (await reopened(services, found, 'c', 'DocumentReference'));
  const file = isOpen ? await services.links.file('share', secret) : undefined;
  if (file === undefined) throw await refused(services, response, found, client);
  await noteOpening(services, response, found, { client, type: 'Patient' });
  return file;
}

function sendFile(response: Response, file: string): void {
  response.writeHead(200, {
    ...commonHeaders,
    'Content-Type': 'application/jose',
    'Content-Length': Buffer.byteLength(file),
  });
  response.end(file);
}

/**
 * undefined: it is right. Else how many are left; none left ends the link, less than none: it had ended. An attempt is taken before it is looked at, and given back when it was right: so many
 * at once are no more than so many one after the other.
 */
async function attempt(
  services: Services,
  secret: string,
  typed: string,
  passcode: SealedPasscode,
): Promise<number | undefined> {
  const add = (count: number) =>
    services.links.change('share', secret, ({ data }) => ({
      ...data,
      attempts: Number(data.attempts) + count,
    }));
  const left = Number((await add(-1))?.data.attempts ?? -1);
  if (left < 0) return left;
  if (!(await isPasscode(typed, passcode))) return left;
  await add(1);
  return undefined;
}

/** R20: a link that was, and opens nothing now. Its answer is that of one that never was. */
async function refused(services: Services, response: Response, link: Link, client: string): Promise<Error> {
  await noteOpening(services, response, link, { client, type: 'Patient', status: 404 });
  return unknown();
}

async function noteOpening(
  services: Services,
  response: Response,
  { patient }: Link,
  { client, type, status = 200 }: { client: string; type: string; status?: number },
): Promise<void> {
  await services.audit.append([
    {
      at: services.now(),
      action: 'R',
      interaction: 'link',
      status,
      type,
      patients: [patient],
      subject: client,
      client,
      requestId: String(response.locals.requestId),
    },
  ]);
}
