/**
 * `Patient/[id]/$share-link`: a SMART Health Link (HL7, SMART Health Cards and Links 1.0): the app seals a file with a key that only the link holds, and this
 * server keeps the sealed file until `expires`. POST: `file` (compact JWE), `label`, `expires` (instant, a year at most), `passcode` (optional, 6 characters or
 * more); answers with the `url` of the manifest. GET: the links that there are, and who opened them. `$share-link-end` with `id` ends one. For
 * whoever may hand in documents for the patient.
 */
import { businessRule, invalid, notFound } from '@wellspring/profiles';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { sealPasscode } from '../links/passcode.ts';
import type { Link } from '../links/secret-links.ts';
import { linksOf, makerOf, patientOf } from './own-links.ts';
import { inputOf, parametersReply } from './parameters.ts';

const KIND = 'share';
const YEAR_MS = 366 * 86_400_000;
const MOST_FILE = 1_500_000;
const MOST_LABEL = 80;
const LEAST_PASSCODE = 6;
/** Well under what a list holds: no link may be out that its owner does not see. */
const MOST_LINKS = 50;
/** Wrong passcodes over the life of a link. */
const ATTEMPTS = 10;
const JWE = /^[\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+$/;

export async function makeShareLink(services: Services, request: FhirRequest): Promise<Reply> {
  const patient = patientOf(request, 'c', 'DocumentReference');
  const input = inputOf(request, ['file', 'label', 'expires', 'passcode']);
  const [file = '', label = '', passcode] = ['file', 'label', 'passcode'].map((name) => input.one(name));
  const expires = Date.parse(input.one('expires') ?? '');
  const now = services.now();
  const fault = (text: string): never => {
    throw invalid(text, 'Parameters.parameter');
  };
  if (!JWE.test(file) || file.length > MOST_FILE) fault("'file' takes a compact JWE of 1.5 MB at most.");
  if (!(expires > now && expires <= now + YEAR_MS)) fault("'expires' takes an instant within the next year.");
  if (label.length > MOST_LABEL) fault(`'label' has ${MOST_LABEL} characters at most.`);
  if (passcode !== undefined && passcode.length < LEAST_PASSCODE)
    fault(`'passcode' has ${LEAST_PASSCODE} characters at least.`);
  if ((await services.links.of(KIND, patient)).length >= MOST_LINKS)
    throw businessRule(`There are ${MOST_LINKS} links already: end one first.`);
  const data = {
    by: makerOf(request.access),
    label,
    expires,
    opened: 0,
    attempts: ATTEMPTS,
    ...(passcode === undefined ? {} : { passcode: await sealPasscode(passcode) }),
  };
  const secret = await services.links.make(KIND, patient, data, file);
  return parametersReply({ name: 'url', valueUrl: `${services.repository.baseUrl}/shared/${secret}` });
}

export async function shareLinks(services: Services, request: FhirRequest): Promise<Reply> {
  const patient = patientOf(request, 'c', 'DocumentReference');
  const links = await linksOf(services, request, KIND, patient);
  return parametersReply(...links.map(described));
}

export async function endShareLink(services: Services, request: FhirRequest): Promise<Reply> {
  const patient = patientOf(request, 'c', 'DocumentReference');
  const id = inputOf(request, ['id']).one('id') ?? '';
  const own = await linksOf(services, request, KIND, patient);
  if (!own.some((link) => link.id === id)) throw notFound('Link', id.slice(0, 64));
  await services.links.end(KIND, patient, id);
  return parametersReply({ name: 'active', valueBoolean: false });
}

function described({ id, made, data }: Link): object {
  const { label, expires, opened, lastOpened, lastRecipient, passcode } = data as {
    label: string;
    expires: number;
    opened: number;
    lastOpened?: number;
    lastRecipient?: string;
    passcode?: object;
  };
  const instant = (time: number): string => new Date(time).toISOString();
  return {
    name: 'link',
    part: [
      { name: 'id', valueString: id },
      ...(label === '' ? [] : [{ name: 'label', valueString: label }]),
      { name: 'made', valueInstant: instant(made) },
      { name: 'expires', valueInstant: instant(expires) },
      { name: 'passcode', valueBoolean: passcode !== undefined },
      { name: 'opened', valueInteger: opened },
      ...(lastOpened === undefined ? [] : [{ name: 'lastOpened', valueInstant: instant(lastOpened) }]),
      ...(lastRecipient ? [{ name: 'lastRecipient', valueString: lastRecipient }] : []),
    ],
  };
}
