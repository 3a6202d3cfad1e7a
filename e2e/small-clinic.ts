/** A clinic of a few people with a day's work, made in a second: for tests that need every number in it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { consent, type Entrusted, relatedPerson } from '../auth-server/src/fhir/delegation.ts';
import { runScript } from '../scripts/processes.ts';
import { PASSWORD, type World } from './world.ts';

interface Resource {
  readonly resourceType: string;
  readonly id: string;
  readonly [element: string]: unknown;
}

export const ref = (reference: string, display?: string) => ({ reference, ...(display ? { display } : {}) });
export const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

const STAFF = [
  ['nina', 'Nina Brooks', 'nurse'],
  ['omar', 'Omar Haddad', 'nurse'],
  ['ruiz', 'Elena Ruiz', 'clinician'],
  ['stray', 'Sam Stray', undefined],
] as const;

function staff(): Resource[] {
  return STAFF.flatMap(([id, name, role]) => {
    const [given, family] = name.split(' ');
    return [
      { resourceType: 'Practitioner', id, name: [{ given: [given], family }] },
      ...(role
        ? [
            {
              resourceType: 'PractitionerRole',
              id: `${id}-role`,
              active: true,
              practitioner: ref(`Practitioner/${id}`, name),
              organization: ref('Organization/clinic', 'The clinic'),
              code: [{ coding: [{ system: 'urn:wellspring:staff-role', code: role }], text: role }],
            },
          ]
        : []),
    ];
  });
}

export const patient = (id: string, given: string, family: string): Resource => ({
  resourceType: 'Patient',
  id,
  name: [{ use: 'official', given: [given], family }],
  gender: 'female',
  birthDate: '1970-01-31',
  telecom: [
    { system: 'email', value: `${id}@example.org` },
    { system: 'phone', value: '555-010-0100' },
  ],
});

const drug = (id: string, name: string): Resource => ({
  resourceType: 'MedicationRequest',
  id,
  status: 'active',
  intent: 'order',
  medicationCodeableConcept: { text: name },
  subject: ref('Patient/ana'),
  authoredOn: '2026-01-05',
  requester: ref('Practitioner/ruiz', 'Elena Ruiz'),
  dosageInstruction: [{ text: 'Take 1 tablet by mouth once a day' }],
  dispenseRequest: { numberOfRepeatsAllowed: 3 },
});

function slots(): Resource[] {
  const first = new Date(Date.now() + 3 * 86_400_000);
  first.setUTCHours(14, 0, 0, 0);
  return Array.from({ length: 6 }, (_, i) => ({
    resourceType: 'Slot',
    id: `slot-${i}`,
    schedule: ref('Schedule/ruiz'),
    status: 'free',
    start: new Date(first.getTime() + i * 1_800_000).toISOString(),
    end: new Date(first.getTime() + (i + 1) * 1_800_000).toISOString(),
  }));
}

export const clinic = (): Resource[] => [
  { resourceType: 'Organization', id: 'clinic', name: 'The clinic' },
  ...staff(),
  patient('ana', 'Ana', 'Ferrer'),
  patient('ben', 'Ben', 'Moss'),
  {
    resourceType: 'CareTeam',
    id: 'team',
    status: 'active',
    name: 'Team of Ana',
    subject: ref('Patient/ana'),
    participant: [{ member: ref('Practitioner/ruiz', 'Elena Ruiz') }],
  },
  { resourceType: 'Schedule', id: 'ruiz', active: true, actor: [ref('Practitioner/ruiz', 'Elena Ruiz')] },
  ...slots(),
  ...invited(),
  drug('lisinopril', 'Lisinopril 20 mg'),
  {
    resourceType: 'Coverage',
    id: 'old-plan',
    status: 'active',
    subscriberId: 'OLD-1',
    beneficiary: ref('Patient/ana'),
    payor: [{ display: 'Old Plan' }],
  },
  {
    resourceType: 'Observation',
    id: 'potassium',
    status: 'preliminary',
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' },
        ],
      },
    ],
    code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }], text: 'Potassium' },
    subject: ref('Patient/ana'),
    effectiveDateTime: ago(300),
    valueQuantity: { value: 4.4, unit: 'mmol/L' },
  },
  {
    resourceType: 'DiagnosticReport',
    id: 'electrolytes',
    status: 'preliminary',
    code: { text: 'Electrolytes' },
    subject: ref('Patient/ana'),
    issued: ago(290),
    result: [ref('Observation/potassium')],
  },
];

/** Puts resources in, by the clinic's own system. */
export async function load(world: World, resources: readonly Resource[]): Promise<void> {
  const token = await world.systemToken();
  for (let from = 0; from < resources.length; from += 500) {
    const entry = resources.slice(from, from + 500).map((resource) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    }));
    const response = await fetch(world.fhir, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/fhir+json' },
      body: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }),
    });
    if (!response.ok) throw new Error(await response.text());
  }
}

/** Leo, whom Ana invited to her visits and nothing else, as auth-server writes it when he accepts. */
function invited(): Resource[] {
  const leo: Entrusted = {
    id: 'leo',
    patient: 'ana',
    given: 'Leo',
    family: 'Ferrer',
    email: 'leo@example.org',
    relation: 'child',
    kinds: ['visits'],
    until: new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10),
  };
  return [relatedPerson(leo, ago(60), 'UTC'), consent(leo, ago(60), 'UTC')] as unknown as Resource[];
}

/** Accounts of the staff, of Ana and of Leo: the username is the id. */
export async function accounts(world: World): Promise<void> {
  const file = join(world.dataDir, 'small-accounts.json');
  const account = (username: string, displayName: string, role: string, person: string) => ({
    username,
    email: `${username}@example.org`,
    password: PASSWORD,
    displayName,
    role,
    persons: [person],
  });
  writeFileSync(
    file,
    JSON.stringify([
      account('ana', 'Ana Ferrer', 'patient', 'Patient/ana'),
      account('leo', 'Leo Ferrer', 'proxy', 'RelatedPerson/leo'),
      ...STAFF.map(([id, name]) => account(id, name, 'practitioner', `Practitioner/${id}`)),
    ]),
  );
  await runScript('auth-server/src/admin/main.ts', ['accounts', 'import', file, '--demo'], {
    ...world.env,
  });
}
