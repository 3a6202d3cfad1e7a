/** What the portal asks for: no more than its pages show. */
const READ = [
  'Patient',
  'Observation',
  'DiagnosticReport',
  'Appointment',
  'Communication',
  'MedicationRequest',
  'MedicationStatement',
  'MedicationDispense',
  'Condition',
  'AllergyIntolerance',
  'Immunization',
  'Procedure',
  'Encounter',
  'CareTeam',
  'Goal',
  'DocumentReference',
  'Binary',
  'Coverage',
  'RelatedPerson',
  'Practitioner',
  'PractitionerRole',
  'Organization',
  'Location',
  'Task',
  'Schedule',
  'Slot',
  'AuditEvent',
  'Questionnaire',
  'QuestionnaireResponse',
];

/** What a person may send to the clinic, or change, from these pages. */
const WRITE = [
  'Communication.cu',
  'Task.cu',
  'Appointment.cu',
  'Patient.u',
  'QuestionnaireResponse.c',
  'MedicationStatement.cu',
  'Observation.c',
  'Coverage.cu',
  'DocumentReference.c',
];

export const PORTAL_SCOPE = [
  'openid',
  'fhirUser',
  'launch/patient',
  'online_access',
  ...READ.map((type) => `patient/${type}.rs`),
  ...WRITE.map((scope) => `patient/${scope}`),
].join(' ');
