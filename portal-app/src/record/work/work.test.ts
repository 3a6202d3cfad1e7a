/** What the care team decides, as what is sent: each for the version that was looked at, and once. */
import type { Appointment, Coverage, MedicationRequest, Patient, Resource, Task } from '@medplum/fhirtypes';
import { beforeAll, describe, expect, it } from 'vitest';
import { setZoneOfClinic } from '../../format/clinic-clock.ts';
import { prescribedText } from '../../format/dosage.ts';
import { type Change, type FhirApi, FhirFailure } from '../../smart/fhir.ts';
import { identified } from '../../smart/once.ts';
import { approveInsurance, differences, keptAtFirst, replacedBy } from './coverage.ts';
import { claim, decide, decided, takenBack } from './decide.ts';
import { handOver, handOverAll, takeAllBack } from './hand-over.ts';
import { dueOf, isLate, kindOf, lateBefore } from './kinds.ts';
import { identityOf, nameInOnePiece, requireBorn, withConfirmed, withIdentity } from './person.ts';
import { addressOf, filtersOf, queueOf } from './queue.ts';
import { filled, quickTexts } from './quick-texts.ts';
import { approveRefill, renewalOf } from './refill.ts';
import { setServiceLevels } from './service-levels.ts';
import { isOutsideAsked } from './visit.ts';

// Days are the clinic's, whatever the zone of the machine.
beforeAll(() => setZoneOfClinic('UTC'));

const me = { reference: 'Practitioner/nina', display: 'Nina' } as const;
const task = (change: Partial<Task> = {}): Task => ({
  resourceType: 'Task',
  id: 't',
  meta: { versionId: '3' },
  status: 'requested',
  intent: 'order',
  for: { reference: 'Patient/a' },
  ...change,
});

/** As the server files it: colleagues' alone. */
const FILED = {
  meta: {
    versionId: '3',
    security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'NOPAT' }],
  },
};

/** Notes what is sent; `stored` is what is there when a version was not the one that was read. */
function server(stored?: Task) {
  const sent: (readonly Change[])[] = [];
  const fhir = {
    self: me.reference,
    async transact(changes: readonly Change[]) {
      sent.push(changes);
      if (stored) throw new FhirFailure(412);
    },
    read: async () => stored,
  } as unknown as FhirApi;
  const resources = (): Resource[] => (sent[0] ?? []).map(({ resource }) => resource);
  return { fhir, sent, resources };
}

