/** Pages that ask whose record, and which visit. */
import type { PatientName, Visit } from '../fhir/shown.ts';
import { t } from '../words/text.ts';
import { type Html, html } from './html.ts';
import { type PageSettings, page, textField } from './layout.ts';
import { cancel } from './sign-in-pages.ts';

export interface ChoosePatientView {
  readonly action: string;
  readonly clientName: string;
  readonly patients: readonly PatientName[];
}

export function choosePatientPage(settings: PageSettings, view: ChoosePatientView): string {
  return page(
    settings,
    t('Whose record?'),
    html`<h1>${t('Whose record?')}</h1>
<p class="muted">${t('In {app} one record is open at a time.', { app: view.clientName })}</p>
${patientForm(view)}
${cancel(view.action)}`,
  );
}

/** An account that nobody's record belongs to: made by an invitation that is not accepted yet, or what it rested on has ended. */
export function noRecordPage(
  settings: PageSettings,
  view: Pick<ChoosePatientView, 'action' | 'clientName'>,
): string {
  return page(
    settings,
    t('No record is open to you'),
    html`<h1>${t('No record is open to you')}</h1>
<p>${t('Your account works, but there is no health record that you may open with it.')}</p>
<p>${t('Were you invited to help somebody? Open the link in the e-mail that you got, and accept. Otherwise please ask the clinic.')}</p>
<p class="links"><a href="/account/family">${t('Family access')}</a></p>
${cancel(view.action, t('Back to {app}', { app: view.clientName }))}`,
  );
}

export interface FindPatientView {
  readonly action: string;
  readonly clientName: string;
  readonly query: string;
  /** undefined = nothing was searched for yet. */
  readonly patients: readonly PatientName[] | undefined;
}

export function findPatientPage(settings: PageSettings, view: FindPatientView): string {
  const { patients } = view;
  return page(
    settings,
    t('Which patient?'),
    html`<h1>${t('Which patient?')}</h1>
<p class="muted">${t('In {app} one record is open at a time.', { app: view.clientName })}</p>
<form method="get" action="${view.action}" role="search">
${textField({ name: 'q', label: t('Name, or birth date as YYYY-MM-DD'), value: view.query })}
<button class="secondary" type="submit">${t('Search')}</button></form>
${patients && (patients.length === 0 ? html`<p role="status">${t('Nobody was found.')}</p>` : patientForm({ ...view, patients }))}
${cancel(view.action)}`,
  );
}

function patientForm(view: ChoosePatientView): Html {
  const choices = view.patients.map((patient, i) =>
    choice(
      'patient',
      patient.id,
      patient.name,
      patient.birthDate && t('born {date}', { date: patient.birthDate }),
      i === 0,
    ),
  );
  return html`<form method="post" novalidate action="${view.action}/patient"><fieldset><legend class="hidden">${t('Whose record')}</legend>${choices}</fieldset>
<button class="primary" type="submit">${t('Continue')}</button></form>`;
}

export interface ChooseVisitView {
  readonly action: string;
  readonly clientName: string;
  readonly patient: string;
  readonly visits: readonly Visit[];
}

export function chooseVisitPage(settings: PageSettings, view: ChooseVisitView): string {
  const choices = view.visits.map(({ id, title, date }) => choice('encounter', id, title, date, false));
  return page(
    settings,
    t('Which visit?'),
    html`<h1>${t('Which visit?')}</h1>
<p class="muted">${t('So that {app} knows which visit it is about.', { app: view.clientName })}</p>
<form method="post" novalidate action="${view.action}/encounter"><input type="hidden" name="patient" value="${view.patient}">
<fieldset><legend class="hidden">${t('Which visit')}</legend>${choice('encounter', '', t('None of them'), undefined, true)}${choices}</fieldset>
<button class="primary" type="submit">${t('Continue')}</button></form>
${cancel(view.action)}`,
  );
}

function choice(
  name: string,
  value: string,
  title: string,
  detail: string | undefined,
  isChecked: boolean,
): Html {
  return html`<label class="choice"><input type="radio" name="${name}" value="${value}" required ${isChecked ? html`checked` : undefined}>
<span><strong>${title}</strong>${detail && html`<small>${detail}</small>`}</span></label>`;
}
