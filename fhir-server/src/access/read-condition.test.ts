/** What of a small clinic each kind of token may read: docs/SECURITY.md, rules R2, R4, R11, R18, R19. */
import { isResourceType } from '@wellspring/profiles';
import { describe, expect, it } from 'vitest';
import { asPatient, asProxy, contextOf, createMemory, type Resource, ref } from '../../test/in-memory.ts';
import type { AccessContext } from './access-context.ts';
import { auditPatients } from './audit-reach.ts';
import { isKept, labelsOf, labelTokens } from './labels.ts';
import { DIRECTORY_TYPES, OWNER_ELEMENTS, ownersOf } from './owner-table.ts';
import { isPatientLevel, isStaff, isSystem, readCondition, requireReadCondition } from './read-condition.ts';
import { restrict } from './restrict.ts';
import { ownSubscriptions } from './subscriber.ts';

const label = (system: string, code: string) => ({
  system: `http://terminology.hl7.org/CodeSystem/${system}`,
  code,
});
const NOPAT = label('v3-ActCode', 'NOPAT');
const RESTRICTED = label('v3-Confidentiality', 'R');
const VERY_RESTRICTED = label('v3-Confidentiality', 'V');
const lab = (id: string, of: string, security: object[] = [], code = 'laboratory'): Resource => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: 'x' },
  category: [{ coding: [{ system: 'urn:c', code }] }],
  subject: ref(`Patient/${of}`),
  encounter: ref(`Encounter/visit-${of}`),
  ...(security.length > 0 ? { meta: { security } } : {}),
});
const find = createMemory([
  ...['a', 'b'].flatMap((id): Resource[] => [
    { resourceType: 'Patient', id },
    { resourceType: 'Encounter', id: `visit-${id}`, status: 'finished', subject: ref(`Patient/${id}`) },
  ]),
  lab('plain-a', 'a'),
  lab('vital-a', 'a', [], 'vital-signs'),
  lab('nopat-a', 'a', [NOPAT]),
  lab('r-a', 'a', [RESTRICTED]),
  lab('v-a', 'a', [VERY_RESTRICTED]),
  lab('other-label-a', 'a', [label('v3-Confidentiality', 'N'), { system: 'urn:x', code: 'R' }]),
  lab('plain-b', 'b'),
  { resourceType: 'Practitioner', id: 'doc' },
  ...['ihe-iid', 'dicom-wado-rs', 'hl7-fhir-msg'].map(
    (code): Resource => ({
      resourceType: 'Endpoint',
      id: `by-${code}`,
      status: 'active',
      connectionType: { system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type', code },
      payloadType: [{ text: 'any' }],
      address: 'https://pacs.example',
      header: ['Authorization: Bearer secret'],
    }),
  ),
  { resourceType: 'RelatedPerson', id: 'mum', patient: ref('Patient/a') },
  {
    resourceType: 'Group',
    id: 'group',
    type: 'person',
    actual: true,
    member: [{ entity: ref('Patient/a') }],
  },
]);

const reads = (access: AccessContext, type: string, interaction: 'r' | 's' = 's'): string[] | undefined => {
  const condition = readCondition(access, type, interaction);
  return condition && find(type, condition);
};

describe('a token reads', () => {
  it('of a patient: their own, but what is first said in person', () => {
    const access = asPatient('a');
    expect(reads(access, 'Observation')).toEqual(['plain-a', 'vital-a', 'r-a', 'v-a', 'other-label-a']);
    expect(reads(access, 'Patient')).toEqual(['a']);
    expect(reads(access, 'Practitioner')).toEqual(['doc']);
    expect(reads(access, 'Group')).toEqual([]);
    expect(reads(access, 'AuditEvent')).toEqual([]);
    expect(reads(asPatient('b'), 'Observation')).toEqual(['plain-b']);
  });

  it('of the clinic’s technical addresses: the viewers of pictures, and not those of machines with what is sent to them', () => {
    for (const access of [asPatient('a'), asProxy('a')])
      expect(reads(access, 'Endpoint')).toEqual(['by-ihe-iid']);
  });

  it('of a proxy: the same, but what was told in confidence', () => {
    expect(reads(asProxy('a'), 'Observation')).toEqual(['plain-a', 'vital-a', 'other-label-a']);
    expect(reads(asProxy('a'), 'Patient')).toEqual(['a']);
  });

  it('of somebody who is not known to be the patient: as a proxy', () => {
    expect(reads(contextOf('patient/*.rs', { patient: 'a' }), 'Observation')).toEqual([
      'plain-a',
      'vital-a',
      'other-label-a',
    ]);
    const another = contextOf('patient/*.rs', { user: 'Patient/b', patient: 'a' });
    expect(reads(another, 'Observation')).toEqual(['plain-a', 'vital-a', 'other-label-a']);
  });

  it('with user/ scopes: the record of the patient who signed in, or the one that a proxy acts for', () => {
    const own = contextOf('user/*.rs', { user: 'Patient/a' });
    expect(reads(own, 'Observation')).toEqual(['plain-a', 'vital-a', 'r-a', 'v-a', 'other-label-a']);
    const both = contextOf('user/*.rs', { user: 'Patient/a', patient: 'b' });
    expect(reads(both, 'Observation')).toEqual(['plain-a', 'vital-a', 'r-a', 'v-a', 'other-label-a']);
    expect(reads(asProxy('a', 'user/*.rs'), 'Observation')).toEqual(['plain-a', 'vital-a', 'other-label-a']);
    expect(reads(contextOf('user/*.rs', { user: 'RelatedPerson/mum' }), 'Observation')).toEqual([]);
  });

  it('of nobody in particular, in a launch: that patient, and no person', () => {
    const access = contextOf('openid fhirUser user/Observation.rs', { patient: 'a' });
    expect(reads(access, 'Observation')).toEqual(['plain-a', 'vital-a', 'other-label-a']);
    expect(reads(access, 'Patient')).toBeUndefined();
  });

  it('of a Subscription: their own, whatever else they may open', () => {
    const staff = contextOf('user/*.rs', { user: 'Practitioner/doc' });
    for (const access of [asPatient('a'), asProxy('a'), staff, contextOf('system/*.rs')])
      expect(readCondition(access, 'Subscription', 'r')).toEqual(ownSubscriptions(access));
  });

  it('with patient/ scopes and no patient: nothing of anybody', () => {
    const nobody = contextOf('patient/*.rs', { user: 'Practitioner/doc' });
    for (const type of ['Observation', 'Patient', 'AuditEvent'])
      expect(readCondition(nobody, type, 's')).toEqual({ kind: 'none' });
    expect(reads(contextOf('patient/*.rs', { user: 'Practitioner/doc' }), 'Observation')).toEqual([]);
    expect(reads(contextOf('patient/*.rs', { user: 'Practitioner/doc' }), 'Practitioner')).toEqual(['doc']);
  });

  it('of a system: everything of the types that it names', () => {
    const all = reads(contextOf('system/Observation.rs'), 'Observation');
    expect(all).toHaveLength(7);
    expect(reads(contextOf('system/Observation.rs'), 'Patient')).toBeUndefined();
    expect(readCondition(contextOf('system/*.rs'), 'Group', 's')).toEqual({ kind: 'all' });
  });

  it('of staff: within the reach of each scope, by user/ scopes; in a launch, of that patient too', () => {
    const within = (scope: string, reach: object | undefined, patient?: string): AccessContext => {
      const access = contextOf(scope, { user: 'Practitioner/doc', ...(patient ? { patient } : {}) });
      return {
        ...access,
        scopes: access.scopes.map((each) => ({ ...each, ...(reach ? { reach } : {}) })),
      } as AccessContext;
    };
    const onlyB = { kind: 'id', ids: ['b'] };
    expect(reads(within('user/*.rs', onlyB), 'Observation')).toEqual(['plain-b']);
    expect(reads(within('user/*.rs', undefined), 'Observation')).toHaveLength(7);
    expect(reads(within('patient/*.rs', onlyB, 'a'), 'Observation')).toEqual([]);
    expect(reads(within('patient/*.rs', onlyB, 'b'), 'Observation')).toEqual(['plain-b']);
    expect(reads(within('patient/*.rs', undefined, 'a'), 'Observation')).toEqual([
      'plain-a',
      'vital-a',
      'other-label-a',
    ]);
  });

  it('what the scope filters, each by all of its pairs, several scopes together', () => {
    const filtered = (scope: string) => reads(asPatient('a', scope), 'Observation');
    expect(filtered('patient/Observation.rs?category=urn:c|vital-signs')).toEqual(['vital-a']);
    expect(filtered('patient/Observation.rs?category=vital-signs&status=final')).toEqual(['vital-a']);
    expect(filtered('patient/Observation.rs?category=vital-signs&status=amended')).toEqual([]);
    expect(
      filtered(
        'patient/Observation.rs?category=vital-signs patient/Observation.rs?category=urn:c|laboratory',
      ),
    ).toEqual(['plain-a', 'vital-a', 'r-a', 'v-a', 'other-label-a']);
    expect(filtered('patient/Observation.rs?category=vital-signs&colour=red')).toBeUndefined();
  });

  it('by the interaction that was granted, and of no other type', () => {
    expect(reads(asPatient('a', 'patient/Observation.r'), 'Observation', 's')).toBeUndefined();
    expect(reads(asPatient('a', 'patient/Observation.r'), 'Observation', 'r')).toBeDefined();
    expect(reads(asPatient('a', 'patient/Observation.s'), 'Observation', 'r')).toBeUndefined();
    expect(reads(asPatient('a', 'patient/Observation.cud'), 'Observation', 'r')).toBeUndefined();
    expect(reads(asPatient('a', 'patient/Observation.rs'), 'Encounter')).toBeUndefined();
    expect(() => requireReadCondition(asPatient('a', 'patient/Observation.rs'), 'Encounter', 's')).toThrow(
      expect.objectContaining({ status: 403 }),
    );
    expect(requireReadCondition(contextOf('system/*.r'), 'Encounter', 'r')).toEqual({ kind: 'all' });
  });

  it('themself, by openid and fhirUser', () => {
    const access = contextOf('openid fhirUser', { user: 'RelatedPerson/mum', patient: 'a' });
    expect(reads(access, 'RelatedPerson')).toEqual(['mum']);
    expect(reads(access, 'Patient')).toBeUndefined();
    expect(reads(contextOf('openid', { user: 'RelatedPerson/mum' }), 'RelatedPerson')).toBeUndefined();
  });

  it('tells staff and systems from the others', () => {
    const of = (user?: string) => contextOf('user/*.rs system/*.rs', user === undefined ? {} : { user });
    expect(
      ['Practitioner/x', 'PractitionerRole/x', 'Patient/x', 'RelatedPerson/x'].map((user) =>
        isStaff(of(user)),
      ),
    ).toEqual([true, true, false, false]);
    expect([isStaff(of()), isSystem(of()), isSystem(of('Practitioner/x'))]).toEqual([false, true, false]);
    // Whoever has no scopes at all is no system.
    for (const access of [contextOf(''), asPatient('a', ''), asPatient('a'), asProxy('a')])
      expect([isSystem(access), isPatientLevel(access)]).toEqual([false, true]);
    for (const access of [of(), of('Practitioner/x'), contextOf('', { user: 'PractitionerRole/x' })])
      expect(isPatientLevel(access)).toBe(false);
  });
});

describe('labels', () => {
  const named = (...security: object[]) => labelsOf({ meta: { security } });

  it('are known by system and code', () => {
    expect(named(NOPAT, VERY_RESTRICTED, RESTRICTED)).toEqual(['NOPAT', 'R', 'V']);
    expect(
      named({ system: 'urn:x', code: 'NOPAT' }, label('v3-ActCode', 'R'), label('v3-Confidentiality', 'N')),
    ).toEqual([
      'http://terminology.hl7.org/CodeSystem/v3-ActCode|R',
      'http://terminology.hl7.org/CodeSystem/v3-Confidentiality|N',
      'urn:x|NOPAT',
    ]);
    expect(labelTokens(['NOPAT', 'urn:x|NOPAT', '|x'])).toEqual([
      { param: '_security', ...NOPAT },
      { param: '_security', system: 'urn:x', code: 'NOPAT' },
      { param: '_security', system: '', code: 'x' },
    ]);
    expect([labelsOf({}), labelsOf({ meta: {} })]).toEqual([[], []]);
  });

  it('keep from each reader what the query keeps from them', () => {
    const kept = (access: AccessContext) =>
      ['NOPAT', 'R', 'V', 'x'].filter((code) => isKept([code], access, ['a']));
    expect(kept(asPatient('a'))).toEqual(['NOPAT']);
    expect(kept(asProxy('a'))).toEqual(['NOPAT', 'R', 'V']);
    expect(kept(asPatient('b'))).toEqual(['NOPAT', 'R', 'V']);
    expect(isKept([], asProxy('a'), ['a'])).toBe(false);
  });
});

/** By the element that says whose it is, as R4's own pages of the types have it. */
const OWNED_BY: Readonly<Record<string, string>> = {
  subject:
    'Account AdverseEvent Basic CarePlan CareTeam ChargeItem ClinicalImpression Communication CommunicationRequest Composition Condition DeviceRequest DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference Encounter Flag Goal GuidanceResponse ImagingStudy Invoice List MeasureReport Media MedicationAdministration MedicationDispense MedicationRequest MedicationStatement Observation Procedure QuestionnaireResponse RequestGroup RiskAssessment ServiceRequest Specimen',
  patient:
    'AllergyIntolerance BodyStructure Claim ClaimResponse Consent CoverageEligibilityRequest CoverageEligibilityResponse DetectedIssue Device EpisodeOfCare ExplanationOfBenefit FamilyMemberHistory Immunization ImmunizationEvaluation ImmunizationRecommendation MolecularSequence NutritionOrder RelatedPerson SupplyDelivery VisionPrescription',
  'participant.actor': 'Appointment',
  actor: 'AppointmentResponse',
  'entity.what': 'AuditEvent',
  securityContext: 'Binary',
  beneficiary: 'Coverage',
  candidate: 'EnrollmentRequest',
  target: 'Provenance',
  individual: 'ResearchSubject',
  deliverFor: 'SupplyRequest',
  for: 'Task',
};

describe('whose a resource is', () => {
  const table = Object.entries(OWNED_BY).flatMap(([path, types]) =>
    types.split(' ').map((type): [type: string, path: string] => [type, path]),
  );

  it('is told for these types and no others', () => {
    expect(Object.keys(OWNER_ELEMENTS).sort()).toEqual(table.map(([type]) => type).sort());
    for (const [type] of table) expect(isResourceType(type), type).toBe(true);
  });

  it.each(table)('of %s stands in %s, and nowhere else', (resourceType, path) => {
    const value = ref('Patient/a');
    const [head = '', next] = path.split('.');
    const resource = { resourceType, id: 'x', [head]: next === undefined ? value : [{ [next]: value }] };
    expect(ownersOf(resource)).toEqual(['a']);
    for (const other of [
      'subject',
      'patient',
      'performer',
      'recipient',
      'author',
      'source',
      'payor',
      'member',
    ])
      if (other !== head) expect(ownersOf({ resourceType, id: 'x', [other]: value } as never)).toEqual([]);
  });

  it('is read from references of every shape, and from nothing else', () => {
    const owners = (subject: unknown) => ownersOf({ resourceType: 'Observation', subject } as never);
    expect(owners(ref('Patient/a'))).toEqual(['a']);
    expect(owners(ref('Patient/a/_history/2'))).toEqual(['a']);
    expect(owners([ref('Patient/a'), ref('Patient/b'), ref('Patient/a')])).toEqual(['a', 'b']);
    for (const wrong of [
      ref('Group/a'),
      ref('Patient/a?x'),
      ref('xPatient/a'),
      ref('Patient/a/x'),
      ref('Patient/'),
      ref(`Patient/${'x'.repeat(65)}`),
      { reference: 7 },
      { identifier: {} },
      'Patient/a',
      null,
      undefined,
    ])
      expect(owners(wrong), JSON.stringify(wrong)).toEqual([]);
    const visit = {
      resourceType: 'Appointment',
      participant: [
        { actor: ref('Patient/a') },
        null,
        { actor: ref('Practitioner/x') },
        { actor: ref('Patient/b') },
      ],
    };
    expect(ownersOf(visit as never)).toEqual(['a', 'b']);
  });

  it('of a Patient is that Patient, and of what has no row nobody', () => {
    expect(ownersOf({ resourceType: 'Patient', id: 'a' })).toEqual(['a']);
    expect(ownersOf({ resourceType: 'Patient' })).toEqual([]);
    expect(ownersOf({ resourceType: 'Group', member: [{ entity: ref('Patient/a') }] } as never)).toEqual([]);
  });

  it('is nobody’s of what everybody reads', () => {
    expect([...DIRECTORY_TYPES].sort()).toEqual([
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
    for (const type of DIRECTORY_TYPES) expect(Object.hasOwn(OWNER_ELEMENTS, type)).toBe(false);
  });
});

describe('a hop to another type', () => {
  const access = asPatient('a', 'patient/Observation.rs patient/Encounter.rs patient/Patient.rs');
  const all = { kind: 'all' } as const;
  const observations = {
    kind: 'reverseChained',
    type: 'Observation',
    param: 'encounter',
    where: all,
  } as const;
  const leaf = { kind: 'token', param: 'status', code: 'final' } as const;
  const encounters = (node: Parameters<typeof restrict>[1]) => find('Encounter', restrict(access, node));

  it('sees what the token sees there, in every place of the tree', () => {
    expect(find('Encounter', observations)).toEqual(['visit-a', 'visit-b']);
    expect(encounters(observations)).toEqual(['visit-a']);
    expect(encounters({ kind: 'not', node: observations })).toEqual(['visit-b']);
    expect(encounters({ kind: 'and', nodes: [all, observations] })).toEqual(['visit-a']);
    expect(encounters({ kind: 'or', nodes: [observations, { kind: 'none' }] })).toEqual(['visit-a']);
    const twoHops = {
      kind: 'chained',
      param: 'subject',
      type: 'Patient',
      where: { kind: 'reverseChained', type: 'Observation', param: 'subject', where: leaf },
    } as const;
    expect(find('Encounter', twoHops)).toEqual(['visit-a', 'visit-b']);
    expect(encounters(twoHops)).toEqual(['visit-a']);
    expect(encounters({ kind: 'not', node: { kind: 'not', node: twoHops } })).toEqual(['visit-a']);
    const onlySecond = restrict(
      asPatient('a', 'patient/Observation.rs user/Patient.rs patient/Patient.rs'),
      twoHops,
    );
    expect(find('Encounter', onlySecond)).toEqual(['visit-a']);
  });

  it('leaves the rest of the tree as it was', () => {
    expect(restrict(access, leaf)).toBe(leaf);
    expect(restrict(access, { kind: 'or', nodes: [leaf, all] })).toEqual({ kind: 'or', nodes: [leaf, all] });
    expect(restrict(access, { kind: 'not', node: leaf })).toEqual({ kind: 'not', node: leaf });
  });

  it('to a type that is not granted is refused, wherever it stands', () => {
    const hop = { kind: 'chained', param: 'performer', type: 'Practitioner', where: all } as const;
    const second = { ...observations, where: hop };
    for (const node of [
      hop,
      { kind: 'not', node: hop },
      { kind: 'or', nodes: [all, hop] },
      second,
      { kind: 'not', node: second },
    ] as const)
      expect(() => restrict(access, node)).toThrow(expect.objectContaining({ status: 403 }));
    expect(() => restrict(asPatient('a', 'patient/Observation.r'), observations)).toThrow();
  });
});

describe('the log', () => {
  it('is shown for the patients that the token is for, whatever Consents bind the clinic’s reader', () => {
    expect(auditPatients(contextOf('system/AuditEvent.rs'))).toBeUndefined();
    expect(auditPatients(asPatient('a'))).toEqual(['a']);
    expect(
      [
        ...(auditPatients(contextOf('user/*.rs patient/*.rs', { user: 'Patient/a', patient: 'b' })) ?? []),
      ].sort(),
    ).toEqual(['a', 'b']);
    expect(auditPatients(contextOf('user/*.rs patient/*.rs', { user: 'Patient/a', patient: 'a' }))).toEqual([
      'a',
    ]);
    expect(auditPatients(asPatient('a', 'patient/AuditEvent.rs?type=x'))).toEqual([]);
    expect(auditPatients(contextOf('patient/*.rs', { user: 'RelatedPerson/mum' }))).toEqual([]);
    expect(() => auditPatients(asPatient('a', 'patient/Observation.rs'))).toThrow(
      expect.objectContaining({ status: 403 }),
    );
    const denied = { id: 'c', patient: 'a', provision: { type: 'deny' as const } };
    const consents = { actors: new Set<string>(), rules: [denied], at: 0, opened: undefined };
    const auditor = contextOf('user/AuditEvent.rs', { user: 'Practitioner/auditor' });
    expect(auditPatients({ ...auditor, consents })).toBeUndefined();
    // To the patient's side it is a part of the record.
    expect(auditPatients({ ...asProxy('a'), consents })).toEqual([]);
    expect(auditPatients({ ...asProxy('b'), consents })).toEqual(['b']);
    const system = 'http://hl7.org/fhir/resource-types';
    const seen = (provision: object) => {
      const rules = [{ id: 'c', patient: 'a', provision: { type: 'deny', ...provision } }];
      return auditPatients({ ...asProxy('a'), consents: { ...consents, rules } } as AccessContext);
    };
    expect(seen({ class: [{ system, code: 'AuditEvent' }] })).toEqual([]);
    expect(seen({ class: [{ system, code: 'Observation' }] })).toEqual(['a']);
    expect(seen({ action: [{ coding: [{ code: 'access' }] }] })).toEqual([]);
    expect(seen({ action: [{ coding: [{ code: 'correct' }] }] })).toEqual(['a']);
  });
});

describe('what was granted without a scope for it', () => {
  it('is the resource of whoever signed in, and nothing else', () => {
    const scope = 'openid fhirUser';
    expect(reads(contextOf(scope, { user: 'Patient/a' }), 'Patient')).toEqual(['a']);
    expect(reads(contextOf(scope, { user: 'RelatedPerson/mum' }), 'RelatedPerson')).toEqual(['mum']);
    expect(reads(contextOf(scope, { user: 'RelatedPerson/mum' }), 'Patient')).toBeUndefined();
    expect(reads(contextOf(scope, { user: 'Patient/a' }), 'Observation')).toBeUndefined();
    expect(reads(contextOf('openid', { user: 'Patient/a' }), 'Patient')).toBeUndefined();
  });

  it('are labels that a Consent opens to a proxy by name', () => {
    const opened = { ...asProxy('a'), opensLabels: ['R'] };
    expect(reads(opened, 'Observation')).toEqual(['plain-a', 'vital-a', 'r-a', 'other-label-a']);
    expect(['R', 'V', 'NOPAT'].map((code) => isKept([code], opened, ['a']))).toEqual([false, true, true]);
    expect(['R', 'V', 'NOPAT'].map((code) => isKept([code], asProxy('a'), ['a']))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('a record of two people keeps from each what is kept from proxies', () => {
    expect(isKept(['R'], asPatient('a'), ['a'])).toBe(false);
    expect(isKept(['R'], asPatient('a'), ['a', 'b'])).toBe(true);
    expect(isKept(['R'], asPatient('a'), ['b', 'a'])).toBe(true);
  });
});
