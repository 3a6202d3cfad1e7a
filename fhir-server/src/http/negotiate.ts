/** Content negotiation (https://hl7.org/fhir/R4/http.html#mime-type): JSON in, JSON out. */
import { notAcceptable, unsupportedMediaType } from '@wellspring/profiles';
import { formatOf, type HttpRequest } from './http.ts';

export const FHIR_TYPES: ReadonlySet<string> = new Set([
  'application/fhir+json',
  'application/json',
  'text/json',
  // The name it had before R3: some clients still send it.
  'application/json+fhir',
]);
const ACCEPTED: ReadonlySet<string> = new Set([...FHIR_TYPES, '*/*', 'application/*', 'text/*']);
const FORMATS: ReadonlySet<string> = new Set(['json', ...FHIR_TYPES]);
export const NDJSON: ReadonlySet<string> = new Set([
  'application/fhir+ndjson',
  'application/ndjson',
  'application/x-ndjson',
]);
const FILE_FORMATS: ReadonlySet<string> = new Set(['ndjson', ...NDJSON]);

/** Of a Binary with content of this type: the resource is asked for, not its content. JSON in general is the content where that is JSON. */
export function asksForFhir(request: HttpRequest, content: string): boolean {
  if (formatOf(request) !== undefined) return true;
  const types = (request.headers.accept ?? '')
    .split(',')
    .map((part) => part.split(';')[0]?.trim().toLowerCase());
  return types.some((type) => type !== undefined && type !== content && FHIR_TYPES.has(type));
}

/** 406 when the client takes no JSON. `_format` overrides Accept. `isJob`: about an export or import, whose files have a type of their own. */
export function checkAccept(request: HttpRequest, isJob = false): void {
  const format = formatOf(request);
  if (format !== undefined) {
    const [type = '', ...parameters] = format.split(';').map((part) => part.trim().replace(' ', '+'));
    checkVersion(parameters, notAcceptable);
    if (FORMATS.has(type.toLowerCase()) || (isJob && FILE_FORMATS.has(type.toLowerCase()))) return;
    throw notAcceptable('_format: this server speaks JSON (application/fhir+json) only.');
  }
  const { accept } = request.headers;
  if (accept === undefined || accept === '' || ACCEPTED.has(accept)) return;
  const types = acceptedTypes(accept);
  if (types.some((type) => ACCEPTED.has(type))) return;
  // The specification asks for application/fhir+json here; clients name the format of the files that they want, at each of their calls.
  if (isJob && types.some((type) => NDJSON.has(type))) return;
  throw notAcceptable('This server speaks JSON (application/fhir+json) only.');
}

/** Lower case, best first or not: what the client takes at all. One that this server speaks ends the question; one of another version of FHIR is none of them. */
function acceptedTypes(accept: string): string[] {
  const parts = accept.split(',').map((part) => part.split(';').map((each) => each.trim().toLowerCase()));
  const taken = parts.filter(([, ...parameters]) => !parameters.some((each) => /^q=0(?:\.0*)?$/.test(each)));
  const spoken = taken.filter(([, ...parameters]) => parameters.every(isOurVersion));
  if (spoken.length === 0 && taken.length > 0) throw notAcceptable(OTHER_VERSION);
  return spoken.map(([type = '']) => type);
}

const OTHER_VERSION = 'This server speaks FHIR 4.0 (R4).';

const isOurVersion = (parameter: string): boolean =>
  !/^fhirversion\s*=/i.test(parameter) || /^fhirversion\s*=\s*"?4\.0(?:\.1)?"?$/i.test(parameter);

function checkVersion(parameters: readonly string[], refuse: (text: string) => Error): void {
  if (!parameters.every(isOurVersion)) throw refuse(OTHER_VERSION);
}

/** 415 for anything but JSON, and for a FHIR version other than R4. */
export function checkContentType(request: HttpRequest, allowed: ReadonlySet<string> = FHIR_TYPES): void {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  if (!allowed.has(type)) throw unsupportedMediaType(`The body must be ${[...allowed][0]}.`);
  for (const parameter of parameters) {
    if (parameter.startsWith('charset=') && !/^charset="?utf-8"?$/.test(parameter)) {
      throw unsupportedMediaType('The body must be UTF-8.');
    }
  }
  checkVersion(parameters, unsupportedMediaType);
}