describe('a decision', () => {
  it('is never of a time before it was asked for, whatever the clock of the device says', async () => {
    const authoredOn = new Date(Date.now() + 180_000).toISOString();
    const { fhir, resources } = server();
    await claim(fhir, task({ authoredOn }), me, 'x');
    expect(resources()).toMatchObject([{ lastModified: authoredOn }]);
    const early = new Date(Date.now() - 180_000).toISOString();
    const late = decided(task({ authoredOn: early }), me, { status: 'completed' });
    expect(Date.parse(late.lastModified ?? '')).toBeGreaterThan(Date.parse(early));
    expect(takenBack(task({ authoredOn }), task()).lastModified).toBe(authoredOn);
  });

  it('that did not see what came meanwhile is told so, and that nobody else took it', async () => {
    const type = { coding: [{ system: 'urn:wellspring:work-state', code: 'came-again' }] };
    const { fhir } = server(
      task({ meta: { versionId: '4' }, input: [{ type, valueInstant: '2026-11-30T06:00:00Z' }] }),
    );
    await expect(claim(fhir, task(), me, 'x')).rejects.toThrow('Something new came to this a moment ago.');
  });

  it('claims without saying more to the patient than that the clinic has it', async () => {
    const { fhir, resources } = server();
    await claim(fhir, task(), me, 'x');
    expect(resources()).toMatchObject([{ status: 'received', owner: me, meta: { versionId: '3' } }]);
  });

  it('hands over to a person, or back to a pool, which is nobody’s then', async () => {
    const to = { person: { reference: 'Practitioner/omar', display: 'Omar' } } as const;
    const one = server();
    await handOver(one.fhir, task({ owner: me, ...FILED }), { by: me, to, note: 'Please', identity: 'x' });
    expect(one.resources()).toMatchObject([
      { status: 'requested', owner: to.person, note: [{ text: 'Please', authorReference: me }] },
    ]);
    const two = server();
    await handOver(two.fhir, task({ owner: me }), {
      by: me,
      to: { pool: 'front-desk' },
      note: '',
      identity: 'x',
    });
    expect(two.resources()[0]).not.toHaveProperty('owner');
    expect(two.resources()).toMatchObject([{ performerType: [{ coding: [{ code: 'front-desk' }] }] }]);
  });

  it('says nothing among colleagues on what the patient reads: that is a Task of its own, for whoever takes it', async () => {
    const { fhir, resources } = server();
    const to = { pool: 'clinician' } as const;
    await handOver(fhir, task({ note: [{ text: 'theirs' }] }), {
      by: me,
      to,
      note: 'Is she honest?',
      identity: 'x',
    });
    const [apart, own] = resources() as Task[];
    expect(own?.note).toEqual([{ text: 'theirs' }]);
    expect(apart).toMatchObject({
      description: 'Is she honest?',
      for: { reference: 'Patient/a' },
      meta: { security: FILED.meta.security },
      performerType: own?.performerType,
    });
  });

  it('hands over all that is one’s own in one transaction, anew where something changed meanwhile, and takes back what nobody touched', async () => {
    const stored = new Map(['a', 'b', 'c'].map((id) => [id, task({ id, owner: me, ...FILED })]));
    let [changes, refusals]: [number, number] = [0, 1];
    const fhir = {
      self: me.reference,
      async search(_: string, { owner, _id = '' }: Record<string, string>) {
        const all = [...stored.values()];
        const resources = owner
          ? all.filter((each) => each.owner?.reference === owner)
          : all.filter(({ id }) => _id.split(',').includes(id ?? ''));
        return { resources, included: [], next: undefined };
      },
      async transact(asked: readonly Change[]) {
        changes += 1;
        if (refusals-- > 0) {
          stored.delete('c');
          throw new FhirFailure(412);
        }
        for (const { resource } of asked) stored.set(resource.id ?? '', resource as Task);
      },
    } as unknown as FhirApi;
    const to = { pool: 'nurse' } as const;
    const before = await handOverAll(fhir, { by: me, to, note: 'Off until Monday', identity: 'x' });
    expect([before.map(({ id }) => id), changes]).toEqual([['a', 'b'], 2]);
    expect([...stored.values()]).toMatchObject([
      { note: [{ text: 'Off until Monday' }], performerType: [{ coding: [{ code: 'nurse' }] }] },
      { note: [{ text: 'Off until Monday' }] },
    ]);
    expect([...stored.values()].filter(({ owner }) => owner)).toEqual([]);
    // Somebody has taken one.
    stored.set('b', task({ id: 'b', owner: { reference: 'Practitioner/omar' }, ...FILED }));
    expect(await takeAllBack(fhir, before, 'x')).toBe(1);
    expect(stored.get('a')).toMatchObject({ owner: me });
    expect(stored.get('a')).not.toHaveProperty('note');
    expect(stored.get('b')?.owner?.reference).toBe('Practitioner/omar');
  });

  const after = decided(task(), me, { status: 'completed' });
  it('that was stored although its answer was lost, is done', async () => {
    const first = server();
    await decide(first.fhir, after, [], 'mine');
    const stored = { ...(first.resources()[0] as Task), meta: { versionId: '4' } };
    await expect(decide(server(stored).fhir, after, [], 'mine')).resolves.toBeUndefined();
  });
  it.each([
    [
      'took',
      task({ meta: { versionId: '4' }, owner: { reference: 'Practitioner/omar', display: 'Omar' } }),
      /^Omar took this/,
    ],
    ['finished', task({ meta: { versionId: '4' }, status: 'completed' }), /^A colleague finished this/],
    ['changed what it is about', task(), /^This was changed a moment ago/],
  ])('is refused where somebody else %s', async (_, stored, words) => {
    await expect(decide(server(stored).fhir, after, [], 'mine')).rejects.toThrow(words);
  });
});

