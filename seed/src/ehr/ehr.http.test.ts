/** The clinic's desk against the FHIR server as it runs, with the demonstration clinic in it. */
import type {
  Appointment,
  Communication,
  Coverage,
  DiagnosticReport,
  MedicationRequest,
  Observation,
  Task,
} from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from '../../../fhir-server/test/world.ts';
import { clinicBundles } from '../clinic/bundles.ts';
import { demoClinic } from '../clinic/demo-clinic.ts';
import { UsageError } from '../command-line.ts';
import { createFhirClient, type FhirClient } from '../fhir/fhir-client.ts';
import { ActionError } from './actions.ts';
import { runEhr } from './ehr-command.ts';
import { listWaiting, unanswered } from './waiting.ts';

const NOW = new Date('2026-11-24T15:00:00Z');
let world: World;
let client: FhirClient;
const ehr = (...args: string[]) => runEhr(args, { client, now: () => NOW });
const waiting = async () => (await listWaiting(client)).map(({ kind, id }) => `${kind} ${id}`);

beforeAll(async () => {
  world = await openWorld();
  client = createFhirClient({ baseUrl: world.base, token: async () => world.system });
  for (const { bundle } of clinicBundles(demoClinic({ today: '2026-11-24' })))
    await client.transaction(bundle);
});
afterAll(() => world.close());

describe('the desk', () => {
  it('sees every message, refill, visit and result that waits', async () => {
    expect((await waiting()).sort()).toEqual([
      'appointment appointment-james-request',
      'appointment appointment-walter-feet',
      'insurance coverage-dorothy-supplement',
      'message message-aisha-travel',
      'message message-daniel-sleep-1',
      'message message-robert-gout',
      'message message-samuel-sleep',
      'profile correction-aisha-name',
      'refill refill-maria-lisinopril',
      'result report-james-cmp-latest',
      'result report-james-nt-pro-bnp-latest',
    ]);
    expect(await ehr('list')).toMatch(
      /Daniel Kim +message-daniel-sleep-1\n {4}Sertraline and sleep: I wake up/,
    );
  });

  it('answers a message in its thread', async () => {
    const place = await ehr('reply', 'message-daniel-sleep-1', 'Please take it in the morning.');
    const id = /Communication\/([^/]+)/.exec(place)?.[1] ?? '';
    expect(await client.read<Communication>('Communication', id)).toMatchObject({
      partOf: [{ reference: 'Communication/thread-daniel-sleep' }],
      inResponseTo: [{ reference: 'Communication/message-daniel-sleep-1' }],
      sender: { reference: 'Practitioner/fiona-walsh' },
      recipient: [{ reference: 'Patient/daniel-kim' }],
      subject: { reference: 'Patient/daniel-kim' },
      sent: NOW.toISOString(),
      payload: [{ contentString: 'Please take it in the morning.' }],
    });
    expect(await waiting()).not.toContain('message message-daniel-sleep-1');
    await expect(ehr('reply', id, 'x')).rejects.toThrow(ActionError);
  });

  it('renews a prescription: a new one follows the old, and the request names it', async () => {
    await ehr('refill', 'approve', 'refill-maria-lisinopril', '--note', 'Ready tomorrow.');
    const task = await client.read<Task>('Task', 'refill-maria-lisinopril');
    const id = /^MedicationRequest\/(.+)$/.exec(task.output?.[0]?.valueReference?.reference ?? '')?.[1] ?? '';
    expect(task).toMatchObject({
      status: 'completed',
      note: [
        { text: 'I have tablets for two more days.' },
        { text: 'Ready tomorrow.', authorReference: { reference: 'Practitioner/elena-ruiz' } },
      ],
    });
    expect(await client.read<MedicationRequest>('MedicationRequest', id)).toMatchObject({
      status: 'active',
      authoredOn: NOW.toISOString(),
      priorPrescription: { reference: 'MedicationRequest/prescription-maria-lisinopril-20' },
      subject: { reference: 'Patient/maria-alvarez' },
    });
    expect(
      (await client.read<MedicationRequest>('MedicationRequest', 'prescription-maria-lisinopril-20')).status,
    ).toBe('completed');
    await expect(ehr('refill', 'approve', 'refill-maria-lisinopril')).rejects.toThrow(/completed already/);
  });

  it('declines a refill with a reason', async () => {
    const request = await client.read<Task>('Task', 'refill-maria-lisinopril');
    const { id: _, meta: __, output: ___, ...rest } = request;
    const again = await client.create<Task>({ ...rest, status: 'requested' });
    await ehr('refill', 'decline', again.id ?? '', '--reason', 'Please see us first.', '--as', 'amara-osei');
    expect(await client.read<Task>('Task', again.id ?? '')).toMatchObject({
      status: 'rejected',
      statusReason: { text: 'Please see us first.' },
    });
  });

  it('books what a patient asked for, once', async () => {
    await ehr('appointment', 'confirm', 'appointment-james-request', '--start', '2026-12-01T10:20:00-05:00');
    expect(await client.read<Appointment>('Appointment', 'appointment-james-request')).toMatchObject({
      status: 'booked',
      start: '2026-12-01T15:20:00.000Z',
      end: '2026-12-01T15:40:00.000Z',
    });
    await expect(
      ehr('appointment', 'decline', 'appointment-james-request', '--reason', 'late'),
    ).rejects.toThrow(/booked already/);
  });

  it('releases a result and everything it reports', async () => {
    await ehr('result', 'release', 'report-james-cmp-latest', '--comment', 'As before.');
    const report = await client.read<DiagnosticReport>('DiagnosticReport', 'report-james-cmp-latest');
    expect(report).toMatchObject({ status: 'final', conclusion: 'As before.' });
    expect((await client.read<Observation>('Observation', 'obs-james-creatinine-latest')).status).toBe(
      'final',
    );
    expect((await waiting()).filter((each) => each.startsWith('result'))).toEqual([
      'result report-james-nt-pro-bnp-latest',
    ]);
  });

  it('confirms insurance that was handed in, in the place of the one before, and no other person’s', async () => {
    const own = await client.search('Coverage', { beneficiary: 'Patient/daniel-kim', status: 'active' });
    const before = own.entry?.[0]?.resource?.id ?? '';
    const draft = {
      resourceType: 'Coverage',
      id: 'handed-in',
      status: 'draft',
      beneficiary: { reference: 'Patient/daniel-kim' },
      subscriberId: 'M-77',
      payor: [{ display: 'New Plan' }],
    };
    await world.ask('PUT', '/Coverage/handed-in', { token: world.system, body: draft });
    expect(await ehr('list')).toContain('New Plan, member M-77');
    const others = await client.search('Coverage', { beneficiary: 'Patient/priya-raman' });
    const foreign = others.entry?.[0]?.resource?.id ?? '';
    await expect(ehr('insurance', 'approve', 'handed-in', '--replaces', foreign)).rejects.toThrow(
      ActionError,
    );
    await ehr('insurance', 'approve', 'handed-in', '--replaces', before);
    expect((await client.read<Coverage>('Coverage', 'handed-in')).status).toBe('active');
    expect((await client.read<Coverage>('Coverage', before)).status).toBe('cancelled');
    await expect(ehr('insurance', 'decline', 'handed-in')).rejects.toThrow('active already');
  });

  it('says that a correction was made, or why not', async () => {
    const task = (id: string) => ({
      resourceType: 'Task',
      id,
      status: 'requested',
      intent: 'order',
      code: { coding: [{ system: 'urn:wellspring:task', code: 'profile-correction' }] },
      for: { reference: 'Patient/daniel-kim' },
      authoredOn: NOW.toISOString(),
      note: [{ text: 'My name is spelled Kym.' }],
    });
    for (const id of ['correction-1', 'correction-2'])
      await world.ask('PUT', `/Task/${id}`, { token: world.system, body: task(id) });
    expect(await ehr('list')).toContain('My name is spelled Kym.');
    await ehr('profile', 'done', 'correction-1');
    await ehr('profile', 'decline', 'correction-2', '--reason', 'Please show an identity card.');
    expect((await client.read<Task>('Task', 'correction-1')).status).toBe('completed');
    expect(await client.read<Task>('Task', 'correction-2')).toMatchObject({
      status: 'rejected',
      statusReason: { text: 'Please show an identity card.' },
    });
    await expect(ehr('refill', 'approve', 'correction-1')).rejects.toThrow('not a refill');
    await expect(ehr('profile', 'done', 'refill-maria-lisinopril')).rejects.toThrow('not a request');
  });

  it('does not overwrite what changed meanwhile', async () => {
    const task = await client.read<Task>('Task', 'refill-maria-lisinopril');
    const { id: _, meta: __, output: ___, ...rest } = task;
    const again = await client.create<Task>({ ...rest, status: 'requested' });
    const meddling: FhirClient = {
      ...client,
      transaction: async (bundle: Parameters<FhirClient['transaction']>[0]) => {
        const now = await client.read<Task>('Task', again.id ?? '');
        await client.update({ ...now, status: 'cancelled' }, now.meta?.versionId);
        return client.transaction(bundle);
      },
    };
    await expect(
      runEhr(['refill', 'decline', again.id ?? '', '--reason', 'x'], { client: meddling, now: () => NOW }),
    ).rejects.toMatchObject({ status: 412 });
    expect((await client.read<Task>('Task', again.id ?? '')).status).toBe('cancelled');
  });
});

