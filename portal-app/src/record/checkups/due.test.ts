import type { DiagnosticReport, Observation } from '@medplum/fhirtypes';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { setZoneOfClinic } from '../../format/clinic-clock.ts';
import { type Deed, type Person, plan } from './due.ts';
import { checkupsOf } from './queries.ts';
import { SCHEDULE } from './schedule.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const person = (birthDate: string, more: Partial<Person> = {}): Person => ({
  birthDate,
  sex: 'female',
  deeds: [],
  problems: [],
  smoked: false,
  bodyMass: undefined,
  ...more,
});
const deed = (code: string, date?: string): Deed => ({ codes: [code], date });
const found = (of: Person, id: string) => plan(of, NOW).find(({ rule }) => rule.id === id);
const ids = (of: Person) => plan(of, NOW).map(({ rule }) => rule.id);

describe('what is due', () => {
  it('a screening by age and sex, since the age at which it begins or the day on which it was recommended', () => {
    expect(found(person('1980-03-10'), 'colorectal')).toMatchObject({ isDue: true, from: '2025-03-10' });
    expect(found(person('1970-03-10'), 'colorectal')).toMatchObject({ isDue: true, from: '2021-05-18' });
    expect(ids(person('1982-03-10'))).not.toContain('colorectal');
    expect(ids(person('1950-03-10'))).not.toContain('colorectal');
    expect(ids(person('1980-03-10', { sex: 'male' }))).not.toContain('breast');
    expect(ids(person('1980-03-10', { sex: 'other' }))).toContain('breast');
    expect(plan(person('1980-03-10', { birthDate: undefined }), NOW)).toEqual([]);
  });

  it('again after the time of the test that was made, whichever lasts longest', () => {
    const colonoscopy = deed('73761001', '2019-06-01');
    const stoolTest = deed('29771-3', '2020-06-01');
    expect(found(person('1970-03-10', { deeds: [stoolTest, colonoscopy] }), 'colorectal')).toMatchObject({
      isDue: false,
      from: '2029-06-01',
      last: '2020-06-01',
    });
    expect(found(person('1970-03-10', { deeds: [stoolTest] }), 'colorectal')).toMatchObject({
      isDue: true,
      from: '2021-06-01',
    });
    expect(found(person('1970-03-10', { deeds: [deed('73761001')] }), 'colorectal')?.isDue).toBe(true);
    expect(found(person('1970-03-10', { deeds: [deed('16128-1', '2022')] }), 'hepatitis-c')).toMatchObject({
      isDue: false,
      from: undefined,
    });
  });

  it('not where what is on record makes it another question, and some only where it says so', () => {
    expect(ids(person('1970-03-10', { problems: ['Total hysterectomy'] }))).not.toContain('cervical');
    expect(ids(person('1970-03-10', { problems: ['Malignant neoplasm of breast'] }))).not.toContain('breast');
    expect(ids(person('1970-03-10'))).not.toContain('diabetes');
    expect(ids(person('1970-03-10', { bodyMass: 27.1 }))).toContain('diabetes');
    expect(ids(person('1970-03-10', { bodyMass: 27.1, problems: ['Type 2 diabetes'] }))).not.toContain(
      'diabetes',
    );
    expect(ids(person('1958-03-10', { sex: 'male', smoked: true }))).toContain('aorta');
    expect(ids(person('1958-03-10', { sex: 'male' }))).not.toContain('aorta');
  });

  it('the next dose of a series, whatever zeros CVX begins with; one of a day counts once', () => {
    const first = deed('03', '2025-06-01');
    expect(found(person('2021-01-10', { deeds: [first, { ...first }] }), 'mmr')).toMatchObject({
      isDue: true,
      from: '2025-07-01',
      dose: { number: 2, of: 2 },
    });
    const both = [first, deed('94', '2026-01-10')];
    expect(found(person('2021-01-10', { deeds: both }), 'mmr')).toMatchObject({
      isDue: false,
      from: undefined,
    });
  });

  it('a series that was begun late needs more, one that was ended late less', () => {
    const started = [deed('165', '2024-01-01'), deed('165', '2024-08-01')];
    expect(found(person('2003-01-10', { deeds: started }), 'hpv')?.dose).toEqual({ number: 3, of: 3 });
    expect(found(person('2011-01-10', { deeds: started }), 'hpv')?.from).toBeUndefined();
    expect(found(person('2009-01-10', { deeds: [deed('114', '2025-02-01')] }), 'meningococcal')?.from).toBe(
      undefined,
    );
    expect(
      found(person('2009-01-10', { deeds: [deed('114', '2021-02-01')] }), 'meningococcal'),
    ).toMatchObject({ isDue: true, from: '2025-01-10' });
    expect(ids(person('1960-01-10', { deeds: [deed('133', '2015-01-01')] }))).not.toContain('pneumococcal');
  });

  it.each(['America/New_York', 'UTC', 'Pacific/Auckland'])('on the same day at a clinic in %s', (zone) => {
    setZoneOfClinic(zone);
    onTestFinished(() => setZoneOfClinic(undefined));
    expect(found(person('1980-03-10'), 'breast')?.from).toBe('2024-04-30');
    expect(found(person('1980-03-10'), 'influenza')?.from).toBe('2026-09-01');
    const deeds = [deed('140', '2026-10-02'), deed('115', '2024-03-12')];
    expect(found(person('1980-03-10', { deeds }), 'influenza')).toMatchObject({
      from: '2027-09-01',
      last: '2026-10-02',
    });
    expect(found(person('1980-03-10', { deeds }), 'tetanus')?.from).toBe('2034-03-12');
  });

  it('flu each season', () => {
    expect(found(person('1970-03-10'), 'influenza')).toMatchObject({ isDue: true, from: '2026-09-01' });
    const deeds = [deed('140', '2026-10-02')];
    expect(found(person('1970-03-10', { deeds }), 'influenza')).toMatchObject({
      isDue: false,
      from: '2027-09-01',
    });
    expect(found(person('1970-03-10', { deeds: [deed('140', '2026-02-02')] }), 'influenza')?.isDue).toBe(
      true,
    );
  });

  it('is never said of somebody outside the ages, and what was done today is never due today', () => {
    const birth = fc.integer({ min: 0, max: 110 * 365 }).map((days) => {
      return new Date(NOW - days * 86_400_000).toISOString().slice(0, 10);
    });
    fc.assert(
      fc.property(birth, fc.constantFrom(...SCHEDULE), (birthDate, rule) => {
        const [{ codes }] = rule.doneBy as [{ codes: readonly string[] }];
        const today = deed(codes[0] as string, new Date(NOW).toISOString());
        const months = (NOW - Date.parse(birthDate)) / 86_400_000 / 30.44;
        const all = plan(
          person(birthDate, { deeds: [today], sex: rule.sex ?? 'female', smoked: true, bodyMass: 30 }),
          NOW,
        );
        const own = all.find((each) => each.rule.id === rule.id);
        if (own) expect(months).toBeGreaterThan((rule.doses[0] ?? 0) - 1);
        if (own) expect(months).toBeLessThan((rule.until ?? 9999) + 1);
        expect(own?.isDue ?? false).toBe(false);
      }),
    );
  });
});