describe('a refill', () => {
  const prescription: MedicationRequest = {
    resourceType: 'MedicationRequest',
    id: 'old',
    meta: { versionId: '2' },
    status: 'active',
    intent: 'order',
    subject: { reference: 'Patient/a' },
    medicationCodeableConcept: { text: 'Lisinopril' },
    identifier: [{ value: 'rx-1' }],
    dosageInstruction: [
      { text: 'One a day', timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd' } } },
    ],
    dispenseRequest: { numberOfRepeatsAllowed: 3, validityPeriod: { end: '2027-01-01' } },
  };
  const takenOf = ({ dosageInstruction }: MedicationRequest): string => prescribedText(dosageInstruction);
  const approve = async (change: object) => {
    const { fhir, resources } = server();
    const renewal = { ...renewalOf(prescription, takenOf(prescription)), ...change };
    await approveRefill(fhir, task(), {
      by: me,
      prescription,
      taken: takenOf(prescription),
      renewal,
      identity: 'x',
    });
    return resources() as [MedicationRequest, MedicationRequest, Task];
  };
  it('is a prescription that follows the old one, as it was', async () => {
    const [next, old, done] = await approve({});
    expect(next).toMatchObject({
      status: 'active',
      requester: me,
      priorPrescription: { reference: 'MedicationRequest/old' },
      dosageInstruction: prescription.dosageInstruction,
    });
    expect(next).not.toHaveProperty('id');
    expect(next.identifier).not.toContainEqual({ value: 'rx-1' });
    expect(old).toMatchObject({ id: 'old', status: 'completed', meta: { versionId: '2' } });
    expect(done).toMatchObject({ status: 'completed' });
  });
  it('changed, says nothing of the old timing beside the new words', async () => {
    const [next] = await approve({ dosage: 'Two a day', repeats: '1' });
    expect(next.dosageInstruction).toEqual([{ text: 'Two a day' }]);
    expect(next.dispenseRequest).toEqual({
      numberOfRepeatsAllowed: 1,
      validityPeriod: { end: '2027-01-01' },
    });
  });
  it('changed, goes in as it did where all of it went in one way', async () => {
    const renewed = async (...routes: readonly string[]) => {
      const of: MedicationRequest = {
        ...prescription,
        dosageInstruction: routes.map((text) => ({ text: 'One a day', route: { text } })),
      };
      const { fhir, resources } = server();
      const renewal = { ...renewalOf(of, takenOf(of)), dosage: 'Two a day' };
      await approveRefill(fhir, task(), {
        by: me,
        prescription: of,
        taken: takenOf(of),
        renewal,
        identity: 'x',
      });
      return (resources()[0] as MedicationRequest).dosageInstruction;
    };
    expect(await renewed('Oral')).toEqual([{ text: 'Two a day', route: { text: 'Oral' } }]);
    expect(await renewed('Oral', 'Oral')).toEqual([{ text: 'Two a day', route: { text: 'Oral' } }]);
    expect(await renewed('Oral', 'Rectal')).toEqual([{ text: 'Two a day' }]);
  });
  it('begins with all that is prescribed: no part of it is taken out unseen', () => {
    const parts: MedicationRequest = {
      ...prescription,
      dosageInstruction: [
        { text: '10 units in the morning' },
        {
          timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd', when: ['HS'] } },
          doseAndRate: [{ doseQuantity: { value: 22, unit: 'units' } }],
        },
      ],
    };
    expect(renewalOf(parts, takenOf(parts)).dosage).toBe(
      '10 units in the morning; 22 units, once a day, at bedtime',
    );
  });
  describe('with another dosage', () => {
    const pack = { value: 90, unit: 'tablets', system: 'urn:units', code: 'TAB' };
    const supplied: MedicationRequest = {
      ...prescription,
      dispenseRequest: {
        ...prescription.dispenseRequest,
        initialFill: { quantity: { value: 7 } },
        dispenseInterval: { value: 80, unit: 'd' },
        quantity: pack,
        expectedSupplyDuration: { value: 3, unit: 'months', system: 'http://unitsofmeasure.org', code: 'mo' },
      },
    };
    const renewed = async (change: object, of = supplied) => {
      const { fhir, resources } = server();
      const renewal = { ...renewalOf(of, takenOf(of)), ...change };
      await approveRefill(fhir, task(), {
        by: me,
        prescription: of,
        taken: takenOf(of),
        renewal,
        identity: 'x',
      });
      return (resources()[0] as MedicationRequest).dispenseRequest;
    };
    it('hands over what was said to go with it, and nothing that was reckoned for the one before', async () => {
      expect(await renewed({ dosage: 'Two a day', quantity: '180', days: '90' })).toEqual({
        ...prescription.dispenseRequest,
        quantity: { ...pack, value: 180 },
        expectedSupplyDuration: { value: 90, unit: 'days', system: 'http://unitsofmeasure.org', code: 'd' },
      });
      expect(await renewed({ dosage: 'Half', quantity: '22,5', days: '90' })).toMatchObject({
        quantity: { value: 22.5 },
      });
    });
    it('as it was, hands over what it did', async () => {
      expect(await renewed({ quantity: '7', days: '7' })).toEqual(supplied.dispenseRequest);
    });
    it('is not asked for what the one before did not say', async () => {
      expect(await renewed({ dosage: 'Two a day' }, prescription)).toEqual(prescription.dispenseRequest);
    });
    it.each([
      ['', '90', 'quantity-t'],
      ['0', '90', 'quantity-t'],
      ['-90', '90', 'quantity-t'],
      ['1,000', '90', 'quantity-t'],
      ['180', '', 'days-t'],
      ['180', '0', 'days-t'],
      ['180', '2.5', 'days-t'],
    ])('is not approved with “%s” for “%s” days', async (quantity, days, field) => {
      await expect((async () => renewed({ dosage: 'Two a day', quantity, days }))()).rejects.toMatchObject({
        fields: { [field]: expect.stringContaining('dosage is another') },
      });
    });
  });
  it('of one that was stopped is not approved unawares, and leaves it stopped', async () => {
    const stopped = { ...prescription, status: 'stopped', statusReason: { text: 'liver values' } } as const;
    const { fhir, resources } = server();
    const asked = {
      by: me,
      prescription: stopped,
      taken: takenOf(stopped),
      renewal: renewalOf(stopped, takenOf(stopped)),
      identity: 'x',
    };
    await expect((async () => approveRefill(fhir, task(), asked))()).rejects.toThrow('was stopped');
    expect(resources()).toEqual([]);
    await approveRefill(fhir, task(), { ...asked, isSure: true });
    const [next, done, ...more] = resources();
    expect(next).toMatchObject({ resourceType: 'MedicationRequest', status: 'active' });
    expect(next).not.toHaveProperty('statusReason');
    expect([done?.resourceType, more]).toEqual(['Task', []]);
  });
  it('of one that was renewed already is not approved unawares; sent again after a lost answer it is', async () => {
    const { fhir, resources } = server();
    const over: MedicationRequest = { ...prescription, status: 'completed' };
    const next: MedicationRequest = { ...prescription, id: 'next', authoredOn: '2026-11-20' };
    const asked = {
      by: me,
      prescription: over,
      taken: takenOf(over),
      next,
      renewal: renewalOf(over, takenOf(over)),
      identity: 'x',
    };
    await expect((async () => approveRefill(fhir, task(), asked))()).rejects.toMatchObject({
      fields: { 'sure-t': expect.stringContaining('Renewed already: Nov 20, 2026') },
    });
    expect(resources()).toEqual([]);
    await approveRefill(fhir, task(), { ...asked, next: identified(next, 'x') });
    expect(resources()).toHaveLength(2);
  });
  it.each(['-1', '1.5', '', '100'])(
    'is not approved as it was, where “%s” was typed for how often',
    async (repeats) => {
      await expect((async () => approve({ repeats }))()).rejects.toMatchObject({
        fields: { 'repeats-t': 'Please enter a whole number from 0 to 99.' },
      });
    },
  );
  it('is prescribed for the last time by a nought', async () => {
    const [next] = await approve({ repeats: '0' });
    expect(next.dispenseRequest).toMatchObject({ numberOfRepeatsAllowed: 0 });
  });
  it('is not approved without saying how it is taken', async () => {
    await expect((async () => approve({ dosage: ' ' }))()).rejects.toThrow('how the medicine is taken');
  });
});

describe('insurance that is handed in', () => {
  const of = (id: string, payor: object, change: Partial<Coverage> = {}): Coverage => ({
    resourceType: 'Coverage',
    id,
    status: 'active',
    beneficiary: { reference: 'Patient/a' },
    payor: [payor],
    ...change,
  });
  const kind = (code: string): Partial<Coverage> => ({ type: { coding: [{ system: 'x', code }] } });
  const all = [of('one', { display: 'Medicare' }), of('two', { reference: 'Organization/plan' })];

  it('takes the place of that of the same insurer, whatever stands first and however it is typed', () => {
    expect(replacedBy(of('x', { reference: 'Organization/plan', display: 'Plan' }), all)?.id).toBe('two');
    expect(replacedBy(of('x', { display: ' medicare.' }), all)?.id).toBe('one');
    const spanish = of('three', { display: 'Mutua Médica' });
    expect(replacedBy(of('x', { display: 'mutua medica' }), [...all, spanish])?.id).toBe('three');
  });

  it('is added where it is of another insurer, or of another kind: nothing else ends with it', () => {
    expect(replacedBy(of('x', { display: 'Granite State Supplement' }), all)).toBeUndefined();
    expect(replacedBy(of('x', { display: 'Plan' }), [])).toBeUndefined();
    const [one, other] = [{ reference: 'Organization/plan-1' }, { reference: 'Organization/plan1' }];
    expect(replacedBy(of('x', one), [of('y', other)])).toBeUndefined();
    expect(replacedBy(of('x', { display: '–' }), [of('y', { display: '?' })])).toBeUndefined();
    const medical = of('one', { display: 'Medicare' }, kind('medical'));
    expect(replacedBy(of('x', { display: 'Medicare' }, kind('drug')), [medical])).toBeUndefined();
    expect(replacedBy(of('x', { display: 'Medicare' }), [medical])?.id).toBe('one');
  });

  it('takes the place of that of the same member number, where the insurer has two', () => {
    const two = [
      of('a', { display: 'Medicare' }, { subscriberId: '1' }),
      of('b', { display: 'Medicare' }, { subscriberId: 'M-2' }),
    ];
    expect(replacedBy(of('x', { display: 'Medicare' }, { subscriberId: 'm2' }), two)?.id).toBe('b');
  });
});

it('insurance is taken over element by element; what it replaces is over', async () => {
  const coverage = (change: Partial<Coverage>): Coverage => ({
    resourceType: 'Coverage',
    status: 'draft',
    beneficiary: { reference: 'Patient/a' },
    payor: [{ display: 'New' }],
    ...change,
  });
  const draft = coverage({ id: 'new', subscriberId: 'N' });
  const current = coverage({ id: 'old', status: 'active', payor: [{ display: 'Old' }] });
  expect(differences(draft, current).map(({ element, before, after }) => [element, before, after])).toEqual([
    ['payor', 'Old', 'New'],
    ['subscriberId', '', 'N'],
  ]);
  const { fhir, resources } = server();
  await approveInsurance(fhir, task(), { by: me, draft, current, kept: ['subscriberId'], identity: 'x' });
  const [approved, over] = resources();
  expect(approved).toEqual({ ...coverage({ id: 'new', status: 'active' }) });
  expect(over).toMatchObject({ id: 'old', status: 'cancelled' });
});

it('insurance stays on record in what was not handed in, unless somebody says otherwise', () => {
  const current: Coverage = {
    resourceType: 'Coverage',
    status: 'active',
    beneficiary: { reference: 'Patient/a' },
    payor: [{ display: 'Medicare' }],
    class: [{ type: { text: 'plan' }, value: 'B' }],
    period: { start: '2006-11-01' },
  };
  const { class: _, period: _p, ...said } = current;
  expect(keptAtFirst(differences({ ...said, subscriberId: 'N' }, current))).toEqual(['class', 'period']);
  const other = { ...said, payor: [{ display: 'Aetna' }] };
  expect(keptAtFirst(differences(other, current))).toEqual([]);
});

describe('who somebody is', () => {
  const patient: Patient = {
    resourceType: 'Patient',
    name: [
      { use: 'official', given: ['Aisha'], family: 'Rahman', text: 'Aisha Rahman' },
      { use: 'nickname', text: 'Ash' },
    ],
    birthDate: '1990-02-03',
  };
  it('is corrected in the rest where the name is on record in one piece, and stays called so', () => {
    const mono: Patient = { resourceType: 'Patient', name: [{ text: 'Suharto' }], birthDate: '1971-06-08' };
    expect(nameInOnePiece(mono)).toBe('Suharto');
    expect(nameInOnePiece(patient)).toBeUndefined();
    const born = withIdentity(mono, { ...identityOf(mono), birthDate: '1971-06-18' });
    expect(born).toEqual({ ...mono, birthDate: '1971-06-18' });
    expect(withIdentity(mono, { ...identityOf(mono), family: 'Suharto' }).name?.[0]).toEqual({
      family: 'Suharto',
    });
  });
  it('is not born on a day that is to come', () => {
    expect(() => requireBorn(task(), '2999-01-01')).toThrow('never still to come');
    expect(() => requireBorn(task(), '1971-06-08')).not.toThrow();
  });
  it('is corrected, and an earlier name is kept as one', () => {
    const after = withIdentity(patient, { ...identityOf(patient), family: 'Rahman-Cole' });
    expect(after.name).toEqual([
      { use: 'official', given: ['Aisha'], family: 'Rahman-Cole' },
      { use: 'nickname', text: 'Ash' },
      { use: 'old', given: ['Aisha'], family: 'Rahman', text: 'Aisha Rahman' },
    ]);
    expect(withIdentity(patient, identityOf(patient))).toEqual(patient);
  });
  it('is reached by what was confirmed, and not by what was not', () => {
    const marked = (value: string) => ({
      value,
      extension: [{ url: 'urn:wellspring:unconfirmed-contact', valueDateTime: '2026-01-01' }],
    });
    const { telecom } = withConfirmed(
      { ...patient, telecom: [{ value: '1' }, marked('2'), marked('3')] },
      [1],
    );
    expect(telecom).toEqual([{ value: '1' }, { value: '2' }]);
  });
});

describe('the queue', () => {
  it('is told by its address', () => {
    for (const address of ['', '?kind=refill', '?kind=message&pool=nurse&who=mine&late=1', '?later=1'])
      expect(addressOf(filtersOf(new URLSearchParams(address)))).toBe(address);
    expect(addressOf(filtersOf(new URLSearchParams('?kind=constructor&pool=x&who=y&late=2')))).toBe('');
    expect(filtersOf(new URLSearchParams('?who=Practitioner/omar')).who).toBe('Practitioner/omar');
    expect(filtersOf(new URLSearchParams('?who=Practitioner/omar,Practitioner/b')).who).toBe('all');
    expect(addressOf(filtersOf(new URLSearchParams('?who=Practitioner/omar')))).toBe(
      '?who=Practitioner%2Fomar',
    );
  });
  it('shows each once, though it moved from one page to the next', () => {
    const page = (...ids: string[]) => ({
      resources: ids.map((id) => task({ id })),
      included: [],
      next: undefined,
    });
    expect(queueOf([page('a', 'b'), page('b', 'c')]).tasks.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });
  it('knows what is late, by kind, or by the day that a colleague named', () => {
    const now = Date.parse('2026-11-28T12:00:00Z');
    const refill = { coding: [{ system: 'http://snomed.info/sct', code: '103742009' }] };
    const asked = (authoredOn: string) => task({ code: refill, authoredOn });
    expect(kindOf(asked(''))).toBe('refill');
    expect(isLate(asked('2026-11-26T11:59:00Z'), now)).toBe(true);
    expect(isLate(asked('2026-11-26T12:01:00Z'), now)).toBe(false);
    expect(lateBefore('refill', now)).toBe('2026-11-26T12:00:00.000Z');
    expect(isLate(task({ authoredOn: '2020-01-01' }), now)).toBe(false);
    expect(dueOf(task({ code: refill, restriction: { period: { end: '2026-12-01T00:00:00Z' } } }))).toBe(
      Date.parse('2026-12-01T00:00:00Z'),
    );
  });
  it('knows what is late as the clinic set it; a day that a colleague named goes before', () => {
    const now = Date.parse('2026-11-28T12:00:00Z');
    const refill = { coding: [{ system: 'http://snomed.info/sct', code: '103742009' }] };
    const asked = task({ code: refill, authoredOn: '2026-11-27T11:59:00Z' });
    const named = task({ ...asked, restriction: { period: { end: '2026-12-01T00:00:00Z' } } });
    expect(isLate(asked, now)).toBe(false);
    setServiceLevels({ refill: 24 });
    expect([isLate(asked, now), isLate(named, now)]).toEqual([true, false]);
    expect(lateBefore('refill', now)).toBe('2026-11-27T12:00:00.000Z');
    expect(lateBefore('message', now)).toBe('2026-11-26T12:00:00.000Z');
    setServiceLevels({});
    expect(isLate(asked, now)).toBe(false);
  });
});

it('a quick text is in the patient’s language, with the names filled in; what it is called, in the reader’s', () => {
  const spanish: Patient = {
    resourceType: 'Patient',
    name: [{ given: ['Luz'] }],
    communication: [{ language: { coding: [{ code: 'es-MX' }] } }],
  };
  const [text] = quickTexts('message', spanish, 'en');
  expect(text?.name).toBe('Looked at');
  expect(quickTexts('message', { resourceType: 'Patient' }, 'es')[0]).toMatchObject({
    name: 'Revisado',
    text: expect.stringContaining('Dear {first}'),
  });
  expect(filled(text?.text ?? '', spanish, 'Dr. Ruiz')).toMatch(/^Estimado\/a Luz:[\s\S]*Dr\. Ruiz$/);
});

it('a free time is within what the patient said, or known not to be', () => {
  const visit = {
    requestedPeriod: [{ start: '2026-12-02', end: '2026-12-10' }],
  } as Appointment;
  const at = (start: string) => isOutsideAsked(visit, { start } as never);
  expect([at('2026-12-01T10:00:00Z'), at('2026-12-05T10:00:00Z'), at('2026-12-12T10:00:00Z')]).toEqual([
    true,
    false,
    true,
  ]);
});
