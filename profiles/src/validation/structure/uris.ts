/** What R4 says of URIs in certain places, beyond their form. */

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;
const VALUE_SETS = 'http://hl7.org/fhir/ValueSet/';

/** Whether a URI names its scheme. What is no string is another check's. */
export const isAbsolute = (uri: unknown): boolean => typeof uri !== 'string' || SCHEME.test(uri);

const TYPED = /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/** The type that a reference names, relative or absolute (https://hl7.org/fhir/R4/references.html#literal); of R4 or not. */
export const referencedType = (reference: string): string | undefined => TYPED.exec(reference)?.[1];

const DEFINITIONS = 'http://hl7.org/fhir/StructureDefinition/';

/** What Reference.type names, or any URL of a type: they are relative to R4's definitions (https://hl7.org/fhir/R4/references-definitions.html#Reference.type). */
export const typeNamed = (type: string): string =>
  type.startsWith(DEFINITIONS) ? type.slice(DEFINITIONS.length) : type;

/** Coding.system: an absolute URI, and a code system's: a value set is none (https://hl7.org/fhir/R4/datatypes.html#Coding). */
export const isSystem = (uri: unknown): boolean =>
  typeof uri !== 'string' || (SCHEME.test(uri) && !uri.startsWith(VALUE_SETS));
