/** Whose record: given by the EHR that launched, the only one there is, or chosen; and the visit, where the app asks for one. */
import { errors } from 'oidc-provider';
import { findConsent } from '../accounts/connected-apps.ts';
import { FhirUnavailable } from '../fhir/fhir-api.ts';
import type { Relation } from '../fhir/people.ts';
import { namesOf, type Shown } from '../fhir/shown.ts';
import { findLaunch } from '../launch/ehr-launch.ts';
import { scopeWords } from '../smart/scope.ts';
import type { Account } from '../storage/storage.ts';
import { choosePatientPage, chooseVisitPage, findPatientPage, noRecordPage } from '../views/choose-pages.ts';
import { unavailablePage } from '../views/pages.ts';
import { ACCOUNT_ENDED, type Asked, accountOf, field, finishStep, refuseStep, type Step } from './step.ts';

/** What this step leaves for the next. */
export interface ChosenContext {
  readonly patient?: string | undefined;
  readonly encounter?: string | undefined;
  /** Who the person is to FHIR in this record. */
  readonly as?: string | undefined;
}

export async function showPatients(step: Step): Promise<void> {
  const account = await accountOf(step);
  const { launch } = step.details.params;
  if (typeof launch === 'string') return launched(step, account, launch);
  if (account.role === 'practitioner') return showSearch(step, account);
  const relations = await relationsOf(step, account);
  if (!relations) return;
  if (relations.length === 0) {
    step.response.send(noRecordPage(step.config, step));
    return;
  }
  const clear = await clearRelation(step, account, relations);
  if (clear) return finishPatient(step, { patient: clear.patient, as: clear.as });
  const patients = await namesOf(
    relations.map(({ patient, as }) => ({ patient, shown: shownIn(step, account, { patient, as }) })),
  );
  step.response.send(choosePatientPage(step.config, { ...step, patients }));
}

/** The record that nobody need be asked for: the only one, or the one that the app had open. */
export const clearRelation = async (
  asked: Asked,
  account: Account,
  relations: readonly Relation[],
): Promise<Relation | undefined> =>
  relations.length === 1 ? relations[0] : hintedRelation(asked, account, relations);

/** Of several records the one that the app had open (`patient_hint`): only where the person has allowed this app this very record before, and may open it still. */
async function hintedRelation(
  asked: Asked,
  account: Account,
  relations: readonly Relation[],
): Promise<Relation | undefined> {
  const hint = asked.details.params.patient_hint;
  const relation = relations.find(({ patient }) => patient === hint);
  if (!relation) return undefined;
  const consent = await findConsent(asked.storage, {
    accountId: account.id,
    clientId: asked.client.clientId,
    patient: relation.patient,
  });
  return consent && relation;
}

export async function postPatient(step: Step): Promise<void> {
  const account = await accountOf(step);
  const patient = field(step.request, 'patient');
  const chosen = await allowed(step, account, patient);
  if (chosen === 'unavailable') return;
  if (!chosen) throw new errors.AccessDenied('this patient can not be chosen');
  return finishPatient(step, chosen);
}

export async function postEncounter(step: Step): Promise<void> {
  const account = await accountOf(step);
  const encounter = field(step.request, 'encounter');
  const chosen = await allowed(step, account, field(step.request, 'patient'));
  if (chosen === 'unavailable') return;
  if (!chosen) throw new errors.AccessDenied('this patient can not be chosen');
  if (encounter === '') return finish(step, chosen);
  const visit = await shownIn(step, account, chosen)?.visit(encounter);
  if (visit?.patient !== chosen.patient) throw new errors.AccessDenied('this visit can not be chosen');
  return finish(step, { ...chosen, encounter });
}

/** Staff may open those that they may read. Others, those whose record is theirs to open. */
async function allowed(
  step: Step,
  account: Account,
  patient: string,
): Promise<ChosenContext | undefined | 'unavailable'> {
  if (account.role === 'practitioner') {
    if (!(await isAtWork(step, account))) return undefined;
    const chosen = { as: account.persons[0] };
    const found = await shownIn(step, account, chosen)?.patient(patient);
    return found && { ...chosen, patient };
  }
  const relations = await relationsOf(step, account);
  if (!relations) return 'unavailable';
  const relation = relations.find((each) => each.patient === patient);
  return relation && { patient, as: relation.as };
}

/** undefined when the FHIR server can't be asked: then the page that says so has been sent. */
async function relationsOf(step: Step, account: Account): Promise<readonly Relation[] | undefined> {
  try {
    return await step.people.relations(account.persons);
  } catch (error) {
    if (!(error instanceof FhirUnavailable)) throw error;
    step.response.status(503).set('Retry-After', '5').send(unavailablePage(step.config, step.action));
    return undefined;
  }
}

async function launched(step: Step, account: Account, handle: string): Promise<void> {
  const launch = await findLaunch(step.storage, handle, step.client.clientId);
  if (!launch) return refuseStep(step, 'This launch is over. Please start the app again.');
  if (launch.fhirUser !== undefined && !account.persons.includes(launch.fhirUser))
    return refuseStep(step, 'This launch was made for somebody else.');
  if (launch.patient === undefined) return finish(step, { as: account.persons[0] });
  const chosen = await allowed(step, account, launch.patient);
  if (chosen === 'unavailable') return;
  if (!chosen) return refuseStep(step, 'This record is not yours to open.');
  return finish(step, { ...chosen, encounter: launch.encounter });
}

/** Whoever has left the clinic does not look its patients up. Rejects with FhirUnavailable. */
async function isAtWork({ people }: Step, { persons: [person] }: Account): Promise<boolean> {
  return person === undefined || people.stands(person, undefined);
}

async function showSearch(step: Step, account: Account): Promise<void> {
  const query = typeof step.request.query.q === 'string' ? step.request.query.q.trim().slice(0, 100) : '';
  try {
    if (!(await isAtWork(step, account))) return refuseStep(step, ACCOUNT_ENDED);
    const shown = shownIn(step, account, { as: account.persons[0] });
    const patients = query.length < 2 ? undefined : ((await shown?.search(query)) ?? []);
    step.response.send(findPatientPage(step.config, { ...step, query, patients }));
  } catch (error) {
    if (!(error instanceof FhirUnavailable)) throw error;
    step.response.status(503).set('Retry-After', '5').send(unavailablePage(step.config, step.action));
  }
}

async function finishPatient(step: Step, chosen: ChosenContext): Promise<void> {
  const shown = asksVisit(step) && chosen.patient ? shownIn(step, await accountOf(step), chosen) : undefined;
  const visits = (await shown?.visits(chosen.patient ?? '').catch(() => undefined)) ?? [];
  if (visits.length === 0) return finish(step, chosen);
  step.response.send(chooseVisitPage(step.config, { ...step, patient: chosen.patient ?? '', visits }));
}

export const asksVisit = ({ details: { params } }: Asked): boolean =>
  scopeWords(String(params.scope ?? '')).includes('launch/encounter');

/** As the person that they are in this record; staff look among all that is within their reach. */
function shownIn(step: Step, account: Account, { as, patient }: ChosenContext): Shown | undefined {
  if (as === undefined) return undefined;
  const record = account.role === 'practitioner' ? {} : { patient };
  return step.shownTo({ accountId: account.id, person: as, ...record });
}

const finish = (step: Step, chosen: ChosenContext): Promise<void> =>
  finishStep(step, { select_patient: chosen });
