/** Observations to search, and resources to write. */
import { randomBytes, randomUUID } from 'node:crypto';

const LOINC = [
  '4548-4',
  '2345-7',
  '718-7',
  '2160-0',
  '2951-2',
  '6690-2',
  '777-3',
  '13457-7',
  '2085-9',
  '3094-0',
];
const BUNDLE = 1000;

export function observation(n: number, patients: number): object {
  const patient = `p${n % patients}`;
  const code = LOINC[Math.floor(n / patients) % LOINC.length] as string;
  const day = new Date(Date.UTC(2010, 0, 1) + ((n * 7919 * 60_000) % (15 * 365 * 86_400_000)));
  return {
    resourceType: 'Observation',
    status: 'final',
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' },
        ],
      },
    ],
    code: { coding: [{ system: 'http://loinc.org', code, display: `Laboratory test ${code}` }], text: code },
    subject: { reference: `Patient/${patient}` },
    effectiveDateTime: day.toISOString(),
    issued: day.toISOString(),
    valueQuantity: {
      value: (n % 977) / 10,
      unit: 'mmol/L',
      system: 'http://unitsofmeasure.org',
      code: 'mmol/L',
    },
  };
}

export const patient = (i: number): object => ({
  resourceType: 'Patient',
  id: `p${i}`,
  name: [{ family: `Family${i}`, given: ['Given'] }],
  gender: 'unknown',
  birthDate: '1970-01-01',
});

/** Patients first, then the Observations, as transaction Bundles of 1,000. */
export function* bundles(observations: number, patients: number): Generator<string> {
  const entry = (resource: object, method: string, url: string): object => ({
    resource,
    request: { method, url },
  });
  const text = (entries: object[]): string =>
    JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: entries });
  for (let from = 0; from < patients; from += BUNDLE) {
    const count = Math.min(BUNDLE, patients - from);
    yield text(
      Array.from({ length: count }, (_, i) => entry(patient(from + i), 'PUT', `Patient/p${from + i}`)),
    );
  }
  for (let from = 0; from < observations; from += BUNDLE) {
    const count = Math.min(BUNDLE, observations - from);
    yield text(
      Array.from({ length: count }, (_, i) => entry(observation(from + i, patients), 'POST', 'Observation')),
    );
  }
}

const DAY = 86_400_000;
/** Codes that laboratories really use are some thousands. */
const CODES = 3000;

/** Two kilobytes, with an identifier, a code and a date of its own: what a laboratory sends. */
export function laboratory(patients: number): object {
  const code = `${Math.floor(Math.random() * CODES)}-1`;
  const when = new Date(Date.UTC(2000, 0, 1) + Math.random() * 25 * 365 * DAY).toISOString();
  return {
    ...observation(0, 1),
    identifier: [{ system: 'urn:laboratory', value: randomUUID() }],
    code: { coding: [{ system: 'http://loinc.org', code, display: `Laboratory test ${code}` }] },
    subject: { reference: `Patient/p${Math.floor(Math.random() * patients)}` },
    effectiveDateTime: when,
    issued: when,
    note: [{ text: randomBytes(600).toString('hex') }],
  };
}

export const transactionOf = (resources: readonly object[]): string =>
  JSON.stringify({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource) => ({ resource, request: { method: 'POST', url: 'Observation' } })),
  });
