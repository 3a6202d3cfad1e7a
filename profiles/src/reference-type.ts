/** Of which type a reference leads, as far as it says that itself (https://hl7.org/fhir/R4/references.html#literal). */
import { resolved } from './fhirpath/resolve.ts';
import { typeNamed } from './validation/structure/uris.ts';

/** By its URL, by what it leads to inside `root`, or else by Reference.type, of R4 or a logical model's; undefined: nothing tells. */
function toldType(value: object, root: unknown): string | undefined {
  const found = resolved(value, root)?.resourceType;
  if (typeof found === 'string') return found;
  const { type } = value as { readonly type?: unknown };
  return typeof type === 'string' ? typeNamed(type) : undefined;
}

/** To some server, which may have anything there: not into the resource (`#`) or a Bundle around it (`urn:`). */
const LEADS_OUT = /^https?:/i;

/**
 * Whether a subject is a Patient, as `subject.where(resolve() is Patient)` asks. Where nothing tells its type (an identifier alone, a URL that is no RESTful one) it is taken for
 * one: it can't be resolved, and whoever looks for a Patient by that identifier means this one.
 */
export function isPatient(value: unknown, root: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { reference, identifier } = value as { readonly reference?: unknown; readonly identifier?: unknown };
  if (typeof reference === 'string' && reference.startsWith('Patient/')) return true;
  const told = toldType(value, root);
  if (told !== undefined) return told === 'Patient';
  return typeof reference === 'string' ? LEADS_OUT.test(reference) : identifier !== undefined;
}
