/** Patients that another one stands for: `replaced-by` says that the record must no longer be used (https://hl7.org/fhir/R4/valueset-link-type.html). */
import { localName, ownReferences, patientId } from './own-references.ts';

interface Linked {
  readonly link?: readonly { readonly type?: string; readonly other?: { readonly reference?: string } }[];
}

/** Ids of the Patients here that its links of this type name. */
export const linkedPatients = (resource: object, type: string): string[] =>
  ((resource as Linked).link ?? []).flatMap((each) =>
    each?.type === type ? (patientId(each.other?.reference) ?? []) : [],
  );

export const isReplaced = (resource: { readonly resourceType: string }): boolean =>
  resource.resourceType === 'Patient' && linkedPatients(resource, 'replaced-by').length > 0;

/** Links of a Patient tell of other records, and the log of access of who it was about then: those may name what is replaced. */
const MAY_NAME: ReadonlySet<string> = new Set(['AuditEvent', 'Patient']);

/**
 * `Patient/id` of everybody whose record it would use. A Provenance tells of a version, or of a Patient that is written beside it (`own`: `Type/id` of what is written in the same
 * commit): that uses nothing.
 */
export function patientsUsed(
  resource: { readonly resourceType: string },
  own: ReadonlySet<string>,
): string[] {
  if (MAY_NAME.has(resource.resourceType)) return [];
  const used = new Set<string>();
  for (const { reference } of ownReferences(resource)) {
    const name = localName(reference);
    if (name === undefined || !name.startsWith('Patient/')) continue;
    if (resource.resourceType === 'Provenance' && (name !== reference || own.has(name))) continue;
    used.add(name);
  }
  return [...used];
}
