/** What an entry of the log was about, from its entities: types, whose records, and of a search by what it was asked, never for what. */
import type { AuditEvent, AuditEventEntity } from '@medplum/fhirtypes';
import { bytesOf } from '../../format/attachment.ts';

const OF_TYPE = /(?:^|\/)([A-Z][A-Za-z]+)\//;
/** https://hl7.org/fhir/R4/valueset-object-role.html: whose record it is, not what was done with it. */
const PATIENT = '1';

interface Asked {
  readonly type: string | undefined;
  readonly names: readonly string[];
}

/** FHIR's types of what was touched or looked for, each once. */
export function typesOf({ entity = [] }: AuditEvent): string[] {
  return [...new Set(entity.flatMap((each) => typeOfEntity(each) ?? []))];
}

function typeOfEntity(entity: AuditEventEntity): string | undefined {
  const { what, role, name, query } = entity;
  if (query !== undefined) return askedOf(query).type;
  const type =
    OF_TYPE.exec(what?.reference ?? '')?.[1] ?? (/^[A-Z][A-Za-z]+$/.test(name ?? '') ? name : undefined);
  const isWhose = type === 'Patient' && (role?.code === undefined || role.code === PATIENT);
  return isWhose ? undefined : type;
}

/** Whose record it was: `Patient/[id]`, each once. */
export function patientsOf({ entity = [] }: AuditEvent): string[] {
  const references = entity.map(({ what }) =>
    /(?:^|\/)(Patient\/[A-Za-z0-9\-.]{1,64})(?:$|\/)/.exec(what?.reference ?? ''),
  );
  return [...new Set(references.flatMap((found) => found?.[1] ?? []))];
}

/** Names of the conditions of a search, each once; [] where the log does not say. */
export const askedBy = ({ entity = [] }: AuditEvent): string[] => [
  ...new Set(entity.flatMap(({ query }) => (query === undefined ? [] : askedOf(query).names))),
];

/** How the answer looks, not what it is about. */
const OF_THE_ANSWER =
  /^_(sort|count|total|summary|elements|include|revinclude|contained|containedType|format|pretty|cursor)(:|$)/;
const NAME = /^[\w:.-]{1,100}$/;

/** Base64 of `Type?name=value&…`, also of a whole address, or of the parameters alone, as other servers have it. */
function askedOf(query: string): Asked {
  const text = decoded(query);
  const mark = text.indexOf('?');
  const before = mark < 0 ? '' : text.slice(0, mark);
  const isAddress = mark >= 0 && !/[=&]/.test(before);
  const pairs = (isAddress ? text.slice(mark + 1) : text).split('&').filter((pair) => pair.includes('='));
  const names = pairs.flatMap((pair) => [...new URLSearchParams(pair).keys()]);
  return {
    type: isAddress ? /(?:^|[/ ])([A-Z][A-Za-z]+)(?:\/_search)?$/.exec(before)?.[1] : undefined,
    names: names.filter((name) => NAME.test(name) && !OF_THE_ANSWER.test(name)),
  };
}

function decoded(base64: string): string {
  try {
    return new TextDecoder().decode(bytesOf(base64));
  } catch {
    return '';
  }
}
