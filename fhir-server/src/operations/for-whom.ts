/** For whom and why times are asked for, of `Appointment/$find`: free times are the same for everybody, but who is named comes along in what is proposed, as does why, so that it can be handed to `$hold` or `$book` as it is. */
import { businessRule, invalid } from '@wellspring/profiles';
import { parse } from '../interactions/parse.ts';
import type { FhirRequest, Services } from '../interactions/request.ts';
import { type ResourceJson, resourceOf } from '../repository/text/resource-text.ts';
import type { Appointment } from '../repository/visits/slot-hold.ts';
import { splitEscaped, tokenText, unescapeValue } from '../search/values.ts';
import { requireSeen } from './acting-for.ts';
import { type OperationInput, references } from './parameters.ts';

export interface ForWhom {
  /** An id; undefined: nobody is named. */
  readonly patient: string | undefined;
  /** A proposal with what is known of the visit. */
  proposed(appointment: Appointment): Appointment;
}

/** Errors: 400 for several patients; 403, 404, 422 for one that the caller may not read, or who has died; 422 for a referral that is not theirs. */
export async function forWhom(
  services: Services,
  request: FhirRequest,
  input: OperationInput,
): Promise<ForWhom> {
  const patient = await patientOf(services, request, input);
  const referral = await referralOf(services, request, input, patient);
  const reasonCode = [
    ...input.all('reason').map((token) => ({ coding: [codingOf(token)] })),
    ...input.values('reason').map(conceptOf),
  ];
  const own: Partial<ResourceJson> = {
    ...(reasonCode.length > 0 ? { reasonCode } : {}),
    ...(referral === undefined ? {} : { basedOn: [{ reference: referral }] }),
  };
  const self = { actor: { reference: `Patient/${patient}` }, status: 'needs-action' };
  return {
    patient,
    proposed: (appointment) => ({
      ...appointment,
      ...own,
      participant: [...(patient === undefined ? [] : [self]), ...(appointment.participant ?? [])],
    }),
  };
}

async function patientOf(
  services: Services,
  request: FhirRequest,
  input: OperationInput,
): Promise<string | undefined> {
  const handedIn = input.values('patient-resource');
  const named = references(services, input, 'patient-reference', ['Patient']);
  if (handedIn.length + named.length > 1)
    throw invalid('Visits of several patients are not found here: one may be named.', 'Parameters.parameter');
  if (handedIn.some(({ resourceType }) => resourceType !== 'Patient'))
    throw invalid("'patient-resource' takes a Patient.", 'Parameters.parameter');
  const [patient] = named.map((each) => each.slice('Patient/'.length));
  if (patient === undefined) return undefined;
  await services.repository.read(request.access, 'Patient', patient);
  await requireSeen(services, request, patient);
  return patient;
}

/** `ServiceRequest/…` */
async function referralOf(
  services: Services,
  request: FhirRequest,
  input: OperationInput,
  patient: string | undefined,
): Promise<string | undefined> {
  const identifier = input.value('referral-identifier');
  if (identifier === undefined) return undefined;
  const { system, value } = identifier;
  if (typeof value !== 'string' || value === '')
    throw invalid("'referral-identifier' needs a value.", 'Parameters.parameter');
  const token = tokenText(typeof system === 'string' ? system : undefined, value);
  const query: [string, string][] = [
    ['identifier', token],
    ['_count', '2'],
  ];
  const asked = await parse(services, request, 'ServiceRequest', query);
  const { matches } = await services.repository.search(request.access, asked);
  const [found, another] = matches;
  if (!found || another)
    throw businessRule(
      found ? 'Several referrals have this identifier.' : 'There is no referral with this identifier.',
      'Parameters.parameter',
    );
  const { subject } = resourceOf<ResourceJson & { subject?: { reference?: string } }>(found);
  if (patient !== undefined && subject?.reference !== `Patient/${patient}`)
    throw businessRule('The referral is of another patient.', 'Parameters.parameter');
  return `ServiceRequest/${found.id}`;
}

/** A CodeableConcept as it was given, also where it is in words alone; or a Coding. */
const conceptOf = (value: Record<string, unknown>): object =>
  'coding' in value || 'text' in value ? value : { coding: [value] };

function codingOf(token: string): { system?: string; code: string } {
  const [system = '', code] = splitEscaped(token, '|').map(unescapeValue);
  if (code === undefined) return { code: system };
  return { ...(system === '' ? {} : { system }), code };
}
