/** In which language a request is answered: chosen by a link of the page, named by the app (`ui_locales`, OpenID Connect Core 3.1.2.1), else the browser's. */
import type { Request, RequestHandler } from 'express';
import type { Config } from '../config.ts';
import type { Clinic } from '../fhir/clinic.ts';
import { cookieOptions, hostCookie } from '../provider/cookies.ts';
import { readCookie } from '../views/cookies.ts';
import { type Language, readAs } from './text.ts';

const COOKIE = 'language';
const YEAR_MS = 365 * 86_400_000;
/** A page of this server, and nothing that a browser might take for another one. */
const OWN_PATH = /^\/(?!\/)[\w/.-]*$/;

export function readers(config: Config, clinic: Clinic): RequestHandler {
  const name = hostCookie(config, COOKIE);
  return (request, response, next) => {
    const asked = firstKnown(String(request.query.ui_locales ?? '').split(' '));
    if (asked) response.cookie(name, asked, { ...cookieOptions(config), maxAge: YEAR_MS });
    const language = asked ?? firstKnown([readCookie(request, name) ?? '']) ?? browserLanguage(request);
    readAs({ language, path: pathOf(request), clinic: clinic.current }, next);
  };
}

/** `GET /language?to=es&back=/sign-up` */
export function chooseLanguage(config: Config): RequestHandler {
  return (request, response) => {
    const chosen = firstKnown([String(request.query.to)]) ?? 'en';
    const back = String(request.query.back);
    response.cookie(hostCookie(config, COOKIE), chosen, { ...cookieOptions(config), maxAge: YEAR_MS });
    response.redirect(303, OWN_PATH.test(back) ? back : '/');
  };
}

function firstKnown(tags: readonly string[]): Language | undefined {
  const found = tags.find((tag) => /^(en|es)\b/i.test(tag));
  if (found === undefined) return undefined;
  return found.toLowerCase().startsWith('es') ? 'es' : 'en';
}

const browserLanguage = (request: Request): Language =>
  firstKnown(request.acceptsLanguages().map(String)) ?? 'en';

/** A page that answers a form is asked for where the form was. */
function pathOf(request: Request): string {
  const path = request.originalUrl.split('?')[0] ?? '/';
  if (request.method === 'GET') return path;
  const interaction = /^.*\/interaction\/[^/]+/.exec(path);
  if (interaction) return interaction[0];
  return path.startsWith('/account') ? '/account' : path;
}
