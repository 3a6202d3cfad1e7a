/**
 * `Patient/[id]/$break-the-glass`: opens a record that a member of staff's relations do not open, for a reason that they give (`reason`) and for as long as
 * their role allows (`minutes` at most). Purpose of use ETREAT (v3-ActReason). Kept as a Consent, which every query asks; it is in the audit log with its reason,
 * and the patient is told where the clinic's policy says so. 403 for roles that open nothing; 422 without a reason. Answers with the Consent.
 */
import { businessRule, forbidden, invalid } from '@wellspring/profiles';
import type { StaffAccess } from '../access/access-context.ts';
import { onBehalf } from '../access/on-behalf.ts';
import { KEPT } from '../access/own-marks.ts';
import { ACT_REASON, EMERGENCY } from '../access/reach.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { type Addressee, languageOf } from '../repository/notices/addressee.ts';
import { type ResourceJson, resourceOf } from '../repository/text/resource-text.ts';
import type { Write } from '../repository/writes/write.ts';
import { inputOf, jsonReply } from './parameters.ts';

const SCOPES = 'system/Patient.rs system/Consent.c system/Communication.c';
const MIN_REASON = 8;
const MAX_REASON = 500;
const MINUTE_MS = 60_000;

export async function breakTheGlass(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, { reason: 'text', minutes: 'number' });
  const { access, id } = request;
  const { staff } = access;
  if (!staff || staff.glassMinutes === undefined)
    throw forbidden('Your role does not open records in an emergency.');
  const reason = (input.one('reason') ?? '').trim();
  if (reason.length < MIN_REASON || reason.length > MAX_REASON)
    throw businessRule(
      `Say why the record must be opened, in ${MIN_REASON} to ${MAX_REASON} characters: parameter 'reason'.`,
      'Parameters.parameter',
    );
  const minutes = minutesOf(input.one('minutes'), staff.glassMinutes);
  const system = onBehalf(access, SCOPES);
  const patient = await services.repository.read(system, 'Patient', id);
  const now = services.now();
  const consent = emergencyConsent(staff, id, reason, now, now + minutes * MINUTE_MS);
  const writes: Write[] = [creation(services, consent)];
  if (staff.tellPatient) writes.push(creation(services, notice(staff, resourceOf(patient), now)));
  const [written] = await services.repository.write(system, writes);
  access.trail?.note({
    action: 'E',
    interaction: '$break-the-glass',
    type: 'Patient',
    id,
    patients: [id],
    purpose: EMERGENCY,
    reason,
  });
  return jsonReply(resourceOf({ body: written?.version?.body }), 201);
}

function minutesOf(asked: string | undefined, most: number): number {
  if (asked === undefined) return most;
  const minutes = Number(asked);
  if (!Number.isInteger(minutes) || minutes < 1)
    throw invalid("'minutes' takes a whole number of minutes.", 'Parameters.parameter');
  return Math.min(minutes, most);
}

const creation = (services: Services, resource: ResourceJson): Write => ({
  interaction: 'create',
  resource,
  id: services.repository.newId(),
});

function emergencyConsent(
  { member }: StaffAccess,
  patient: string,
  reason: string,
  from: number,
  to: number,
): ResourceJson {
  const who = { reference: `Practitioner/${member.practitioner}` };
  const purpose = { system: ACT_REASON, code: EMERGENCY, display: 'emergency treatment' };
  return {
    resourceType: 'Consent',
    status: 'active',
    scope: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'treatment' }],
    },
    category: [{ coding: [purpose] }],
    patient: { reference: `Patient/${patient}` },
    dateTime: new Date(from).toISOString(),
    performer: [who],
    policyRule: { text: reason },
    provision: {
      type: 'permit',
      period: { start: new Date(from).toISOString(), end: new Date(to).toISOString() },
      actor: [
        {
          role: {
            coding: [
              {
                system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType',
                code: 'IRCP',
                display: 'information recipient',
              },
            ],
          },
          reference: who,
        },
      ],
      purpose: [purpose],
    },
  };
}

const TEXTS = {
  en: {
    topic: 'Your record was opened in an emergency',
    text: 'A member of our staff who does not usually look after you opened your record because of an emergency. You can see who, and when, under “Who looked at my record”. Please write to us if you have questions.',
  },
  es: {
    topic: 'Su expediente se abrió en una emergencia',
    text: 'Una persona de nuestro equipo que normalmente no le atiende abrió su expediente por una emergencia. Puede ver quién y cuándo en «Quién vio mi expediente». Escríbanos si tiene preguntas.',
  },
} as const;

/** In the patient's own language; who it was stands in the log, not in a message that others may read over a shoulder. */
function notice({ member }: StaffAccess, patient: ResourceJson & Addressee, now: number): ResourceJson {
  const { topic, text } = TEXTS[languageOf(patient)];
  const to = { reference: `Patient/${patient.id}` };
  const organization = member.roles.find((role) => role.organization !== undefined)?.organization;
  return {
    resourceType: 'Communication',
    meta: { tag: [KEPT] },
    status: 'completed',
    category: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/communication-category',
            code: 'notification',
            display: 'Notification',
          },
        ],
      },
    ],
    topic: { text: topic },
    subject: to,
    sender: { reference: organization ?? `Practitioner/${member.practitioner}` },
    recipient: [to],
    sent: new Date(now).toISOString(),
    payload: [{ contentString: text }],
  };
}
