/** Content negotiation (https://hl7.org/fhir/R4/http.html#mime-type): JSON in, JSON out. */
import { invalid, notAcceptable, unsupportedMediaType } from '@wellspring/profiles';
import { formatOf, type HttpRequest } from './http.ts';

export const FHIR_TYPES: ReadonlySet<string> = new Set([
  'application/fhir+json',
  'application/json',
  'text/json',
]);
const ACCEPTED: ReadonlySet<string> = new Set([...FHIR_TYPES, '*/*', 'application/*', 'text/*']);
const FORMATS: ReadonlySet<string> = new Set(['json', ...FHIR_TYPES]);

/** Of a Binary: the resource is asked for, not its content. */
export function asksForFhir(request: HttpRequest): boolean {
  if (formatOf(request) !== undefined) return true;
  const types = (request.headers.accept ?? '')
    .split(',')
    .map((part) => part.split(';')[0]?.trim().toLowerCase());
  return types.some((type) => type !== undefined && FHIR_TYPES.has(type));
}

/** 406 when the client takes no JSON. `_format` overrides Accept. */
export function checkAccept(request: HttpRequest): void {
  const format = formatOf(request);
  if (format !== undefined) {
    if (FORMATS.has(format.split(';')[0]?.trim().replace(' ', '+') ?? '')) return;
    throw notAcceptable('_format: this server speaks JSON (application/fhir+json) only.');
  }
  const { accept } = request.headers;
  if (accept === undefined || accept === '') return;
  const types = accept.split(',').map((part) => part.split(';')[0]?.trim().toLowerCase() ?? '');
  if (types.some((type) => ACCEPTED.has(type))) return;
  // A browser that opens a link asks for HTML; it is shown the JSON.
  if (types.includes('text/html')) return;
  throw notAcceptable('This server speaks JSON (application/fhir+json) only.');
}

/** 415 for anything but JSON; 400 for a FHIR version other than R4. */
export function checkContentType(request: HttpRequest, allowed: ReadonlySet<string> = FHIR_TYPES): void {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  if (!allowed.has(type)) throw unsupportedMediaType(`The body must be ${[...allowed][0]}.`);
  for (const parameter of parameters) {
    if (parameter.startsWith('charset=') && !/^charset="?utf-8"?$/.test(parameter)) {
      throw unsupportedMediaType('The body must be UTF-8.');
    }
    if (parameter.startsWith('fhirversion=') && !/^fhirversion="?4\.0(\.1)?"?$/.test(parameter)) {
      throw invalid('This server speaks FHIR 4.0 (R4).');
    }
  }
}
