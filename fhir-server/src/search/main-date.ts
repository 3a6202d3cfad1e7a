/**
 * The one clinical date of each type that lists are sorted by, newest first. Stores keep it inside their index keys, so that
 * "this patient's results, newest first" reads a page off an index and sorts nothing.
 */
import { searchParameter } from '@wellspring/profiles';

const BY_TYPE: Readonly<Record<string, string>> = {
  Condition: 'onset-date',
  Procedure: 'date',
  MedicationRequest: 'authoredon',
  MedicationStatement: 'effective',
  MedicationAdministration: 'effective-time',
  MedicationDispense: 'whenhandedover',
  Communication: 'sent',
  CommunicationRequest: 'authored',
  Goal: 'start-date',
  ServiceRequest: 'authored',
  Claim: 'created',
  ClaimResponse: 'created',
  ExplanationOfBenefit: 'created',
  CoverageEligibilityRequest: 'created',
  Provenance: 'recorded',
  Task: 'authored-on',
  QuestionnaireResponse: 'authored',
  ImagingStudy: 'started',
  Slot: 'start',
  DeviceRequest: 'authored-on',
};

const cache = new Map<string, string | undefined>();

/** The code of the type's main date search parameter; undefined for types that have none (they sort by lastUpdated). */
export function mainDateParameter(type: string): string | undefined {
  if (cache.has(type)) return cache.get(type);
  const code = BY_TYPE[type] ?? 'date';
  const found = searchParameter(type, code)?.type === 'date' ? code : undefined;
  cache.set(type, found);
  return found;
}
