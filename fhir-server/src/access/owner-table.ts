import { localName } from '../search/own-references.ts';

/**
 * Whose record a resource belongs to: for each type the elements that confer ownership (docs: DESIGN section 5, rules R10-R11).
 * The R4 Patient compartment is not used: it also pulls in people through Group, List, payors, performers and participants.
 * A type that is missing here belongs to nobody, so no patient-level token ever reads it.
 */

/** Paths of Reference elements; only references to a Patient count. */
export const OWNER_ELEMENTS: Readonly<Record<string, readonly string[]>> = {
  Account: ['subject'],
  AdverseEvent: ['subject'],
  AllergyIntolerance: ['patient'],
  Appointment: ['participant.actor'],
  AppointmentResponse: ['actor'],
  AuditEvent: ['entity.what'],
  Basic: ['subject'],
  Binary: ['securityContext'],
  BodyStructure: ['patient'],
  CarePlan: ['subject'],
  CareTeam: ['subject'],
  ChargeItem: ['subject'],
  Claim: ['patient'],
  ClaimResponse: ['patient'],
  ClinicalImpression: ['subject'],
  Communication: ['subject'],
  CommunicationRequest: ['subject'],
  Composition: ['subject'],
  Condition: ['subject'],
  Consent: ['patient'],
  Coverage: ['beneficiary'],
  CoverageEligibilityRequest: ['patient'],
  CoverageEligibilityResponse: ['patient'],
  DetectedIssue: ['patient'],
  Device: ['patient'],
  DeviceRequest: ['subject'],
  DeviceUseStatement: ['subject'],
  DiagnosticReport: ['subject'],
  DocumentManifest: ['subject'],
  DocumentReference: ['subject'],
  Encounter: ['subject'],
  EnrollmentRequest: ['candidate'],
  EpisodeOfCare: ['patient'],
  ExplanationOfBenefit: ['patient'],
  FamilyMemberHistory: ['patient'],
  Flag: ['subject'],
  Goal: ['subject'],
  GuidanceResponse: ['subject'],
  ImagingStudy: ['subject'],
  Immunization: ['patient'],
  ImmunizationEvaluation: ['patient'],
  ImmunizationRecommendation: ['patient'],
  Invoice: ['subject'],
  List: ['subject'],
  MeasureReport: ['subject'],
  Media: ['subject'],
  MedicationAdministration: ['subject'],
  MedicationDispense: ['subject'],
  MedicationRequest: ['subject'],
  MedicationStatement: ['subject'],
  MolecularSequence: ['patient'],
  NutritionOrder: ['patient'],
  Observation: ['subject'],
  Procedure: ['subject'],
  Provenance: ['target'],
  QuestionnaireResponse: ['subject'],
  RelatedPerson: ['patient'],
  RequestGroup: ['subject'],
  ResearchSubject: ['individual'],
  RiskAssessment: ['subject'],
  ServiceRequest: ['subject'],
  Specimen: ['subject'],
  SupplyDelivery: ['patient'],
  SupplyRequest: ['deliverFor'],
  Task: ['for'],
  VisionPrescription: ['patient'],
};

/** Types without an owner that any signed-in person may read: who works here, where, with which forms. */
export const DIRECTORY_TYPES: ReadonlySet<string> = new Set([
  'HealthcareService',
  'Location',
  'Medication',
  'Organization',
  'Practitioner',
  'PractitionerRole',
  'Questionnaire',
  'Schedule',
  'Slot',
]);

/** Ids of the Patients that own this resource; a Patient owns itself. */
export function ownersOf(resource: { readonly resourceType: string; readonly id?: string }): string[] {
  if (resource.resourceType === 'Patient') return resource.id === undefined ? [] : [resource.id];
  const owners = new Set<string>();
  if (!Object.hasOwn(OWNER_ELEMENTS, resource.resourceType)) return [];
  for (const path of OWNER_ELEMENTS[resource.resourceType] ?? []) collect(resource, path.split('.'), owners);
  return [...owners];
}

function collect(value: unknown, path: readonly string[], owners: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, path, owners);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const [head, ...rest] = path;
  if (head !== undefined) {
    collect((value as Record<string, unknown>)[head], rest, owners);
    return;
  }
  const reference = (value as { reference?: unknown }).reference;
  const [type, id] = (typeof reference === 'string' && localName(reference)?.split('/')) || [];
  if (type === 'Patient' && id !== undefined) owners.add(id);
}
