/**
 * Who may write what. Staff and system clients: what their scopes say. A patient or proxy: also one row of the table below, which is the
 * whole of what they may change. https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html
 */
import { businessRule, forbidden } from '@wellspring/profiles';
import type { AccessContext } from './access-context.ts';
import { DIRECTORY_TYPES, ownersOf } from './owner-table.ts';
import { covers, isStaff } from './read-condition.ts';

export type Json = Readonly<Record<string, unknown>> & {
  readonly resourceType: string;
  readonly id?: string;
};
export type WriteInteraction = 'c' | 'u' | 'd';

interface PatientRule {
  /** What a new resource must hold; returns what is wrong. */
  readonly create?: (resource: Json, access: AccessContext) => string | undefined;
  /** Elements that may differ after an update, and what the result must hold. */
  readonly update?: {
    readonly elements: readonly string[];
    readonly check?: (resource: Json, before: Json) => string | undefined;
  };
}

const is =
  (element: string, ...allowed: readonly string[]) =>
  (resource: Json): string | undefined =>
    allowed.includes(String(resource[element])) ? undefined : `${element} must be ${allowed.join(' or ')}.`;

const byThemself =
  (element: string) =>
  (resource: Json, access: AccessContext): string | undefined => {
    const list = [resource[element]].flat();
    const self = access.fhirUser ? `${access.fhirUser.type}/${access.fhirUser.id}` : '';
    const references = list.map((each) => (each as { reference?: string } | undefined)?.reference);
    return references.length === 1 && references[0] === self
      ? undefined
      : `${element} must be ${self || 'the person signed in'}.`;
  };

const every =
  (...checks: readonly ((resource: Json, access: AccessContext) => string | undefined)[]) =>
  (resource: Json, access: AccessContext): string | undefined =>
    checks.map((check) => check(resource, access)).find((fault) => fault !== undefined);

/** LOINC 64290-0: the one kind of document that patients hand in. */
function isInsuranceCard({ type }: Json): string | undefined {
  const coding =
    (type as { coding?: readonly { system?: string; code?: string }[] } | undefined)?.coding ?? [];
  return coding.length === 1 && coding[0]?.system === 'http://loinc.org' && coding[0].code === '64290-0'
    ? undefined
    : 'type must be LOINC 64290-0, a health insurance card.';
}

const PHARMACY = 'http://hl7.org/fhir/StructureDefinition/patient-preferredPharmacy';

/** Race, birth sex and the like are extensions too, and the clinic's to change. */
function onlyPharmacyOfExtensions(resource: Json, before: Json): string | undefined {
  const others = ({ extension }: Json): string =>
    JSON.stringify(((extension ?? []) as { url?: string }[]).filter(({ url }) => url !== PHARMACY));
  return others(resource) === others(before) ? undefined : `extension may differ by ${PHARMACY} only.`;
}

/** The patient's write rules. A type without a row can't be written; nothing can be deleted. */
export const PATIENT_RULES: Readonly<Record<string, PatientRule>> = {
  Appointment: {
    create: is('status', 'proposed'),
    update: {
      elements: ['status', 'cancelationReason', 'participant'],
      check: is('status', 'cancelled', 'arrived', 'checked-in'),
    },
  },
  Communication: {
    create: every(byThemself('sender'), is('status', 'completed', 'in-progress')),
    update: { elements: ['received', 'status'], check: is('status', 'completed', 'in-progress') },
  },
  Consent: { create: is('status', 'proposed', 'active') },
  // What a patient says of their insurance waits for the clinic, which makes it active.
  Coverage: {
    create: is('status', 'draft'),
    update: {
      elements: ['status', 'payor', 'subscriberId', 'period', 'class', 'type'],
      check: (resource, before) =>
        is('status', 'draft')(before) ?? is('status', 'draft', 'cancelled')(resource),
    },
  },
  DocumentReference: {
    create: every(byThemself('author'), is('status', 'current'), isInsuranceCard),
    update: { elements: ['status'], check: is('status', 'superseded', 'entered-in-error') },
  },
  MedicationStatement: {
    create: byThemself('informationSource'),
    update: { elements: ['status', 'effectivePeriod', 'note', 'dosage'] },
  },
  Observation: { create: every(byThemself('performer'), is('status', 'final')) },
  Patient: {
    update: {
      elements: ['telecom', 'address', 'contact', 'communication', 'extension'],
      check: onlyPharmacyOfExtensions,
    },
  },
  QuestionnaireResponse: {
    create: byThemself('author'),
    update: {
      elements: ['status', 'item', 'authored'],
      check: (_, before) => is('status', 'in-progress')(before),
    },
  },
  Task: {
    create: every(is('status', 'requested', 'draft'), byThemself('requester')),
    update: {
      elements: ['status', 'statusReason'],
      // What the clinic asked of the patient is theirs to finish; what they asked of the clinic, theirs to take back.
      check: (resource, before) =>
        is('status', ...(isForPatient(before) ? ['completed', 'cancelled'] : ['cancelled']))(resource),
    },
  },
};

