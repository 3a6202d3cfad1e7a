/** The door of `profiles`: what FHIR R4 says, as look-ups and functions. Nothing here knows HTTP or a database. */
export { patientCompartment } from './compartments.ts';
export { type Location, locate } from './fhirpath/locate.ts';
export * from './outcome.ts';
export { type FoundReference, findReferences } from './references.ts';
export {
  type CompositeComponent,
  type SearchParameter,
  searchParameter,
  searchParameters,
  type TypedValue,
} from './search-parameters.ts';
export {
  choiceProperties,
  elementType,
  isPrimitive,
  isResourceType,
  resourceTypes,
  summaryElements,
} from './tables.ts';
export { validateResource } from './validation/validate-resource.ts';
