/**
 * Search parameters that say again what other parameters of the type say. They get no index entries of their own: a query on one is
 * rewritten to the others, which keeps a third of an Observation's index rows off the disk.
 */
import type { SearchParameter } from '@wellspring/profiles';
import { OTHER_SUBJECT } from './other-subject.ts';
import { localName } from './own-references.ts';
import { and, or, type QueryNode } from './query.ts';

/** Observation's combo-* parameters look at the resource and at its components at once. */
const COMBINED: ReadonlyMap<string, readonly string[]> = new Map([
  ['combo-code', ['code', 'component-code']],
  ['combo-value-quantity', ['value-quantity', 'component-value-quantity']],
  ['combo-value-concept', ['value-concept', 'component-value-concept']],
  ['combo-data-absent-reason', ['data-absent-reason', 'component-data-absent-reason']],
]);

/** Types whose `patient` is their `subject`, where that is a Patient. */
const PATIENT_IS_SUBJECT: ReadonlySet<string> = new Set([
  'CarePlan',
  'CareTeam',
  'ClinicalImpression',
  'Composition',
  'Condition',
  'DeviceRequest',
  'DeviceUseStatement',
  'DiagnosticReport',
  'DocumentManifest',
  'DocumentReference',
  'Encounter',
  'Flag',
  'Goal',
  'ImagingStudy',
  'List',
  'MedicationAdministration',
  'MedicationDispense',
  'MedicationRequest',
  'MedicationStatement',
  'Observation',
  'Procedure',
  'RiskAssessment',
  'ServiceRequest',
]);

const SUBJECT = ['subject'] as const;

/** The parameters that `code` stands for; undefined when it has entries of its own. */
export function aliasOf(type: string, code: string): readonly string[] | undefined {
  if (code === 'patient' && PATIENT_IS_SUBJECT.has(type)) return SUBJECT;
  return type === 'Observation' ? COMBINED.get(code) : undefined;
}

/** The subject is a Patient, as far as anybody tells: `patient` is a subject, and a subject may be somebody else (other-subject.ts). */
const isPatient: QueryNode = { kind: 'missing', param: OTHER_SUBJECT, missing: true };

/** That it has a value, where an entry of what it stands for does not tell that. */
export function thereNode(type: string, code: string): QueryNode | undefined {
  if (aliasOf(type, code) !== SUBJECT) return undefined;
  return and({ kind: 'missing', param: 'subject', missing: false }, isPatient);
}

/** `asked`, of what is a value of the parameter itself: a local reference tells its type, others and identifiers do not. */
export function ofAlias(type: string, code: string, asked: QueryNode): QueryNode {
  if (aliasOf(type, code) !== SUBJECT) return asked;
  const tells =
    asked.kind === 'reference' && asked.targets.every((target) => localName(target) !== undefined);
  return tells ? asked : and(asked, isPatient);
}

/** What is present where it has no value, whatever the entries of what it stands for. */
export const lackedWhere = (type: string, code: string): string | undefined =>
  aliasOf(type, code) === SUBJECT ? OTHER_SUBJECT : undefined;

/** What `patient` of the type stands for. */
export const isAlsoPatient = (type: string, code: string): boolean =>
  code === 'subject' && PATIENT_IS_SUBJECT.has(type);

export function isAlias(type: string, code: string): boolean {
  return aliasOf(type, code) !== undefined;
}

/** A parameter that only repeats others is asked of those: of any of them, or where it is asked for what is not so (`isNegative`), of all. */
export function withAliases(
  type: string,
  parameter: SearchParameter,
  make: (parameter: SearchParameter) => QueryNode,
  isNegative = false,
): QueryNode {
  const codes = aliasOf(type, parameter.code);
  if (!codes) return make(parameter);
  const nodes = codes.map((code) => make({ ...parameter, code, extract: parameter.extract }));
  if (nodes.length === 1) return nodes[0] as QueryNode;
  return isNegative ? and(...nodes) : or(...nodes);
}
