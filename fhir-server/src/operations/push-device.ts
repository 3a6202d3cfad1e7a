/**
 * `Patient/[id]/$push-device`: Web Push to a browser of the patient, or of whoever acts for them. POST turns it on: `endpoint`, `p256dh` and `auth` as the browser's
 * PushSubscription has them, `language` (`en`, `es`). GET: the `publicKey` that subscriptions are made with (VAPID, RFC 8292), and each `device` that the caller may end:
 * the patient all, everybody else their own; `digest` is SHA-256 of its endpoint. `$push-device-end` with its `id` ends one. For whoever may change the patient's contact
 * details; a device ends with what that rests on, and is told of nothing that its owner may not read.
 */
import { createECDH } from 'node:crypto';
import { forbidden, invalid, notFound, notSupported } from '@wellspring/profiles';
import { keptForSignIns } from '../access/standing.ts';
import type { FhirRequest, PushControl, Reply, Services } from '../interactions/request.ts';
import { digestOf, type PushDevice } from '../links/push-devices.ts';
import { endpointFault } from '../subscriptions/endpoint.ts';
import { requirePatient } from './acting-for.ts';
import { groundOf, isStanding, requireStanding } from './own-links.ts';
import { inputOf, ofKind, parametersReply } from './parameters.ts';
import { withinADay } from './within-a-day.ts';

const POINT_OCTETS = 65;
const SECRET_OCTETS = 16;
/** What may be news. */
const TYPES = ['Patient', 'Communication', 'DiagnosticReport', 'Task', 'Coverage', 'Appointment'];

export async function turnPushOn(services: Services, request: FhirRequest): Promise<Reply> {
  const push = await requirePush(services, request);
  const input = inputOf(request, ofKind(['endpoint', 'p256dh', 'auth', 'language'], 'text'));
  const [endpoint = '', p256dh = '', auth = '', language = 'en'] = [
    'endpoint',
    'p256dh',
    'auth',
    'language',
  ].map((name) => input.one(name));
  const fault =
    endpointFault(endpoint, push.endpoints) ??
    (isPoint(p256dh) ? undefined : "'p256dh' takes a point of P-256 (base64url).") ??
    (octets(auth)?.length === SECRET_OCTETS ? undefined : "'auth' takes 16 octets (base64url).");
  if (fault !== undefined) throw invalid(fault, 'Parameters.parameter');
  if (language !== 'en' && language !== 'es')
    throw invalid("'language' is 'en' or 'es'.", 'Parameters.parameter');
  const ground = { ...groundOf(request.access), kept: keptForSignIns(request.access, TYPES) };
  await requireStanding(services, ground);
  const device = await withinADay(services, request, 'push-device', () =>
    push.devices.keep({ patient: request.id, endpoint, p256dh, auth, language, ...ground }),
  );
  return parametersReply({ name: 'id', valueString: device.id });
}

export async function pushState(services: Services, request: FhirRequest): Promise<Reply> {
  const push = await requirePush(services, request);
  const all = await devicesOf(push, request);
  const standing = await Promise.all(all.map((device) => isStanding(services, device)));
  const devices = all.filter((_device, at) => standing[at]);
  return parametersReply(
    { name: 'publicKey', valueString: push.publicKey },
    ...devices.map(({ id, made, endpoint, by }) => ({
      name: 'device',
      part: [
        { name: 'id', valueString: id },
        { name: 'since', valueInstant: new Date(made).toISOString() },
        { name: 'digest', valueString: digestOf(endpoint) },
        { name: 'by', valueReference: { reference: by } },
      ],
    })),
  );
}

export async function turnPushOff(services: Services, request: FhirRequest): Promise<Reply> {
  const push = await requirePush(services, request);
  const id = inputOf(request, { id: 'text' }).one('id') ?? '';
  const device = (await devicesOf(push, request)).find((each) => each.id === id);
  if (!device) throw notFound('Device', id.slice(0, 64));
  await push.devices.end(device);
  return parametersReply({ name: 'active', valueBoolean: false });
}

async function requirePush(services: Services, request: FhirRequest): Promise<PushControl> {
  const isPatientSide = await requirePatient(services, request, 'u', 'Patient', request.id);
  if (!isPatientSide) throw forbidden('A device is turned on by whom its news are for.');
  if (!services.push) throw notSupported('This server sends nothing by Web Push.');
  return services.push;
}

async function devicesOf({ devices }: PushControl, { id, access }: FhirRequest): Promise<PushDevice[]> {
  const all = await devices.of(id);
  const isThemself = access.fhirUser?.type === 'Patient' && access.fhirUser.id === id;
  return isThemself ? all : all.filter(({ by }) => by === groundOf(access).by);
}

function octets(text: string): Buffer | undefined {
  return /^[\w-]{1,100}={0,2}$/.test(text) ? Buffer.from(text, 'base64url') : undefined;
}

/** On the curve, too: what is not would be found out only when something is to be sent. */
function isPoint(text: string): boolean {
  const point = octets(text);
  if (point?.length !== POINT_OCTETS || point[0] !== 4) return false;
  const own = createECDH('prime256v1');
  own.generateKeys();
  try {
    own.computeSecret(point);
    return true;
  } catch {
    return false;
  }
}
