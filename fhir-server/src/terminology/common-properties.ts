/** Of every code system (https://hl7.org/fhir/R4/codesystem.html#defined-props), and what a filter may ask of any. */
export const COMMON_PROPERTIES: ReadonlySet<string> = new Set([
  'code',
  'concept',
  'display',
  'definition',
  'parent',
  'child',
  'inactive',
  'deprecated',
  'deprecationDate',
  'notSelectable',
  'status',
]);
