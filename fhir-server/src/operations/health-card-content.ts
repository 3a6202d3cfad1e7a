/**
 * What a SMART Health Card holds of a resource (https://spec.smarthealth.cards/#health-cards-are-small): named elements only, without ids, extensions, words for
 * codes, and references to anything outside of the card.
 */
import type { ResourceJson } from '../repository/text/resource-text.ts';

type Json = Record<string, unknown>;

const HELD: Readonly<Record<string, readonly string[]>> = {
  Immunization: [
    'status',
    'vaccineCode',
    'occurrenceDateTime',
    'occurrenceString',
    'lotNumber',
    'isSubpotent',
  ],
  Observation: [
    'status',
    'category',
    'code',
    'effectiveDateTime',
    'effectivePeriod',
    'effectiveInstant',
    'valueQuantity',
    'valueCodeableConcept',
    'valueString',
    'valueBoolean',
    'valueInteger',
    'valueRange',
    'valueRatio',
    'valueTime',
    'valueDateTime',
    'valuePeriod',
    'dataAbsentReason',
    'interpretation',
    'method',
    'referenceRange',
    'component',
  ],
};
const LEFT_OUT: ReadonlySet<string> = new Set(['id', 'extension', 'display', 'userSelected', 'reference']);
/** Where `text` is no CodeableConcept's. */
const TEXT_OF: ReadonlySet<string> = new Set(['name', 'referenceRange']);

/** undefined: nothing is left of it. */
function bare(value: unknown, parent: string): unknown {
  if (Array.isArray(value)) {
    const kept = value.map((each) => bare(each, parent)).filter((each) => each !== undefined);
    return kept.length === 0 ? undefined : kept;
  }
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const members = Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
    if (LEFT_OUT.has(name) || name.startsWith('_') || (name === 'text' && !TEXT_OF.has(parent))) return [];
    const kept = bare(member, name);
    return kept === undefined ? [] : [[name, kept]];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

const hasValue = (of: Json): boolean =>
  Object.keys(of).some((name) => name.startsWith('value') || name === 'dataAbsentReason');

/** Whether it says without words what it said: a code that was only words, or a value that is not there, can't be carried. */
function isWhole(type: string, card: Json, components: number): boolean {
  if (type === 'Immunization')
    return card.vaccineCode !== undefined && (card.occurrenceDateTime ?? card.occurrenceString) !== undefined;
  const carried = (card.component as Json[] | undefined) ?? [];
  return (
    card.code !== undefined &&
    carried.length === components &&
    carried.every((each) => each.code !== undefined && hasValue(each)) &&
    (hasValue(card) || components > 0)
  );
}

/** The Immunization or Observation as entry of a card; undefined: it can't be told by the rules of cards without changing what it says. */
export function clinicalContent(resource: ResourceJson, patient: string): Json | undefined {
  const type = String(resource.resourceType);
  // What changes the meaning of an element must not get lost.
  if (resource.implicitRules !== undefined || JSON.stringify(resource).includes('"modifierExtension"'))
    return undefined;
  const card: Json = { resourceType: type };
  for (const name of HELD[type] ?? []) {
    const kept = bare(resource[name], name);
    if (kept !== undefined) card[name] = kept;
  }
  const values = (of: object): number => Object.keys(of).filter((name) => name.startsWith('value')).length;
  const components = (resource.component as Json[] | undefined) ?? [];
  const isLost =
    values(card) < values(resource) ||
    components.some((each, index) => {
      const kept = (card.component as Json[] | undefined)?.[index];
      return !kept || values(kept) < values(each);
    });
  if (isLost || !isWhole(type, card, components.length)) return undefined;
  card[type === 'Immunization' ? 'patient' : 'subject'] = { reference: patient };
  return card;
}

export const IDENTITY_CLAIMS = ['Patient.name', 'Patient.birthDate'] as const;

interface Name {
  readonly use?: string;
  readonly [element: string]: unknown;
}

/** One name, as the person goes by now, and the date of birth; of these, what is claimed. */
export function identityContent(resource: ResourceJson, claims: readonly string[]): Json {
  const names = ((resource.name as Name[] | undefined) ?? []).filter(
    ({ use }) => use !== 'old' && use !== 'anonymous',
  );
  const used =
    names.find(({ use }) => use === 'official') ?? names.find(({ use }) => use === 'usual') ?? names[0];
  const { family, given, suffix, text } = used ?? {};
  const name = bare([family || given ? { family, given, suffix } : { text }], 'name');
  return {
    resourceType: 'Patient',
    ...(claims.includes('Patient.name') && name ? { name } : {}),
    ...(claims.includes('Patient.birthDate') && resource.birthDate ? { birthDate: resource.birthDate } : {}),
  };
}
