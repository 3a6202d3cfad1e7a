/**
 * What whoever has a link gets, without a token: a calendar (GET calendar/[secret].ics) and the manifest of a SMART Health Link (POST shared/[secret]). A link that
 * never was, one that has expired and one that was ended answer alike. Each opening is in the audit log before the answer leaves.
 */
import { notSupported } from '@wellspring/profiles';
import type { Request, Response, Router } from 'express';
import express from 'express';
import { accessContext } from '../access/access-context.ts';
import type { FhirRequest, Services } from '../interactions/request.ts';
import { parse } from '../interactions/search.ts';
import { type CalendarDetail, calendarText, type Visit } from '../links/calendar-text.ts';
import { isPasscode, type SealedPasscode } from '../links/passcode.ts';
import { sendPlainJson } from './exchange.ts';
import { commonHeaders } from './headers.ts';
import { readJson } from './read-body.ts';

const FEED = 'calendar-feed';
const SECRET = /^[\w-]{43}$/;
const MOST_BODY = 4096;
const MOST_RECIPIENT = 80;
const DAY_MS = 86_400_000;
const BACK_DAYS = 31;
const AHEAD_DAYS = 366;
const MOST_VISITS = '500';

export function linkRoutes(services: Services): Router {
  const router = express.Router();
  router.get('/calendar/:file', (request, response) => calendar(services, request, response));
  router.post('/shared/:secret', (request, response) => manifest(services, request, response));
  return router;
}

const unknown = () => notSupported('There is no such link, or no longer.');

async function calendar(services: Services, request: Request, response: Response): Promise<void> {
  response.locals.route = 'calendar';
  const secret = String(request.params.file).replace(/\.ics$/, '');
  const link = SECRET.test(secret) ? await services.links.find('calendar', secret) : undefined;
  if (!link) throw unknown();
  const by = String(link.data.by);
  if (!(await mayStill(services, by, link.patient))) throw unknown();
  const visits = await visitsOf(services, link.patient, by);
  await noteOpening(services, response, {
    patient: link.patient,
    client: 'calendar feed',
    type: 'Appointment',
  });
  const text = calendarText(visits, link.data.detail as CalendarDetail);
  response.writeHead(200, {
    ...commonHeaders,
    'Content-Type': 'text/calendar; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** A relation that has ended opens nothing: what a parent or carer made holds for as long as they are that. */
async function mayStill(services: Services, by: string, patient: string): Promise<boolean> {
  const [type, id = ''] = by.split('/');
  if (type !== 'RelatedPerson') return true;
  const access = accessContext({ active: true, client_id: FEED, scope: 'system/RelatedPerson.rs' });
  const found = await services.repository.read(access, 'RelatedPerson', id).catch(() => undefined);
  const person = JSON.parse(found?.body ?? '{}') as {
    active?: boolean;
    patient?: { reference?: string };
    period?: { end?: string };
  };
  const isOver = Date.parse(person.period?.end ?? '') < services.now();
  return person.active !== false && person.patient?.reference === `Patient/${patient}` && !isOver;
}

/** What the one who made the feed may read of the appointments, and no more. */
async function visitsOf(services: Services, patient: string, by: string): Promise<Visit[]> {
  const scope = 'patient/Appointment.rs';
  const access = accessContext({ active: true, client_id: FEED, scope, patient, fhirUser: by });
  const day = (days: number): string => new Date(services.now() + days * DAY_MS).toISOString();
  const query: [string, string][] = [
    ['patient', patient],
    ['date', `ge${day(-BACK_DAYS)}`],
    ['date', `le${day(AHEAD_DAYS)}`],
    ['_count', MOST_VISITS],
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
  const { matches } = await services.repository.search(access, { ...search, total: 'none' });
  return matches.map(({ body }) => JSON.parse(body ?? '{}') as Visit);
}

interface Share {
  readonly expires: number;
  readonly opened: number;
  readonly attempts: number;
  readonly passcode?: SealedPasscode;
}

async function manifest(services: Services, request: Request, response: Response): Promise<void> {
  response.locals.route = 'shared';
  const secret = String(request.params.secret);
  const body = (await readJson(request, MOST_BODY)) as { recipient?: unknown; passcode?: unknown };
  const found = SECRET.test(secret) ? await services.links.find('share', secret) : undefined;
  const share = found?.data as Share | undefined;
  if (!found || !share || share.expires <= services.now() || share.attempts <= 0) throw unknown();
  if (share.passcode) {
    const left = await attempt(services, secret, String(body?.passcode ?? ''), share.passcode);
    if (left !== undefined) {
      sendPlainJson(response, 401, JSON.stringify({ remainingAttempts: left }));
      return;
    }
  }
  const file = await services.links.file('share', secret);
  if (file === undefined) throw unknown();
  const recipient = typeof body?.recipient === 'string' ? body.recipient.slice(0, MOST_RECIPIENT) : '';
  await noteOpening(services, response, {
    patient: found.patient,
    client: `shared link: ${recipient || 'somebody'}`,
    type: 'Patient',
  });
  await services.links.change('share', secret, ({ data }) => ({
    ...data,
    opened: Number(data.opened) + 1,
    lastOpened: services.now(),
    lastRecipient: recipient,
  }));
  const files = [{ contentType: 'application/fhir+json', embedded: file }];
  sendPlainJson(response, 200, JSON.stringify({ files }));
}

/**
 * undefined: it is right. Else how many are left; none left ends the link. An attempt is taken before it is looked at, and given back when it was right: so many
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
  if (left < 0) throw unknown();
  if (!(await isPasscode(typed, passcode))) return left;
  await add(1);
  return undefined;
}

async function noteOpening(
  services: Services,
  response: Response,
  { patient, client, type }: { patient: string; client: string; type: string },
): Promise<void> {
  await services.audit.append([
    {
      at: services.now(),
      action: 'R',
      interaction: 'link',
      status: 200,
      type,
      patients: [patient],
      subject: client,
      client,
      requestId: String(response.locals.requestId),
    },
  ]);
}
