/** Every type of resource that R4 has (https://hl7.org/fhir/R4/resourcelist.html), in plain words, by what it is about: no two are called the same. */
import { capital } from '../../format/clinical.ts';
import { lookUp } from '../../format/table.ts';
import { type Text, t } from '../../i18n/text.ts';

type Words = Readonly<Record<string, Text>>;

const ABOUT: readonly (readonly [area: Text, things: Words])[] = [
  [
    'The person',
    {
      Patient: 'personal details',
      RelatedPerson: 'relatives and proxies',
      Person: 'who is the same person',
      Consent: 'consents',
      Flag: 'notes of caution',
      Group: 'groups of patients',
    },
  ],
  [
    'Health',
    {
      Condition: 'health problems',
      AllergyIntolerance: 'allergies',
      Procedure: 'procedures',
      Immunization: 'vaccinations',
      ImmunizationRecommendation: 'vaccinations that are due',
      ImmunizationEvaluation: 'whether vaccinations count',
      FamilyMemberHistory: 'illnesses in the family',
      ClinicalImpression: 'assessments by clinicians',
      RiskAssessment: 'estimates of risk',
      DetectedIssue: 'dangers found in a treatment',
      AdverseEvent: 'harm that came of care',
      BodyStructure: 'parts of the body',
      List: 'lists of entries',
      Basic: 'entries of other kinds',
    },
  ],
  [
    'Results and pictures',
    {
      Observation: 'results',
      DiagnosticReport: 'reports',
      Specimen: 'samples',
      ImagingStudy: 'X-rays and other scans',
      Media: 'pictures',
      MolecularSequence: 'genetic sequences',
    },
  ],
  [
    'Medicines',
    {
      MedicationRequest: 'prescriptions',
      MedicationStatement: 'medicines of one’s own',
      MedicationDispense: 'what the pharmacy gave',
      MedicationAdministration: 'doses that were given',
      Medication: 'names of medicines',
      MedicationKnowledge: 'what is known of medicines',
    },
  ],
  [
    'Care and orders',
    {
      CarePlan: 'care plans',
      CareTeam: 'the care team',
      Goal: 'goals',
      ServiceRequest: 'referrals and orders',
      RequestGroup: 'orders that belong together',
      NutritionOrder: 'diets',
      VisionPrescription: 'prescriptions of glasses',
      DeviceRequest: 'orders of devices',
      Device: 'devices',
      DeviceUseStatement: 'use of devices',
      DeviceMetric: 'settings of devices',
      SupplyRequest: 'orders of supplies',
      SupplyDelivery: 'deliveries of supplies',
      EpisodeOfCare: 'times under care',
      GuidanceResponse: 'advice by decision support',
      Task: 'requests',
    },
  ],
  [
    'Visits',
    {
      Encounter: 'visits on record',
      Appointment: 'visits',
      AppointmentResponse: 'who accepted a visit',
      Schedule: 'schedules',
      Slot: 'times for visits',
    },
  ],
  [
    'Messages, forms and documents',
    {
      Communication: 'messages',
      CommunicationRequest: 'messages to be sent',
      Questionnaire: 'questionnaires',
      QuestionnaireResponse: 'answers to questionnaires',
      DocumentReference: 'documents',
      DocumentManifest: 'sets of documents',
      Composition: 'composed documents',
      Binary: 'attached files',
    },
  ],
  [
    'Bills and insurance',
    {
      Account: 'accounts of bills',
      Invoice: 'bills and payments',
      ChargeItem: 'charges',
      ChargeItemDefinition: 'rules of charges',
      Coverage: 'insurance',
      CoverageEligibilityRequest: 'questions whether insurance pays',
      CoverageEligibilityResponse: 'answers whether insurance pays',
      Claim: 'claims to insurance',
      ClaimResponse: 'answers to claims',
      ExplanationOfBenefit: 'what insurance paid',
      PaymentNotice: 'notices of payment',
      PaymentReconciliation: 'payments of many claims',
      EnrollmentRequest: 'enrollments in insurance',
      EnrollmentResponse: 'answers to enrollments',
      InsurancePlan: 'insurance plans',
      Contract: 'contracts',
    },
  ],
  [
    'The clinic and its people',
    {
      Organization: 'clinics and other organizations',
      Location: 'places',
      HealthcareService: 'services of the clinic',
      Practitioner: 'people of the clinic',
      PractitionerRole: 'roles of people of the clinic',
      OrganizationAffiliation: 'who works together with whom',
      Endpoint: 'addresses of other systems',
      VerificationResult: 'checks of what is on record',
    },
  ],
  [
    'Origin and access',
    {
      AuditEvent: 'the log of access',
      Provenance: 'where entries are from',
      Linkage: 'entries about the same thing',
      Subscription: 'subscriptions',
      Bundle: 'collections of entries',
      MessageHeader: 'messages between systems',
      Parameters: 'what an operation is given',
      OperationOutcome: 'outcomes of requests',
    },
  ],
  [
    'Protocols and quality',
    {
      PlanDefinition: 'protocols',
      ActivityDefinition: 'activities of protocols',
      Library: 'libraries of rules',
      EventDefinition: 'events that start something',
      Measure: 'measures of quality',
      MeasureReport: 'reports of quality',
      ObservationDefinition: 'catalog of tests',
      SpecimenDefinition: 'catalog of samples',
      DeviceDefinition: 'catalog of devices',
      CatalogEntry: 'entries of catalogs',
    },
  ],
  [
    'Research',
    {
      ResearchStudy: 'research studies',
      ResearchSubject: 'who takes part in research',
      ResearchDefinition: 'questions of research',
      ResearchElementDefinition: 'parts of a research question',
      Evidence: 'evidence',
      EvidenceVariable: 'what evidence is about',
      EffectEvidenceSynthesis: 'evidence of effects',
      RiskEvidenceSynthesis: 'evidence of risks',
    },
  ],
  [
    'Substances and products',
    {
      Substance: 'substances',
      SubstanceSpecification: 'descriptions of substances',
      SubstanceReferenceInformation: 'facts about substances',
      SubstanceSourceMaterial: 'origins of substances',
      SubstanceNucleicAcid: 'nucleic acids',
      SubstancePolymer: 'polymers',
      SubstanceProtein: 'proteins',
      BiologicallyDerivedProduct: 'blood, cells and tissue',
      MedicinalProduct: 'medicines on the market',
      MedicinalProductAuthorization: 'approvals of medicines',
      MedicinalProductContraindication: 'when a medicine must not be used',
      MedicinalProductIndication: 'what a medicine is for',
      MedicinalProductIngredient: 'ingredients of medicines',
      MedicinalProductInteraction: 'what medicines do to each other',
      MedicinalProductManufactured: 'medicines as they are made',
      MedicinalProductPackaged: 'medicines as they are packed',
      MedicinalProductPharmaceutical: 'medicines as they are taken',
      MedicinalProductUndesirableEffect: 'side effects of medicines',
    },
  ],
  [
    'How systems talk',
    {
      CodeSystem: 'code systems',
      ValueSet: 'sets of codes',
      ConceptMap: 'translations of codes',
      NamingSystem: 'systems of numbers and codes',
      TerminologyCapabilities: 'what a server knows of codes',
      StructureDefinition: 'definitions of data',
      StructureMap: 'conversions of data',
      CompartmentDefinition: 'whose record an entry belongs to',
      GraphDefinition: 'which entries are read together',
      SearchParameter: 'ways to search',
      OperationDefinition: 'definitions of operations',
      MessageDefinition: 'definitions of messages between systems',
      CapabilityStatement: 'what a server can do',
      ImplementationGuide: 'guides to exchange',
      ExampleScenario: 'examples of exchange',
      TestScript: 'tests of systems',
      TestReport: 'outcomes of tests of systems',
    },
  ],
];

const THINGS: Words = Object.assign({}, ...ABOUT.map(([, things]) => things));

/** Of R5, or of no FHIR at all: by its own name. */
export function thingWords(type: string): string {
  const words = lookUp(THINGS, type);
  return words ? t(words) : type.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

/** As a heading; '' of none. */
export const thingsTitle = (types: readonly string[]): string => capital(types.map(thingWords).join(', '));

/** What it is about; undefined of a type that is not known. */
export function areaOf(type: string): string | undefined {
  const found = ABOUT.find(([, things]) => Object.hasOwn(things, type));
  return found && t(found[0]);
}

/** All areas, in their order. */
export const areas = (): readonly string[] => ABOUT.map(([area]) => t(area));
