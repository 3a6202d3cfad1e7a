/** Both loaders against the FHIR server as it runs, on a socket and a store of its own. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Bundle, BundleEntry, Resource } from '@medplum/fhirtypes';
import { validateProfiles } from '@wellspring/profiles';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Any,
  expectDocument,
  hasIps,
  IPS_PROFILES,
  loadIps,
} from '../../fhir-server/test/ips-documents.ts';
import { openWorld, type World } from '../../fhir-server/test/world.ts';
import { clinicBundles } from './clinic/bundles.ts';
import { demoAccounts, demoAccountsFile, writeDemoAccounts } from './clinic/demo-accounts.ts';
import { demoClinic } from './clinic/demo-clinic.ts';
import { hasClinic, loadClinic } from './clinic/load-clinic.ts';
import { createFhirClient, type FhirClient } from './fhir/fhir-client.ts';
import { createProgress } from './progress.ts';
import { openLoadState } from './synthea/load-state.ts';
import { describeReport, loadSynthea, type SyntheaOptions } from './synthea/load-synthea.ts';

let world: World;
let client: FhirClient;
let folder: string;
const said: string[] = [];
const progress = () => createProgress({ write: (text: string) => said.push(text) });

beforeAll(async () => {
  world = await openWorld();
  client = createFhirClient({ baseUrl: world.base, token: async () => world.system });
});
afterAll(() => world.close());

beforeEach(() => {
  said.length = 0;
  folder = mkdtempSync(join(tmpdir(), 'wellspring-seed-'));
  return () => rmSync(folder, { recursive: true });
});

async function total(type: string, query = ''): Promise<number> {
  const { total: count = -1 } = await client.search(type, {
    _summary: 'count',
    ...Object.fromEntries(new URLSearchParams(query)),
  });
  return count;
}

function ipsFaults(bundle: Any): string[] {
  const check = (resource: Any, profile: string): string[] =>
    validateProfiles(resource, [`${IPS_PROFILES}/${profile}`])
      .filter(({ severity }) => severity === 'error')
      .map(({ diagnostics, expression }) => `${resource.id} ${expression}: ${diagnostics}`);
  return bundle.entry.reduce(
    (faults: string[], { resource }: Any) => {
      const { resourceType: type, category } = resource;
      // Of these the IPS has profiles for some kinds only, which its Bundle tells apart.
      if (!['Device', 'DiagnosticReport'].includes(type)) faults.push(...check(resource, `${type}-uv-ips`));
      if (type === 'Observation' && category[0].coding[0].code === 'laboratory')
        faults.push(...check(resource, 'Observation-results-laboratory-uv-ips'));
      return faults;
    },
    check(bundle, 'Bundle-uv-ips'),
  );
}

describe('the demonstration clinic', () => {
  const clinic = demoClinic({ today: '2026-11-24' });
  const bundles = clinicBundles(clinic);

  it('loads whole, and is then there', async () => {
    expect(await hasClinic(client, bundles)).toBe(false);
    await loadClinic(client, bundles.slice(0, 3), progress());
    expect(await hasClinic(client, bundles), 'an interrupted load').toBe(false);
    const { resources } = await loadClinic(client, bundles, progress());
    expect(resources).toBe(bundles.reduce((sum, { bundle }) => sum + (bundle.entry?.length ?? 0), 0));
    expect(await hasClinic(client, bundles)).toBe(true);
    expect(said.at(-1)).toMatch(
      /^\d+\/\d+ Bundles \(Emma Larsen\), [\d,]+ resources, [\d,]+ resources\/s\n$/,
    );
  });

  it('is loaded again without a duplicate, on a later day too', async () => {
    const before = await Promise.all(
      ['Patient', 'Observation', 'Appointment', 'Slot'].map((type) => total(type)),
    );
    await loadClinic(client, clinicBundles(demoClinic({ today: '2026-12-03' })), progress());
    expect(
      await Promise.all(['Patient', 'Observation', 'Appointment', 'Slot'].map((type) => total(type))),
    ).toEqual(before);
    expect(before[0]).toBe(clinic.patients.length);
  });

  it('has an International Patient Summary of everybody, valid by the package of IPS where that is at hand', async () => {
    if (hasIps) loadIps();
    const faults: string[] = [];
    for (const { resources } of clinic.patients) {
      const id = resources.find(({ resourceType }) => resourceType === 'Patient')?.id as string;
      const { body } = await world.ask('GET', `/Patient/${id}/$summary`, { token: world.system });
      expectDocument(body);
      if (hasIps) faults.push(...ipsFaults(body).map((fault) => `${id}: ${fault}`));
    }
    expect(faults).toEqual([]);
  });

  it('answers the portal’s questions: a year of HbA1c, results of a panel, what is booked', async () => {
    const search = await client.search('Observation', {
      patient: 'maria-alvarez',
      code: 'http://loinc.org|4548-4',
      _sort: '-date',
      _count: '3',
    });
    expect(search.entry?.map(({ resource }) => resource?.id)).toEqual([
      'obs-maria-hba1c-latest',
      'obs-maria-hba1c-2026-09-08',
      'obs-maria-hba1c-2026-03-03',
    ]);
    expect(await total('Appointment', 'patient=maria-alvarez&status=booked')).toBe(2);
    const report = await client.search('DiagnosticReport', {
      _id: 'report-maria-lipid-latest',
      _include: 'DiagnosticReport:result',
    });
    expect(report.entry).toHaveLength(6);
  });

  it('names the resource that the server refused', async () => {
    const broken: Bundle = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        {
          resource: { resourceType: 'Patient', id: 'x', nme: 1 } as unknown as Resource,
          request: { method: 'PUT', url: 'Patient/x' },
        },
      ],
    };
    await expect(loadClinic(client, [{ name: 'Somebody', bundle: broken }], progress())).rejects.toThrow(
      /^Somebody.*Patient\/x.*nme/,
    );
  });
});

it('the sign-ins are written whole, readable by their owner alone', async () => {
  const accounts = demoAccounts(demoClinic({ today: '2026-11-24' }), 'Wellspring-Demo-1');
  const file = demoAccountsFile(join(folder, 'data'));
  await writeDemoAccounts(file, accounts);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(accounts);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, 'data'))).toEqual(['demo-accounts.json']);
});

describe('a folder of Synthea Bundles', () => {
  const HOSPITAL = 'aaaaaaaa-0000-4000-8000-000000000001';
  const DOCTOR = 'aaaaaaaa-0000-4000-8000-000000000002';
  const hospitals: Bundle = {
    resourceType: 'Bundle',
    type: 'batch',
    entry: [
      {
        fullUrl: `urn:uuid:${HOSPITAL}`,
        resource: {
          resourceType: 'Organization',
          id: HOSPITAL,
          identifier: [{ system: 'urn:test', value: 'hospital' }],
          name: 'Hospital',
        },
        request: { method: 'POST', url: 'Organization', ifNoneExist: 'identifier=urn:test|hospital' },
      },
      post({ resourceType: 'Location', id: 'aaaaaaaa-0000-4000-8000-000000000003', name: 'Hospital' }),
    ],
  };
  const practitioners: Bundle = {
    resourceType: 'Bundle',
    type: 'batch',
    entry: [
      post({
        resourceType: 'Practitioner',
        id: DOCTOR,
        identifier: [{ system: 'urn:test', value: 'doctor' }],
      }),
    ],
  };

  function post(resource: Resource): BundleEntry {
    return {
      fullUrl: `urn:uuid:${resource.id}`,
      resource,
      request: { method: 'POST', url: resource.resourceType },
    };
  }

  function patient(number: number, doctor = 'doctor'): Bundle {
    const id = (suffix: number) =>
      `bbbbbbbb-0000-4000-8000-${String(number * 100 + suffix).padStart(12, '0')}`;
    return {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        post({
          resourceType: 'Patient',
          id: id(0),
          identifier: [{ system: 'urn:test', value: `patient-${number}` }],
        }),
        post({
          resourceType: 'Encounter',
          id: id(1),
          status: 'finished',
          class: { code: 'AMB' },
          subject: { reference: `urn:uuid:${id(0)}` },
          participant: [{ individual: { reference: `Practitioner?identifier=urn:test|${doctor}` } }],
          serviceProvider: { reference: 'Organization?identifier=urn:test|hospital' },
        }),
      ],
    };
  }

  function write(name: string, content: unknown): void {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(join(folder, name), name.endsWith('.gz') ? gzipSync(text) : text);
  }

  async function load(options: Partial<SyntheaOptions> = {}) {
    const state = await openLoadState(join(folder, 'state', 'seed-synthea.json'), world.base);
    return loadSynthea({
      directory: folder,
      concurrency: 2,
      again: false,
      keepGoing: false,
      client,
      state,
      progress: progress(),
      ...options,
    });
  }

  beforeEach(() => {
    // Names sort the patients first: the order must come from what the files are.
    write('Aaron.json', patient(1));
    write('Berta.json.gz', patient(2));
    write('hospitalInformation1.json', hospitals);
    write('practitionerInformation1.json.gz', practitioners);
    write('notes.txt', 'not a Bundle');
  });

  it('loads hospitals and practitioners first, keeps their uuids, and lets the server resolve references', async () => {
    const report = await load();
    expect(report).toMatchObject({ files: 4, skipped: 0, resources: 7, errors: [] });
    expect(describeReport(report)).toMatch(
      /^4 files, 7 resources, \d+\.\d s, [\d,]+ resources\/s, 0 errors$/,
    );
    const encounter = await client.read('Encounter', 'bbbbbbbb-0000-4000-8000-000000000201');
    expect(encounter).toMatchObject({
      subject: { reference: 'Patient/bbbbbbbb-0000-4000-8000-000000000200' },
      participant: [{ individual: { reference: `Practitioner/${DOCTOR}` } }],
      serviceProvider: { reference: expect.stringMatching(/^Organization\/.+/) },
    });
  });

  it('goes on where it stopped, and makes no duplicates when told to send everything again', async () => {
    await load();
    write('Carla.json', patient(3));
    expect(await load()).toMatchObject({ files: 1, skipped: 4, resources: 2 });
    const before = await Promise.all(
      ['Patient', 'Encounter', 'Organization', 'Practitioner'].map((type) => total(type)),
    );
    expect(await load({ again: true })).toMatchObject({ files: 5, skipped: 0, resources: 9, errors: [] });
    expect(
      await Promise.all(['Patient', 'Encounter', 'Organization', 'Practitioner'].map((type) => total(type))),
    ).toEqual(before);
  });

  it('sends a file again that changed, or that the server has lost', async () => {
    await load();
    write('Aaron.json', { ...patient(1), id: 'changed' });
    expect(await load()).toMatchObject({ files: 1, skipped: 3 });
    const answer = await world.ask('DELETE', `/Practitioner/${DOCTOR}`, { token: world.system });
    if (answer.status < 300) expect(await load()).toMatchObject({ files: 1, skipped: 3 });
    else expect(answer.status).toBe(409);
  });

  it('remembers nothing of another server', async () => {
    await load();
    const state = await openLoadState(join(folder, 'state', 'seed-synthea.json'), 'http://elsewhere/fhir');
    expect(await load({ state })).toMatchObject({ files: 4, skipped: 0 });
  });

  it('stops at a Bundle the server refuses and names file, entry and reason; nothing of it is there', async () => {
    write('Berta.json.gz', patient(9, 'nobody'));
    const report = await load({ concurrency: 1 });
    expect(report.errors).toHaveLength(1);
    expect(report.errors[0]).toMatch(
      /^Berta\.json\.gz, entry 1 \(Encounter\/bbbbbbbb-0000-4000-8000-000000000901\): 4\d\d: .*participant/,
    );
    expect(await client.exists('Patient', 'bbbbbbbb-0000-4000-8000-000000000900')).toBe(false);
  });

  it('goes on after it when told to', async () => {
    write('Aaron.json', patient(9, 'nobody'));
    expect(await load({ keepGoing: true })).toMatchObject({
      files: 3,
      errors: [expect.stringContaining('Aaron.json, entry 1')],
    });
  });

  it('finds what failed inside a batch that was answered with 200', async () => {
    const entry = [
      ...(practitioners.entry ?? []),
      post({
        resourceType: 'Practitioner',
        id: 'cccccccc-0000-4000-8000-000000000001',
        gender: 'wrong',
      } as unknown as Resource),
    ];
    write('practitionerInformation1.json.gz', { ...practitioners, entry });
    const report = await load();
    expect(report.errors[0]).toMatch(/^practitionerInformation1\.json\.gz, entry 1 .*gender/);
    expect(report.files, 'patients must not be sent without their practitioners').toBe(1);
  });

  it.each([
    ['is cut off', '{"resourceType":"Bun'],
    ['is no Bundle', { resourceType: 'Patient' }],
    ['is a Bundle of another kind', { resourceType: 'Bundle', type: 'searchset' }],
    [
      'has an entry without request',
      { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: { resourceType: 'Patient' } }] },
    ],
  ])('names a file that %s', async (_what, content) => {
    write('Aaron.json', content);
    expect((await load({ concurrency: 1 })).errors[0]).toMatch(/^Aaron\.json/);
  });

  it('says that there is nothing to load', async () => {
    await expect(load({ directory: join(folder, 'nowhere') })).rejects.toThrow(/cannot be read/);
    const empty = mkdtempSync(join(tmpdir(), 'wellspring-seed-'));
    await expect(load({ directory: empty })).rejects.toThrow(/holds no \.json/);
    rmSync(empty, { recursive: true });
  });
});
