/** The pages of family access: who may open one's record, within which limits; and what others have opened to oneself. */
import type { Delegate } from '../accounts/family.ts';
import type { AcceptProblem, Invitation } from '../accounts/invitations.ts';
import { type Entrusted, KINDS, type Kind, RELATIONS, type Relation } from '../fhir/delegation.ts';
import { fill, language, type Text, t } from '../words/text.ts';
import type { AccountView, FormView } from './account-pages.ts';
import { type Html, html } from './html.ts';
import {
  alert,
  askedForm,
  buttonForm,
  dayOf,
  notice,
  type PageSettings,
  page,
  textField,
  time,
} from './layout.ts';
import { type NewLoginView, newLoginFields } from './sign-up-pages.ts';

const KIND_WORDS: Readonly<Record<Kind, readonly [title: Text, detail: Text]>> = {
  visits: ['Visits and appointments', 'See, book, move and cancel visits'],
  messages: ['Messages', 'Read the messages with the care team, and write in your name'],
  records: [
    'Results and records',
    'Test results, medicines, health problems and documents; ask for refills, hand in measurements',
  ],
  everything: [
    'Everything but what is specially protected',
    'All of this, and insurance, forms, and who looked at the record',
  ],
  protected: [
    'Also what is specially protected',
    'What was marked as confidential, for example of mental or sexual health. Only together with everything.',
  ],
};

const RELATION_WORDS: Readonly<Record<Relation, Text>> = {
  spouse: 'Husband, wife or partner',
  parent: 'Mother or father',
  child: 'Son or daughter',
  sibling: 'Sister or brother',
  relative: 'Another relative',
  friend: 'Friend or neighbor',
  proxy: 'Person with a health care power of attorney',
};

/** "1 June 2027" */
function day(date: string): string {
  const at = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(at) ? date : dayOf(at);
}

/** The same sentence for both sides. */
function sentence({ kinds, until }: Pick<Entrusted, 'kinds' | 'until'>): Html {
  const list = new Intl.ListFormat(language(), { type: 'conjunction' });
  const what = list.format(kinds.map((kind) => t(KIND_WORDS[kind][0])));
  return html`<p>${t('May use: {what}. Until {day}.', { what, day: day(until) })}</p>`;
}

const nameOf = ({ given, family }: Pick<Entrusted, 'given' | 'family'>): string =>
  `${given} ${family}`.trim();

export interface FamilyView extends AccountView, FormView {
  /** Their own record: to be opened to others; not before they are of age; or there is none. */
  readonly own: 'open' | 'young' | 'none';
  readonly delegates: readonly Delegate[];
  readonly waiting: readonly Invitation[];
  /** With the name of whose record it is, as far as they may see it. */
  readonly entrusted: readonly (Entrusted & { readonly of: string })[];
  /** As they were ticked. */
  readonly kinds: readonly string[];
  /** The earliest and the latest last day. */
  readonly days: readonly [first: string, last: string];
}

export function familyPage(settings: PageSettings, view: FamilyView): string {
  const { account, done, problem } = view;
  return page(
    settings,
    t('Family access'),
    html`<h1>${t('Family access')}</h1>${notice(done)}${alert(problem)}
${view.own === 'open' && ownPart(view)}
${view.own === 'young' && html`<p>${t('You can open your own record to others here once the clinic has it for you as an adult.')}</p>`}
${view.own === 'none' && view.entrusted.length === 0 && html`<p>${t('No record was opened to you.')}</p>`}
${entrustedPart(settings, view)}`,
    { menu: '/account/family', isAdministrator: account.role === 'administrator' },
  );
}

