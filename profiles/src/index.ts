/** The door of `profiles`: what FHIR R4 says, as look-ups and functions. Nothing here knows HTTP or a database. */
import './ucum-further.ts';

export { boundSetOf } from './bound-set.ts';
export { closerLook, codeAdvice } from './closer-look.ts';
export { compartments } from './compartments.ts';
export { beyondFault } from './fhirpath/beyond.ts';
export { deepEqual, inMilliseconds } from './fhirpath/compare.ts';
export { compileFhirPath, evaluateFhirPath, whyRefused } from './fhirpath/fhirpath.ts';
export { EvaluationError } from './fhirpath/interpret.ts';
export { type Location, locate, type Spend, twinAt } from './fhirpath/locate.ts';
export { fixedFault, walkFhirPath } from './fhirpath/missing.ts';
export { isObject } from './fhirpath/node.ts';
export { type Pattern, patternOf } from './fhirpath/pattern.ts';
export * from './outcome.ts';
export { type FhirPackage, type PackageResource, readPackage } from './packages/read-package.ts';
export {
  addProfiles,
  claimedProfiles,
  type Definition,
  isCalled,
  isKnownProfile,
  isOwnType,
  knownWith,
  loaded,
  profilesOf,
  profileType,
  type Unchecked,
  validateProfiles,
} from './profiles.ts';
export { isPatient } from './reference-type.ts';
export { type FoundReference, findReferences } from './references.ts';
export {
  addSearchParameter,
  type CompositeComponent,
  type Focus,
  focusOn,
  removeSearchParameter,
  type SearchParameter,
  searchParameter,
  searchParameterChanges,
  searchParameterReady,
  searchParameters,
  searchParameterType,
  type TypedValue,
} from './search-parameters.ts';
export type { SearchParameterSpec } from './table-format.ts';
export {
  choiceProperties,
  elementType,
  isPrimitive,
  isResourceType,
  resourceTypes,
  summaryElements,
} from './tables.ts';
export { addConceptMaps, addTerminology, conceptMaps, terminology } from './terminology/definitions.ts';
export {
  asGiven,
  codesOf,
  type Edge,
  edgesOf,
  edgesOfConcept,
  isSubsuming,
  joinedEdges,
  meaningOfProperties,
  namedAsWritten,
  propertyText,
  reachedFrom,
  spellingOf,
} from './terminology/hierarchy.ts';
export { isPartOnly } from './terminology/part-only.ts';
export type * from './terminology/resources.ts';

export { canonicalUnit, canonicalValue } from './ucum.ts';
export { hasForm } from './validation/codes/code-forms.ts';
export { codingsIn, type FoundCoding } from './validation/codes/codes.ts';
export type { Known } from './validation/known.ts';
export { type Measure, validateReport } from './validation/measure-report.ts';
export type { StructureDefinition } from './validation/profile/structure-definition.ts';
export type { Questionnaire, QuestionnaireResponse } from './validation/questionnaire/questionnaire.ts';
export { validateAnswers } from './validation/questionnaire/response.ts';
export { resourcesWithin } from './validation/resources-within.ts';
export { BLANK_IN_REFERENCE, hasBlank } from './validation/structure/primitives.ts';
export { referencedType } from './validation/structure/uris.ts';
export { misspelledWholeNumbers } from './validation/structure/whole-numbers.ts';
export { validateResource } from './validation/validate-resource.ts';