const isForPatient = ({ owner }: Json): boolean =>
  (owner as { reference?: string } | undefined)?.reference?.startsWith('Patient/') === true;

/** Elements that every write changes. */
const ALWAYS: readonly string[] = ['meta', 'text', 'id', 'resourceType'];

/** Throws forbidden or a business-rule error when the write is not theirs to make. `before` is the live version of an update. */
export function checkWrite(
  access: AccessContext,
  interaction: WriteInteraction,
  resource: Json,
  before: Json | undefined,
): void {
  const grants = requireWriteScope(access, interaction, resource.resourceType);
  if (grants === 'unrestricted') {
    if (resource.resourceType === 'Binary') checkSecurityContext(access, resource);
    return;
  }
  const { resourceType: type } = resource;
  const rule = Object.hasOwn(PATIENT_RULES, type) ? PATIENT_RULES[type] : undefined;
  const owner = grants;
  checkOwner(resource, owner);
  if (before) checkOwner(before, owner);
  if (interaction === 'c' && rule?.create) {
    refuse(rule.create(resource, access), type);
    return;
  }
  if (interaction === 'u' && rule?.update && before) {
    const changed = changedElements(resource, before).find((name) => !rule.update?.elements.includes(name));
    if (changed) throw forbidden(`A patient may not change ${type}.${changed}.`);
    refuse(rule.update.check?.(resource, before), type);
    return;
  }
  throw forbidden(
    `A patient may not ${interaction === 'c' ? 'create' : interaction === 'u' ? 'change' : 'delete'} ${type} resources.`,
  );
}

/** R12: what a person stores says whose it is. A system may keep files that are nobody's. */
function checkSecurityContext({ fhirUser }: AccessContext, resource: Json): void {
  if (fhirUser !== undefined && resource.securityContext === undefined)
    throw businessRule(
      'A Binary needs a securityContext: whose record it belongs to.',
      'Binary.securityContext',
    );
}

/** 'unrestricted' for staff and systems, else the id of the patient whose record may be written. */
export function requireWriteScope(
  access: AccessContext,
  interaction: WriteInteraction,
  type: string,
): string {
  const grants = access.scopes.filter(
    (scope) => scope.filter.length === 0 && covers(scope, type, interaction),
  );
  if (grants.length === 0) throw forbidden(`The token's scopes do not allow this write to ${type}.`);
  if (grants.some((scope) => scope.level === 'system' || (scope.level === 'user' && isStaff(access)))) {
    return 'unrestricted';
  }
  const owner =
    grants.some((scope) => scope.level === 'patient') || access.fhirUser?.type !== 'Patient'
      ? access.patient
      : access.fhirUser.id;
  if (owner === undefined) throw forbidden('No patient is in context.');
  return owner;
}

function checkOwner(resource: Json, owner: string): void {
  const owners = ownersOf(resource);
  if (owners.length !== 1 || owners[0] !== owner) {
    throw forbidden(`The ${resource.resourceType} must be about the patient in context, and nobody else.`);
  }
}

function refuse(fault: string | undefined, type: string): void {
  if (fault) throw businessRule(`A patient's ${type}: ${fault}`, `${type}.${fault.split(' ')[0]}`);
}

function changedElements(resource: Json, before: Json): string[] {
  const names = new Set([...Object.keys(resource), ...Object.keys(before)]);
  return [...names].filter(
    (name) => !ALWAYS.includes(name) && JSON.stringify(resource[name]) !== JSON.stringify(before[name]),
  );
}

/** A patient's resource may refer to readable resources and directory types; what it must be able to read is returned. */
export function referencesToCheck(
  access: AccessContext,
  references: readonly string[],
  isBound: boolean,
): string[] {
  const isFree = isStaff(access) || access.scopes.some((scope) => scope.level === 'system');
  if (isFree && !isBound) return [];
  return references.filter((reference) => !DIRECTORY_TYPES.has(reference.slice(0, reference.indexOf('/'))));
}