function ownPart(view: FamilyView): Html {
  const people = view.delegates.map(
    (each) => html`<li><h3>${nameOf(each)}</h3>
<p class="muted">${t(RELATION_WORDS[each.relation])} · ${each.email}</p>${sentence(each)}
<p class="muted">${each.lastOpenedAt === undefined ? t('Not opened yet.') : fill('Last opened {time}.', { time: time(each.lastOpenedAt) })}</p>
<p><a href="/account/family/change?person=${each.id}">${t('Change the limits of {name}', { name: each.given })}</a></p>
${askedForm('/account/family/end', t('End the access of {name}', { name: each.given }), {
  follows: t(
    '{name} can’t open your record from now on. To open it again, you invite them anew, and they accept.',
    { name: each.given },
  ),
  hidden: { person: each.id },
  back: '/account/family',
})}</li>`,
  );
  const invited = view.waiting.map(
    (each) => html`<li><h3>${nameOf(each)}</h3>
<p class="muted">${t(RELATION_WORDS[each.relation])} · ${each.email}</p>${sentence(each)}
<p class="muted">${fill('Invited; the link is good until {time}.', { time: time(each.goodUntil) })}</p>
${buttonForm('/account/family/withdraw', t('Take back the invitation of {name}', { name: each.given }), { invitation: each.id }, 'secondary')}</li>`,
  );
  return html`<section aria-labelledby="people-title"><h2 id="people-title">${t('Who can open your record')}</h2>
${people.length > 0 ? html`<ul class="rows">${people}</ul>` : html`<p>${t('Nobody whom you invited.')}</p>`}
<p class="muted">${t('Parents and carers whom the clinic has on record are the clinic’s to change; ask it about them.')}</p></section>
${invited.length > 0 && html`<section aria-labelledby="waiting-title"><h2 id="waiting-title">${t('Waiting for an answer')}</h2><ul class="rows">${invited}</ul></section>`}
<section aria-labelledby="invite-title"><h2 id="invite-title">${t('Invite somebody')}</h2>${inviteForm(view)}</section>`;
}

function inviteForm(view: FamilyView): Html {
  const { values = {}, problems = {} } = view;
  const options = Object.keys(RELATIONS).map(
    (each) =>
      html`<option value="${each}" ${values.relation === each && html`selected`}>${t(RELATION_WORDS[each as Relation])}</option>`,
  );
  return html`<p>${t('They get a link by e-mail, and sign in with an account of their own. Nobody who helps you needs your password.')}</p>
<form method="post" novalidate action="/account/family/invite">
${textField({ name: 'given', label: t('First name'), value: values.given, problem: problems.given })}
${textField({ name: 'family', label: t('Last name'), value: values.family, problem: problems.family })}
${textField({ name: 'email', label: t('Their e-mail'), type: 'email', value: values.email, problem: problems.email })}
<label for="relation">${t('What they are to you')}</label><select id="relation" name="relation">${options}</select>
${limitFields(view)}
${passwordField(problems.current)}
<button class="primary" type="submit">${t('Send the invitation')}</button></form>`;
}

type LimitView = Pick<FamilyView, 'values' | 'problems' | 'kinds' | 'days'>;

function limitFields({ values = {}, problems = {}, kinds, days }: LimitView): Html {
  const choices = KINDS.map((kind, i) => {
    const [title, detail] = KIND_WORDS[kind];
    return html`<label class="choice"><input type="checkbox" name="kind" value="${kind}" ${kinds.includes(kind) && html`checked`} ${problems.kind && html`${i === 0 && html`autofocus`} aria-invalid="true" aria-describedby="kind-problem"`}>
<span><strong>${t(title)}</strong><small>${t(detail)}</small></span></label>`;
  });
  return html`<fieldset><legend>${t('What they may use')}</legend>
${problems.kind && html`<p class="problem" id="kind-problem">${problems.kind}</p>`}${choices}</fieldset>
<p class="muted">${t('Nobody whom you invite can change your contact details, your account, or who else has access.')}</p>
${textField({ name: 'until', label: t('Last day'), type: 'date', value: values.until, problem: problems.until, hint: t('From {first} to {last}. You can end it at any time before.', { first: day(days[0]), last: day(days[1]) }) })}`;
}

const passwordField = (problem: string | undefined): Html =>
  textField({
    name: 'current',
    label: t('Current password'),
    type: 'password',
    autocomplete: 'current-password',
    problem,
  });

export interface ChangeView extends AccountView, LimitView {
  readonly person: Entrusted;
}

export function changeLimitsPage(settings: PageSettings, view: ChangeView): string {
  const { account, person, problems = {} } = view;
  const title = t('What {name} may use', { name: nameOf(person) });
  return page(
    settings,
    title,
    html`<h1>${title}</h1>
<form method="post" novalidate action="/account/family/change"><input type="hidden" name="person" value="${person.id}">
${limitFields(view)}
${passwordField(problems.current)}
<button class="primary" type="submit">${t('Save')}</button></form>
<p class="links"><a href="/account/family">${t('Family access')}</a></p>`,
    { menu: '/account/family', isAdministrator: account.role === 'administrator' },
  );
}

