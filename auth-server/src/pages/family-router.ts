/** `/account/family` and its forms, and `/account/invitation`: who may open one's record besides oneself, and what others opened to oneself. */
import { dayIn } from '@wellspring/serving/time-zone';
import { type Request, type Response, Router } from 'express';
import type { InviteProblem } from '../accounts/invitations.ts';
import { isEmail } from '../accounts/new-login.ts';
import { type Entrusted, isKind, isRelation, type Kind, type Limits } from '../fhir/delegation.ts';
import { FhirUnavailable } from '../fhir/fhir-api.ts';
import { namesOf } from '../fhir/shown.ts';
import { field, fields } from '../interactions/step.ts';
import { cookieOptions, hostCookie } from '../provider/cookies.ts';
import type { Account } from '../storage/storage.ts';
import { readCookie } from '../views/cookies.ts';
import { acceptPage, changeLimitsPage, type FamilyView, familyPage } from '../views/family-pages.ts';
import { unavailablePage } from '../views/pages.ts';
import { clinicContact, type Text, t } from '../words/text.ts';
import { type AccountPages, back, done, wrongPassword } from './account-pages.ts';
import { isDay } from './day.ts';
import { INVITATION_COOKIE } from './invitation-router.ts';
import { signedIn } from './signed-in.ts';

const DAY_MS = 86_400_000;
const USUAL_DAYS = 365;
const MOST_DAYS = 5 * 365;
const HERE = '/account/family';

const INVITE_PROBLEMS: Readonly<Record<InviteProblem, Text>> = {
  oneself: 'This is your own address.',
  'has-access': 'Somebody with this address has access already: change their limits instead.',
  invited: 'This address has an invitation already: take it back first.',
  'too-many': 'That were enough invitations for today.',
};

