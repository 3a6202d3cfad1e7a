/**
 * Who may write what. Staff and system clients: what their scopes and roles say. A patient or proxy: also the table of write-rules.ts.
 * https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html
 */
import { businessRule, forbidden } from '@wellspring/profiles';
import type { AccessContext } from './access-context.ts';
import { isOwnWriting, selfOf } from './authorship.ts';
import { isClosed } from './consent-condition.ts';
import { ownersOf } from './owner-table.ts';
import { isStaff } from './read-condition.ts';
import { granting } from './scope.ts';
import {
  type Json,
  PATIENT_RULES,
  type PatientChange,
  type PatientCreate,
  type WriteInteraction,
} from './write-rules.ts';

/**
 * Throws forbidden or a business-rule error when the write is not theirs to make. `before` is the live version of an update, `now` in milliseconds. `meta` and `text`
 * are judged apart, by patient-side.ts.
 */
export function checkWrite(
  access: AccessContext,
  interaction: WriteInteraction,
  resource: Json,
  before: Json | undefined,
  now: number = Date.now(),
): void {
  const grants = requireWriteScope(access, interaction, resource.resourceType);
  if (grants === 'unrestricted') {
    if (resource.resourceType === 'Binary') checkSecurityContext(access, resource);
    return;
  }
  const { resourceType: type } = resource;
  // Its maker's own, in which there is nobody's record (repository/subscription-writes.ts).
  if (type === 'Subscription') return;
  const rule = Object.hasOwn(PATIENT_RULES, type) ? PATIENT_RULES[type] : undefined;
  checkOwner(resource, grants);
  if (before) checkOwner(before, grants);
  if (interaction === 'c' && rule?.create) checkCreate(access, rule.create, resource);
  else if (interaction === 'u' && rule?.changes && before)
    checkChange(access, rule.changes, resource, before, now);
  else throw forbidden(`A patient may not ${VERBS[interaction]} ${type} resources.`);
}

const VERBS = { c: 'create', u: 'change', d: 'delete' } as const;

function checkCreate(access: AccessContext, rule: PatientCreate, resource: Json): void {
  const { resourceType: type } = resource;
  if (rule.status && !rule.status.includes(String(resource.status)))
    throw fault(type, `status must be ${rule.status.join(' or ')}.`);
  const clinics = rule.never?.find((name) => resource[name] !== undefined);
  if (clinics !== undefined) throw fault(type, `${clinics} is for the clinic to say.`);
  if (rule.author !== undefined && !isBy(resource[rule.author], selfOf(access)))
    throw fault(type, `${rule.author} must be ${selfOf(access)}.`);
  const wrong = rule.check?.(resource, access);
  if (wrong) throw fault(type, wrong);
}

function isBy(value: unknown, self: string): boolean {
  const references = [value].flat().map((each) => (each as { reference?: string } | undefined)?.reference);
  return references.length === 1 && references[0] === self;
}

/** One row of the table must allow all of it. */
function checkChange(
  access: AccessContext,
  rows: readonly PatientChange[],
  resource: Json,
  before: Json,
  now: number,
): void {
  const { resourceType: type } = resource;
  const changed = changedElements(resource, before);
  const own = rows.filter(
    (row) => (row.by === 'anybody' || isOwnWriting(before, access)) && (row.where?.(before, access) ?? true),
  );
  const faults = own.map((row) => faultOf(access, row, changed, resource, before, now));
  if (faults.includes(undefined)) return;
  const [first] = faults;
  throw first ?? forbidden(`A patient may not change this ${type}.`);
}

function faultOf(
  access: AccessContext,
  row: PatientChange,
  changed: readonly string[],
  resource: Json,
  before: Json,
  now: number,
): Error | undefined {
  const { resourceType: type } = resource;
  const other = changed.find((name) => name !== 'status' && !row.elements.includes(name));
  if (other !== undefined) return forbidden(`A patient may not change ${type}.${other}.`);
  const next = row.status?.[String(before.status)] ?? [];
  if (changed.includes('status') && !next.includes(String(resource.status)))
    return fault(
      type,
      next.length === 0
        ? `status can not be changed from ${before.status}.`
        : `status can become ${next.join(' or ')} only.`,
    );
  const wrong = row.check?.(resource, before, access, now);
  return wrong ? fault(type, wrong) : undefined;
}

const fault = (type: string, text: string): Error =>
  businessRule(`A patient's ${type}: ${text}`, `${type}.${text.split(/[ :]/)[0]}`);

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
  const grants = granting(access.scopes, type, interaction).filter(({ filter }) => filter.length === 0);
  if (grants.length === 0) throw forbidden(`The token's scopes do not allow this write to ${type}.`);
  if (grants.some((scope) => scope.level === 'system' || (scope.level === 'user' && isStaff(access)))) {
    return 'unrestricted';
  }
  const owner =
    grants.some((scope) => scope.level === 'patient') || access.fhirUser?.type !== 'Patient'
      ? access.patient
      : access.fhirUser.id;
  if (owner === undefined) throw forbidden('No patient is in context.');
  if (access.consents && isClosed(access.consents, type, owner, 'writing'))
    throw forbidden(`What you were allowed in this record does not include writing ${type}.`);
  return owner;
}

/** Throws forbidden where no resource of the type could be written so by this token: asked before one is validated. */
export function requireRule(access: AccessContext, interaction: 'c' | 'u', type: string): void {
  if (requireWriteScope(access, interaction, type) === 'unrestricted' || type === 'Subscription') return;
  const rule = Object.hasOwn(PATIENT_RULES, type) ? PATIENT_RULES[type] : undefined;
  if ((interaction === 'c' ? rule?.create : rule?.changes) === undefined)
    throw forbidden(`A patient may not ${VERBS[interaction]} ${type} resources.`);
}

function checkOwner(resource: Json, owner: string): void {
  const owners = ownersOf(resource);
  if (owners.length !== 1 || owners[0] !== owner) {
    throw forbidden(`The ${resource.resourceType} must be about the patient in context, and nobody else.`);
  }
}

/** What a write is of its own, or what patient-side.ts judges. */
const ALWAYS: readonly string[] = ['meta', 'text', 'id', 'resourceType'];

/** Names without the `_` of a primitive's extensions: those go with the element. */
function changedElements(resource: Json, before: Json): string[] {
  const names = new Set([...Object.keys(resource), ...Object.keys(before)]);
  const changed = [...names].filter(
    (name) => !ALWAYS.includes(name) && JSON.stringify(resource[name]) !== JSON.stringify(before[name]),
  );
  return [...new Set(changed.map((name) => name.replace(/^_/, '')))];
}