function entrustedPart(settings: PageSettings, { entrusted }: FamilyView): Html | undefined {
  if (entrusted.length === 0) return undefined;
  const rows = entrusted.map(
    (each) => html`<li><h3>${each.of}</h3>${sentence(each)}
${askedForm('/account/family/leave', t('Give up the access to {name}', { name: each.of }), {
  follows: t('You can’t open this record from now on, unless {name} invites you anew.', { name: each.of }),
  hidden: { person: each.id },
  back: '/account/family',
})}</li>`,
  );
  return html`<section aria-labelledby="entrusted-title"><h2 id="entrusted-title">${t('Records that others opened to you')}</h2><ul class="rows">${rows}</ul>
<p><a class="button" href="${settings.PORTAL_URL}">${t('Open the health portal')}</a></p></section>`;
}

export interface InvitationView {
  readonly invitation: Invitation;
  readonly token: string;
}

/** Whoever has the link learns a first name and an initial; the rest, who signs in with the address that it went to. */
export function invitedPage(settings: PageSettings, { invitation, token }: InvitationView): string {
  return page(
    settings,
    t('You are invited'),
    html`<h1>${t('You are invited')}</h1>
<p>${fill('{name} would like your help with their pages at {clinic}.', { name: html`<strong>${shortName(invitation.from)}</strong>`, clinic: settings.CLINIC_NAME })}</p>
<p>${fill('Sign in with the account of the address that this went to, or make one for it. The link is good until {time}.', { time: time(invitation.goodUntil) })}</p>
<form method="post" novalidate action="/invitation"><input type="hidden" name="token" value="${token}">
<button class="primary" type="submit" name="how" value="sign-in">${t('I have an account')}</button>
<button class="secondary" type="submit" name="how" value="sign-up">${t('Create an account')}</button></form>`,
  );
}

/** "Maria Elena Alvarez" → "Maria A." */
export function shortName(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const last = words.length > 1 ? [...(words.at(-1) ?? '')][0] : undefined;
  return last === undefined ? (words[0] ?? '') : `${words[0]} ${last}.`;
}

const ACCEPT_PROBLEMS: Readonly<Record<AcceptProblem, Text>> = {
  over: 'It was used before, a newer one was sent, or its time has passed.',
  'other-address':
    'This invitation was sent to another address than that of your account. Sign out, and open the link again with the account that it is for.',
  'own-record': 'This is your own record.',
  'has-access': 'You can open this record already.',
  staff: 'Accounts of the care team open records by their work. Use an account of your own for this.',
};

export interface AcceptView extends AccountView {
  readonly invitation: Invitation | undefined;
  readonly refusal: AcceptProblem | undefined;
}

export function acceptPage(settings: PageSettings, { account, invitation, refusal }: AcceptView): string {
  const title = t('You are invited');
  const menu = { menu: '/account/family', isAdministrator: account.role === 'administrator' };
  if (!invitation || refusal)
    return page(
      settings,
      title,
      html`<h1>${title}</h1><p class="alert" role="alert">${t(ACCEPT_PROBLEMS[refusal ?? 'over'])}</p>
<p class="links"><a href="/account/family">${t('Family access')}</a></p>`,
      menu,
    );
  return page(
    settings,
    title,
    html`<h1>${title}</h1>
<p>${fill('{name} opens their health record to you.', { name: html`<strong>${invitation.from}</strong>` })}</p>${sentence(invitation)}
<p>${t('What you do there is seen as yours. {name} sees when you opened it, can change what you see, and can end it at any time; so can you.', { name: invitation.from })}</p>
<form method="post" novalidate action="/account/invitation">
<button class="primary" type="submit" name="answer" value="yes">${t('Accept')}</button>
<button class="secondary" type="submit" name="answer" value="no">${t('Decline')}</button></form>`,
    menu,
  );
}

export function invitedSignUpPage(
  settings: PageSettings,
  email: string,
  view: Omit<NewLoginView, 'asksEmail'>,
): string {
  return page(
    settings,
    t('Create an account'),
    html`<h1>${t('Create an account')}</h1>
<p>${fill('For {address}. Then you see the invitation, and accept or decline it.', { address: html`<strong>${email}</strong>` })}</p>
${alert(view.problems.form)}
<form method="post" novalidate action="/invitation/sign-up">
${newLoginFields({ ...view, asksEmail: false })}
<button class="primary" type="submit">${t('Create the account')}</button></form>
<p class="links"><a href="/account/invitation">${t('I have an account')}</a></p>`,
  );
}