export function familyRouter(pages: AccountPages): Router {
  const { config, family, invitations, shownTo, now, post, audit, isOwner } = pages;
  const router = Router();
  const inDays = (days: number): string => dayIn(clinicContact()?.timeZone ?? 'UTC', now() + days * DAY_MS);
  const days = (): readonly [string, string] => [inDays(0), inDays(MOST_DAYS)];
  /** What is asked of the FHIR server, or the page that says that it is away. */
  const asking =
    (work: (request: Request, response: Response) => Promise<unknown>) =>
    async (request: Request, response: Response): Promise<void> => {
      try {
        await work(request, response);
      } catch (error) {
        if (!(error instanceof FhirUnavailable)) throw error;
        response.status(503).set('Retry-After', '5').send(unavailablePage(config, HERE));
      }
    };

  async function named(account: Account): Promise<FamilyView['entrusted']> {
    const entrusted = await family.entrusted(account);
    const names = await namesOf(
      entrusted.map(({ id, patient }) => ({
        patient,
        shown: shownTo({ accountId: account.id, person: `RelatedPerson/${id}`, patient }),
      })),
    );
    return entrusted.map((each, i) => ({ ...each, of: names[i]?.name ?? each.patient }));
  }

  async function sendFamily(response: Response, more: Partial<FamilyView> = {}): Promise<void> {
    const { account } = signedIn(response);
    const patient = await family.ownRecord(account);
    const view: FamilyView = {
      account,
      own: patient === undefined ? withoutOwn(account) : 'open',
      delegates: patient === undefined ? [] : await family.delegates(patient),
      waiting: patient === undefined ? [] : await invitations.waiting(account.id),
      entrusted: await named(account),
      kinds: ['visits'],
      days: days(),
      ...more,
      values: { until: inDays(USUAL_DAYS), ...more.values },
    };
    response.send(familyPage(config, view));
  }

  /** What is wrong with what was entered, at its fields. */
  function limitProblems({ kinds, until }: Limits): Record<string, string> {
    const [first, last] = days();
    return {
      ...(kinds.length === 0 ? { kind: t('Please choose what they may use.') } : {}),
      ...(kinds.includes('protected') && !kinds.includes('everything')
        ? { kind: t('What is specially protected goes together with everything.') }
        : {}),
      ...(isDay(until) && until >= first && until <= last
        ? {}
        : { until: t('Please enter a day from today on, at most five years ahead.') }),
    };
  }

  router.get(
    '/family',
    asking((request, response) => sendFamily(response, { done: done(request) })),
  );

  router.post(
    '/family/invite',
    ...post,
    asking(async (request, response) => {
      const { account } = signedIn(response);
      const patient = await family.ownRecord(account);
      if (patient === undefined) return response.redirect(303, HERE);
      const limits = limitsOf(request);
      const values = valuesOf(request);
      const again = (status: number, problems: Readonly<Record<string, string | undefined>>) =>
        sendFamily(response.status(status), { values, kinds: limits.kinds, problems });
      const { relation = '' } = values;
      const problems = { ...nameProblems(values), ...limitProblems(limits), ...passwordProblem(request) };
      if (Object.keys(problems).length > 0 || !isRelation(relation)) return again(400, problems);
      if (!(await isOwner(request, response))) return again(401, wrongPassword(request).problems ?? {});
      const details = { ...limits, patient, relation, ...personOf(values) };
      const refused = await invitations.invite(account, details, request.ip ?? '');
      if (refused) return again(refused === 'too-many' ? 429 : 400, { email: t(INVITE_PROBLEMS[refused]) });
      return back(response, HERE, 'invited');
    }),
  );

  router.post('/family/withdraw', ...post, async (request, response) => {
    const isMine = await invitations.withdraw(
      signedIn(response).account.id,
      field(request, 'invitation'),
      request.ip ?? '',
    );
    return isMine ? back(response, HERE, 'invitation-off') : response.redirect(303, HERE);
  });

  /** Of the record of whoever is signed in. */
  async function delegate(response: Response, id: string) {
    const patient = await family.ownRecord(signedIn(response).account);
    if (patient === undefined) return undefined;
    const person = await family.delegate(patient, id);
    return person && { patient, person };
  }
  const sendChange = (response: Response, person: Entrusted, more: Partial<FamilyView> = {}) =>
    response.send(
      changeLimitsPage(config, {
        account: signedIn(response).account,
        person,
        kinds: person.kinds,
        days: days(),
        values: { until: person.until },
        ...more,
      }),
    );
  router.get(
    '/family/change',
    asking(async (request, response) => {
      const found = await delegate(response, String(request.query.person));
      return found ? sendChange(response, found.person) : response.redirect(303, HERE);
    }),
  );
  router.post(
    '/family/change',
    ...post,
    asking(async (request, response) => {
      const found = await delegate(response, field(request, 'person'));
      if (!found) return response.redirect(303, HERE);
      const { patient, person } = found;
      const limits = limitsOf(request);
      const again = (status: number, problems: Readonly<Record<string, string | undefined>>) =>
        sendChange(response.status(status), person, {
          kinds: limits.kinds,
          values: { until: limits.until },
          problems,
        });
      const problems = { ...limitProblems(limits), ...passwordProblem(request) };
      if (Object.keys(problems).length > 0) return again(400, problems);
      if (!(await isOwner(request, response))) return again(401, wrongPassword(request).problems ?? {});
      if (!(await family.change(patient, person.id, limits))) return response.redirect(303, HERE);
      await audit(request, response, 'family access changed');
      return back(response, HERE, 'limits');
    }),
  );

  router.post(
    '/family/end',
    ...post,
    asking(async (request, response) => {
      const patient = await family.ownRecord(signedIn(response).account);
      const person = field(request, 'person');
      const isEnded = patient !== undefined && (await family.end(patient, person));
      if (isEnded) await audit(request, response, 'family access ended');
      // In another tab, or by themselves: it is ended all the same.
      else if (patient === undefined || (await family.delegate(patient, person)))
        return response.redirect(303, HERE);
      return back(response, HERE, 'access-off');
    }),
  );
  router.post(
    '/family/leave',
    ...post,
    asking(async (request, response) => {
      const isLeft = await family.leave(signedIn(response).account, field(request, 'person'));
      if (!isLeft) return response.redirect(303, HERE);
      await audit(request, response, 'family access left');
      return back(response, HERE, 'access-left');
    }),
  );

  const cookie = hostCookie(config, INVITATION_COOKIE);
  router.get(
    '/invitation',
    asking(async (request, response) => {
      const { account } = signedIn(response);
      const invitation = await invitations.find(readCookie(request, cookie));
      const refusal = invitation && (await invitations.problemOf(invitation, account));
      response.send(acceptPage(config, { account, invitation, refusal }));
    }),
  );
  router.post(
    '/invitation',
    ...post,
    asking(async (request, response) => {
      const { account } = signedIn(response);
      const secret = readCookie(request, cookie) ?? '';
      const isAccepted = field(request, 'answer') === 'yes';
      const answer = isAccepted ? invitations.accept : invitations.decline;
      const refusal = await answer(secret, account, request.ip ?? '');
      if (refusal)
        return response.status(400).send(acceptPage(config, { account, invitation: undefined, refusal }));
      response.clearCookie(cookie, cookieOptions(config));
      return back(response, HERE, isAccepted ? 'accepted' : 'declined');
    }),
  );
  return router;
}

const withoutOwn = ({ persons }: Account): 'young' | 'none' =>
  persons.some((person) => person.startsWith('Patient/')) ? 'young' : 'none';

/** What everything includes need not be ticked as well. */
function limitsOf(request: Request): Limits {
  const ticked: readonly Kind[] = fields(request, 'kind').filter(isKind);
  const kinds = ticked.includes('everything')
    ? ticked.filter((kind) => kind === 'everything' || kind === 'protected')
    : ticked;
  return { kinds: [...new Set(kinds)], until: field(request, 'until') };
}

const NAMES = ['given', 'family', 'email', 'relation', 'until'] as const;
type Values = Readonly<Record<(typeof NAMES)[number], string>>;

const valuesOf = (request: Request): Values =>
  Object.fromEntries(
    NAMES.map((name) => [
      name,
      field(request, name)
        .replace(/\p{Cc}/gu, '')
        .trim()
        .slice(0, 254),
    ]),
  ) as Values;

const personOf = ({ given, family, email }: Values) => ({ given, family, email: email.toLowerCase() });

/** Left empty it is told with the other fields. */
const passwordProblem = (request: Request): Readonly<Record<string, string | undefined>> =>
  field(request, 'current') === '' ? (wrongPassword(request).problems ?? {}) : {};

function nameProblems({ given, family, email }: Values): Record<string, string> {
  return {
    ...(given === '' ? { given: t('Please enter their first name.') } : {}),
    ...(family === '' ? { family: t('Please enter their last name.') } : {}),
    ...(isEmail(email) ? {} : { email: t('Please enter a whole e-mail address.') }),
  };
}
