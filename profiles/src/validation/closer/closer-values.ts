/** What R4's text says of single values, beyond their form: told by `$validate` alone. */
import { createHash } from 'node:crypto';
import { isObject } from '../../fhirpath/node.ts';
import { isUcum } from '../codes/ucum-syntax.ts';
import { primitiveTests } from '../structure/primitives.ts';
import { isAbsolute } from '../structure/uris.ts';
import type { VisitedElement } from '../visit-elements.ts';

type Json = Readonly<Record<string, unknown>>;

/** A fault of a value; `place` is below it, '' the value itself. */
export interface ValueFault {
  readonly place: string;
  readonly text: string;
}

const NONE: readonly ValueFault[] = [];
const fault = (place: string, text: string): readonly ValueFault[] => [{ place, text }];

type Check = (value: Json, visited: VisitedElement) => readonly ValueFault[];

const BY_TYPE: Readonly<Record<string, Check>> = {
  Attachment: attachmentFaults,
  Identifier: identifierFaults,
  Quantity: unitFaults,
  Resource: containedFaults,
  SampledData: dataFaults,
};

export function closerValueFaults(visited: VisitedElement): readonly ValueFault[] {
  const { value, element } = visited;
  return isObject(value) ? (BY_TYPE[element.type]?.(value, visited) ?? NONE) : NONE;
}

/** https://hl7.org/fhir/R4/datatypes.html#Attachment: the hash is SHA-1, of the data before they are base64. */
function attachmentFaults({ data, hash }: Json): readonly ValueFault[] {
  if (typeof data !== 'string' || typeof hash !== 'string') return NONE;
  const own = createHash('sha1').update(Buffer.from(data, 'base64')).digest();
  return own.equals(Buffer.from(hash, 'base64')) ? NONE : fault('hash', 'The hash is not that of the data.');
}

const URIS = 'urn:ietf:rfc:3986';

/** https://hl7.org/fhir/R4/datatypes.html#Identifier */
function identifierFaults({ system, value }: Json): readonly ValueFault[] {
  if (!isAbsolute(system)) return fault('system', 'The system of an identifier is an absolute URI.');
  if (system !== URIS || typeof value !== 'string') return NONE;
  const isUri = isAbsolute(value) && primitiveTests.uri?.(value) === undefined;
  return isUri ? NONE : fault('value', `Identifiers of ${URIS} are URIs, with their scheme.`);
}

const UCUM = 'http://unitsofmeasure.org';

function unitFaults({ system, code }: Json): readonly ValueFault[] {
  if (system !== UCUM || typeof code !== 'string' || isUcum(code)) return NONE;
  return fault('code', 'This is no unit of UCUM.');
}

/** https://hl7.org/fhir/R4/references.html#contained */
function containedFaults({ id }: Json, { property }: VisitedElement): readonly ValueFault[] {
  return property === 'contained' && id === undefined
    ? fault('id', 'A contained resource has an id, by which it is referred to.')
    : NONE;
}

const POINT = /^(?:[EUL]|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/** https://hl7.org/fhir/R4/datatypes.html#SampledData */
function dataFaults({ data }: Json): readonly ValueFault[] {
  const points = typeof data === 'string' ? data.trim().split(/\s+/) : [];
  return points.every((point) => POINT.test(point))
    ? NONE
    : fault('data', 'Data points are decimals, E, U or L, with spaces between them.');
}
