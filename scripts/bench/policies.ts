/** What role policies and Consents cost: the same reads, searches and creates by a nurse and by a system, whose access rests on its token alone. */
import { median } from '../median.ts';
import { observation, patient } from './data.ts';
import { underLoad } from './load.ts';
import { percent, type Row, whole } from './row.ts';
import { type FhirUnderTest, STAFF, STAFF_TOKEN, startFhir, TOKEN } from './servers.ts';
import { fill } from './store-rows.ts';

const OBSERVATIONS = 10_000;
const PATIENTS = 100;
/** Patients whose Consent denies the nurse something; as many deny somebody else. */
const CONSENTS = 100;
const PSYCHIATRY = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'PSY' };

type Resource = { readonly resourceType: string; readonly id: string };

export async function policies(seconds: number): Promise<Row[]> {
  const fhir = await startFhir({ RATE_LIMIT_PER_SECOND: '0' });
  try {
    await fill(fhir, OBSERVATIONS, PATIENTS);
    await staffAndConsents(fhir);
    const query = '/fhir/Observation?patient=p3&code=http://loinc.org|4548-4&_sort=-date&_count=20';
    const page = (await (await fetch(new URL(query, fhir.base), { headers: headers(TOKEN) })).json()) as {
      entry: { resource: { id: string } }[];
    };
    const read = `/fhir/Observation/${page.entry[0]?.resource.id}`;
    let n = OBSERVATIONS;
    const overAll = () => ({
      method: 'GET',
      path: '/fhir/Observation?code=http://loinc.org|4548-4&_count=20',
    });
    return [
      await row(fhir, seconds, 'read by id', () => ({ method: 'GET', path: read })),
      await row(fhir, seconds, 'search patient + code', () => ({ method: 'GET', path: query })),
      await row(fhir, seconds, 'search of a code over all patients', overAll),
      await row(fhir, seconds, 'create', () => {
        n += 1;
        return { method: 'POST', path: '/fhir/Observation', body: JSON.stringify(observation(n, PATIENTS)) };
      }),
      await row(fhir, seconds, 'search over all patients, a denied label in use', overAll, () =>
        labelled(fhir),
      ),
    ];
  } finally {
    await fhir.close();
  }
}

const headers = (token: string): Record<string, string> => ({
  Authorization: `Bearer ${token}`,
  'Content-Type': 'application/fhir+json',
});

type Ask = () => { method: string; path: string; body?: string };

/** Turns of each token. */
const TURNS = 8;

interface Turn {
  readonly rate: number;
  /** Microseconds of processor a request. */
  readonly cost: number;
}

interface Pair {
  readonly system: Turn;
  readonly staff: Turn;
}

/** In short turns, each held against the one beside it: what else the machine does, and what the server still has to warm up to, meets both alike. */
async function row(
  fhir: FhirUnderTest,
  seconds: number,
  what: string,
  request: Ask,
  before: () => Promise<void> = async () => undefined,
): Promise<Row> {
  await before();
  const turn = async (token: string): Promise<Turn> => {
    const load = { url: fhir.base, token, connections: 16, seconds: (2 * seconds) / TURNS, request };
    const cost = fhir.cpu();
    const { perSecond, total, failed } = await underLoad(load);
    if (failed > 0) throw new Error(`${failed} requests failed: ${what}`);
    return { rate: perSecond, cost: (fhir.cpu() - cost) / total };
  };
  for (const token of [TOKEN, STAFF_TOKEN]) await turn(token);
  const pairs: Pair[] = [];
  while (pairs.length < TURNS) {
    const [first, second] = pairs.length % 2 ? [STAFF_TOKEN, TOKEN] : [TOKEN, STAFF_TOKEN];
    const turns = [await turn(first), await turn(second)] as const;
    const [system, staff] = first === TOKEN ? turns : [turns[1], turns[0]];
    pairs.push({ system, staff });
  }
  const middle = (of: (pair: Pair) => number): number => median(pairs.map(of));
  const rate = middle(({ system, staff }) => staff.rate / system.rate);
  const cost = middle(({ system, staff }) => system.cost / staff.cost);
  return {
    what: `${what}, by a nurse under role policies and ${2 * CONSENTS} Consents`,
    measured: `${whole(middle(({ staff }) => staff.rate))}/s, ${whole(middle(({ staff }) => staff.cost))} µs of processor`,
    against: `${percent(rate, 1)} of a system's token (${whole(middle(({ system }) => system.rate))}/s); ${percent(cost, 1)} by processor time`,
    goal: '≥ 90 %',
  };
}

/** One Observation that has what the Consents deny: from then on each row is asked for it. */
async function labelled(fhir: FhirUnderTest): Promise<void> {
  const body = JSON.stringify({ ...observation(0, PATIENTS), meta: { security: [PSYCHIATRY] } });
  const answer = await fetch(`${fhir.base}/Observation`, { method: 'POST', headers: headers(TOKEN), body });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
}

async function staffAndConsents(fhir: FhirUnderTest): Promise<void> {
  const clinic = { resourceType: 'Organization', id: 'clinic', name: 'Clinic' };
  const practitioners = [STAFF, 'somebody-else'].map((id) => ({ resourceType: 'Practitioner', id }));
  const role = {
    resourceType: 'PractitionerRole',
    id: 'role',
    active: true,
    practitioner: { reference: `Practitioner/${STAFF}` },
    organization: { reference: 'Organization/clinic' },
    code: [{ coding: [{ system: 'urn:wellspring:staff-role', code: 'nurse' }] }],
  };
  const others = Array.from(
    { length: 2 * CONSENTS },
    (_, i): Resource => ({ ...patient(0), resourceType: 'Patient', id: `c${i}` }),
  );
  const consents = others.map(({ id }, i) => ({
    resourceType: 'Consent',
    id: `consent-${i}`,
    status: 'active',
    scope: { text: 'privacy' },
    category: [{ text: 'privacy' }],
    policyRule: { text: 'OPTIN' },
    patient: { reference: `Patient/${id}` },
    provision: {
      type: 'permit',
      provision: [
        {
          type: 'deny',
          actor: [
            {
              role: { text: 'x' },
              reference: { reference: `Practitioner/${i % 2 ? STAFF : 'somebody-else'}` },
            },
          ],
          securityLabel: [PSYCHIATRY],
        },
      ],
    },
  }));
  const resources: readonly Resource[] = [clinic, ...practitioners, role, ...others, ...consents];
  for (const resource of resources) {
    const address = `${fhir.base}/${resource.resourceType}/${resource.id}`;
    const answer = await fetch(address, {
      method: 'PUT',
      headers: headers(TOKEN),
      body: JSON.stringify(resource),
    });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  }
}
