/** Modifier extensions that this server heeds where they stand (repository/checks/member-queries.ts), whether or not a package defines them. */

export const MEMBER_FILTER = 'http://hl7.org/fhir/uv/bulkdata/StructureDefinition/member-filter';
export const MEMBER_EXCLUSION = 'urn:wellspring:member-exclusion';

export const UNDERSTOOD: ReadonlySet<string> = new Set([MEMBER_FILTER, MEMBER_EXCLUSION]);