describe('what a record says', () => {
  const patient = { resourceType: 'Patient', gender: 'male', birthDate: '1958-01-01' } as const;
  const nothing = { procedures: [], observations: [], conditions: [], reports: [], messages: [] };

  it('a test that was cancelled was not made, a problem that was refuted is none, what was entered in error is neither, and the newest word on smoking counts', () => {
    const smoking = (code: string): Observation => ({
      resourceType: 'Observation',
      status: 'final',
      code: { coding: [{ code: '72166-2' }] },
      valueCodeableConcept: { coding: [{ code }] },
    });
    const { person: told } = checkupsOf(patient, [], {
      ...nothing,
      observations: [
        smoking('8517006'),
        smoking('266919005'),
        { resourceType: 'Observation', status: 'cancelled', code: { coding: [{ code: '16128-1' }] } },
        { resourceType: 'Observation', status: 'entered-in-error', code: { coding: [{ code: '8480-6' }] } },
      ],
      conditions: [
        {
          resourceType: 'Condition',
          subject: {},
          code: { text: 'Diabetes' },
          verificationStatus: { coding: [{ code: 'refuted' }] },
        },
        {
          resourceType: 'Condition',
          subject: {},
          code: { text: 'Breast cancer' },
          verificationStatus: { coding: [{ code: 'entered-in-error' }] },
        },
      ],
    });
    expect(told.deeds.flatMap(({ codes }) => codes).filter((code) => /16128-1|8480-6/.test(code))).toEqual(
      [],
    );
    expect(told.problems).toEqual([]);
    expect(told.smoked).toBe(true);
  });

  it('a report tells of what was done, and one that was cancelled does not', () => {
    const report = (code: string, status: DiagnosticReport['status']): DiagnosticReport => ({
      resourceType: 'DiagnosticReport',
      status,
      code: { coding: [{ system: 'http://loinc.org', code }] },
      effectiveDateTime: '2026-05-19',
    });
    const woman = { ...patient, gender: 'female', birthDate: '1971-04-18' } as const;
    const breast = (...reports: readonly DiagnosticReport[]) =>
      found(checkupsOf(woman, [], { ...nothing, reports }).person, 'breast');
    expect(breast(report('26175-0', 'final'))).toMatchObject({ isDue: false, last: '2026-05-19' });
    expect(breast(report('26175-0', 'cancelled'))).toMatchObject({ isDue: true });
    expect(breast(report('36643-5', 'final'))).toMatchObject({ isDue: true });
  });
});

it('the LOINC codes of the schedule end in the check digit of their number', () => {
  const codes = SCHEDULE.flatMap(({ doneBy }) => doneBy.flatMap((by) => by.codes));
  const loinc = codes.filter((code) => /^\d+-\d$/.test(code));
  expect(loinc.length).toBeGreaterThan(25);
  expect(loinc.filter((code) => checkDigit(code) !== code.at(-1))).toEqual([]);
});

/** Modulus 10, as the LOINC Users' Guide has it (appendix C). */
function checkDigit(code: string): string {
  const digits = [...(code.split('-')[0] ?? '')].reverse().map(Number);
  const sum = digits.reduce((all, digit, i) => all + (i % 2 === 0 ? ((digit * 2 - 1) % 9) + 1 : digit), 0);
  return String((10 - (sum % 10)) % 10);
}