describe('the command line of the desk', () => {
  it.each([
    [[]],
    [['refill']],
    [['refill', 'approve']],
    [['refill', 'approve', '../x']],
    [['refill', 'decline', 'x']],
    [['reply', 'x', ' ']],
    [['appointment', 'confirm', 'x']],
    [['appointment', 'confirm', 'x', '--start', '2026-12-01', '--minutes', '1']],
    [['dance']],
    [['list', '--loud']],
  ])('refuses %j', async (args) => {
    await expect(ehr(...args)).rejects.toThrow(UsageError);
  });
});

it('a conversation is answered when the clinic wrote last, and needs no header', () => {
  const message = (id: string, from: string, sent: string, inResponseTo?: string): Communication => ({
    resourceType: 'Communication',
    id,
    status: 'completed',
    sent,
    sender: { reference: from },
    payload: [{ contentString: id }],
    ...(inResponseTo !== undefined && { inResponseTo: [{ reference: `Communication/${inResponseTo}` }] }),
  });
  const first = message('a', 'Patient/x', '2026-01-01');
  const answer = message('b', 'Practitioner/y', '2026-01-02', 'a');
  const again = message('c', 'RelatedPerson/z', '2026-01-03', 'b');
  expect(unanswered([first]).map(({ id }) => id)).toEqual(['a']);
  expect(unanswered([answer, first])).toEqual([]);
  expect(unanswered([again, answer, first]).map(({ id }) => id)).toEqual(['c']);
  expect(
    unanswered([message('d', 'Patient/x', '2026-01-01', 'd')]).map(({ id }) => id),
    'a message that answers itself',
  ).toEqual(['d']);
});
