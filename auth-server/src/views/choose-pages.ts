/** Pages that ask whose record, and which visit. */
import type { PatientName, Visit } from '../fhir/people.ts';
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
    'Whose record?',
    html`<h1>Whose record?</h1>
<p class="muted">${view.clientName} opens one record at a time.</p>
${patientForm(view)}
${cancel(view.action)}`,
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
    'Which patient?',
    html`<h1>Which patient?</h1>
<p class="muted">${view.clientName} opens one record at a time.</p>
<form method="get" action="${view.action}" role="search">
${textField({ name: 'q', label: 'Name, or birth date as YYYY-MM-DD', value: view.query })}
<button class="secondary" type="submit">Search</button></form>
${patients && (patients.length === 0 ? html`<p role="status">Nobody was found.</p>` : patientForm({ ...view, patients }))}
${cancel(view.action)}`,
  );
}

function patientForm(view: ChoosePatientView): Html {
  const choices = view.patients.map((patient, i) =>
    choice('patient', patient.id, patient.name, patient.birthDate && `born ${patient.birthDate}`, i === 0),
  );
  return html`<form method="post" action="${view.action}/patient"><fieldset><legend class="hidden">Whose record</legend>${choices}</fieldset>
<button class="primary" type="submit">Continue</button></form>`;
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
    'Which visit?',
    html`<h1>Which visit?</h1>
<p class="muted">${view.clientName} asks which visit it is about.</p>
<form method="post" action="${view.action}/encounter"><input type="hidden" name="patient" value="${view.patient}">
<fieldset><legend class="hidden">Which visit</legend>${choice('encounter', '', 'None of them', undefined, true)}${choices}</fieldset>
<button class="primary" type="submit">Continue</button></form>
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
