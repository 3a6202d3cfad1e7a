import type { Observation } from '@medplum/fhirtypes';
import { validateProfiles, validateResource } from '@wellspring/profiles';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCrisis, pressureOf } from '../../format/blood-pressure-flag.ts';
import { isFromHome } from '../../format/observation.ts';
import { valueText } from '../../format/value.ts';
import { type Fhir, FhirFailure } from '../../smart/fhir.ts';
import { mayTakeBack, takeBack, writeDown } from './changes.ts';
import { chartOf } from './chart.ts';
import { problemsOf, questionsOf } from './check.ts';
import { formOf, numberOf, readingOfForm } from './form.ts';
import { KIND_NAMES, KINDS, type KindName, MEALS, type Meal } from './kinds.ts';
import { lastUsed, shownOf } from './queries.ts';
import { armOf, likenessOf, observationsOf, type Reading, readingOf } from './reading.ts';

const AT = '2026-11-26T08:00:00.000Z';
const NOW = Date.parse('2026-11-26T09:00:00Z');
const fhir = { patient: 'ana', self: 'Patient/ana' } as Fhir;
const PRESSURE: Reading = {
  kind: 'blood-pressure',
  value: 128,
  lower: 82,
  unit: 'mm[Hg]',
  arm: '',
  at: AT,
};

/** Any that the forms let through. */
const reading: fc.Arbitrary<Reading> = fc.constantFrom(...KIND_NAMES).chain((kind) => {
  const { units, isOfDay, most } = KINDS[kind];
  return fc.record({
    kind: fc.constant(kind),
    value: fc
      .integer({ min: 10, max: most === undefined ? 4000 : most * 10 })
      .map((tenths) => (isOfDay ? tenths : tenths / 10)),
    unit: fc.constantFrom(...units.map(({ code }) => code)),
    at: fc.constant(isOfDay ? AT.slice(0, 10) : AT),
    arm: fc.constantFrom('', ...(kind === 'blood-pressure' ? ['368208006', '368209003'] : [])),
    meal: fc.constantFrom(undefined, ...(kind === 'glucose' ? (Object.keys(MEALS) as Meal[]) : [])),
    device: fc.constantFrom(undefined, 'Omron M7'),
    ...(kind === 'blood-pressure' ? { lower: fc.integer({ min: 30, max: 130 }) } : {}),
  });
});

const CODES: Readonly<Record<KindName, readonly string[]>> = {
  'blood-pressure': ['85354-9'],
  glucose: ['41653-7', '14743-9'],
  weight: ['29463-7'],
  oxygen: ['59408-5', '2708-6'],
  pulse: ['8867-4'],
  temperature: ['8310-5'],
  steps: ['55423-8'],
};

/** Of R4; US Core builds on them. */
const PROFILES: Readonly<Record<KindName, readonly string[]>> = {
  'blood-pressure': ['vitalsigns', 'bp'],
  glucose: ['vitalsigns'],
  weight: ['vitalsigns', 'bodyweight'],
  oxygen: ['vitalsigns', 'oxygensat'],
  pulse: ['vitalsigns', 'heartrate'],
  temperature: ['vitalsigns', 'bodytemp'],
  steps: [],
};
const profile = (name: string): string => `http://hl7.org/fhir/StructureDefinition/${name}`;

describe('what was measured at home', () => {
  it('is a valid Observation of its LOINC code and category, by who measured it, and is read as it was written', () => {
    fc.assert(
      fc.property(reading, (given) => {
        const [observation] = observationsOf(fhir, given);
        expect(validateResource(observation)).toEqual([]);
        expect(validateProfiles(observation, PROFILES[given.kind].map(profile), 'error')).toEqual([]);
        for (const { system, code } of observation.code.coding ?? []) {
          expect(system).toBe('http://loinc.org');
          expect(CODES[given.kind]).toContain(code);
        }
        expect(observation.category?.[0]?.coding?.[0]?.code).toBe(
          given.kind === 'steps' ? 'activity' : 'vital-signs',
        );
        expect(observation.performer?.[0]?.reference).toBe('Patient/ana');
        expect(isFromHome(observation)).toBe(true);
        const { lower, ...rest } = given;
        expect(readingOf(observation)).toEqual(given.kind === 'blood-pressure' ? given : rest);
        expect(valueText(observation)).not.toMatch(/undefined|NaN|No value/);
      }),
      { numRuns: 60 },
    );
  });

  it('oxygen has both codes of the US Core profile, and a pressure its two parts', () => {
    const [oxygen] = observationsOf(fhir, { kind: 'oxygen', value: 97, unit: '%', at: AT });
    expect(oxygen.code.coding?.map(({ code }) => code)).toEqual(['59408-5', '2708-6']);
    const [pressure] = observationsOf(fhir, PRESSURE);
    expect(pressure.component?.map(({ code }) => code.coding?.[0]?.code)).toEqual(['8480-6', '8462-4']);
    expect(pressureOf(pressure)).toEqual({ systolic: 128, diastolic: 82 });
  });

  it('has its arm, and the pulse beside it, which is found again by the moment', () => {
    const [pressure, pulse] = observationsOf(fhir, { ...PRESSURE, pulse: 72, arm: '368208006' });
    expect(armOf(pressure)).toBe('Left arm');
    expect(pulse).toMatchObject({ effectiveDateTime: AT, valueQuantity: { value: 72, code: '/min' } });
    const other = { ...pressure, effectiveDateTime: '2026-11-25T08:00:00Z' };
    const all = [pulse, other, pressure].flatMap((each) => each ?? []);
    expect(shownOf('blood-pressure', all).map((each) => each.pulse?.valueQuantity?.value)).toEqual([
      72,
      undefined,
    ]);
    expect(shownOf('pulse', all)).toHaveLength(1);
  });

  it('offers the unit and the arm that they used last, and not what the clinic used', () => {
    const [own] = observationsOf(fhir, { kind: 'weight', value: 160, unit: '[lb_av]', at: AT });
    const clinic: Observation = {
      ...observationsOf(fhir, { kind: 'weight', value: 72, unit: 'kg', at: '2026-11-26T08:30:00Z' })[0],
      performer: [{ reference: 'Practitioner/p' }],
    };
    expect(lastUsed(shownOf('weight', [own, clinic]))).toEqual({ unit: '[lb_av]' });
    expect(lastUsed(shownOf('weight', [clinic]))).toEqual({});
  });

  it('is drawn in one unit, also blood sugar by mass beside blood sugar by substance', () => {
    const at = (hour: string) => `2026-11-26T${hour}:00:00Z`;
    const all = [
      observationsOf(fhir, { kind: 'glucose', value: 5.5, unit: 'mmol/L', at: at('09') })[0],
      observationsOf(fhir, { kind: 'glucose', value: 99, unit: 'mg/dL', at: at('08') })[0],
    ];
    const { unit, lines } = chartOf('glucose', all);
    expect(unit).toBe('mmol/L');
    expect(lines[0]?.points.map(({ value }) => value)).toEqual([5.5, 5.5]);
  });
});

describe('what is wrong with a reading', () => {
  const problems = (given: object) => Object.keys(problemsOf({ ...PRESSURE, ...given }, NOW));

  it('is refused at its field: no number, swapped, to come, more than there can be', () => {
    expect(problems({})).toEqual([]);
    expect(problems({ value: 80, lower: 120 })).toEqual(['value']);
    expect(problems({ value: Number.NaN })).toContain('value');
    expect(problems({ lower: 0 })).toEqual(['lower']);
    expect(problems({ pulse: -4, at: '2026-11-27T09:00:00Z' })).toEqual(['pulse', 'at']);
    expect(problems({ at: '' })).toEqual(['at']);
    expect(problems({ kind: 'oxygen', value: 101, unit: '%', lower: undefined })).toEqual(['value']);
  });

  it('no steps are a day’s number, today’s count before noon, and tomorrow’s not', () => {
    const steps = { kind: 'steps', unit: '{steps}', lower: undefined, value: 0 };
    const morning = new Date(2026, 10, 26, 7).getTime();
    expect(problemsOf({ ...PRESSURE, ...steps, at: '2026-11-26' } as Reading, morning)).toEqual({});
    expect(problemsOf({ ...PRESSURE, ...steps, at: '2026-11-27' } as Reading, morning)).toHaveProperty('at');
  });

  it('is asked about where it is only unusual, in the unit that was chosen', () => {
    expect(questionsOf(PRESSURE)).toEqual([]);
    expect(questionsOf({ ...PRESSURE, value: 250, lower: 150, pulse: 210 })).toHaveLength(3);
    expect(questionsOf({ kind: 'weight', value: 160, unit: '[lb_av]', at: AT })).toEqual([]);
    expect(questionsOf({ kind: 'weight', value: 720, unit: 'kg', at: AT })[0]).toContain('720 kg');
    expect(questionsOf({ kind: 'temperature', value: 98.6, unit: '[degF]', at: AT })).toEqual([]);
    expect(questionsOf({ kind: 'glucose', value: 99, unit: 'mmol/L', at: AT })).toHaveLength(1);
  });

  it('calls for help only above 180 or 120', () => {
    expect(isCrisis({ systolic: 180, diastolic: 120 })).toBe(false);
    expect(isCrisis({ systolic: 181, diastolic: 90 })).toBe(true);
    expect(isCrisis({ systolic: 150, diastolic: 121 })).toBe(true);
  });
});

describe('the form', () => {
  it('takes a comma or a point, and thousands of steps', () => {
    expect([numberOf('72,5'), numberOf(' 72.5 '), numberOf('72')]).toEqual([72.5, 72.5, 72]);
    expect([numberOf('8,412', true), numberOf('8 412', true), numberOf('8412', true)]).toEqual([
      8412, 8412, 8412,
    ]);
    for (const text of ['', 'abc', '1.2.3', '-4', '1e3', '0x10']) expect(numberOf(text)).toBeNaN();
  });

  it('has what is to be corrected, and makes the same reading of it', () => {
    const [observation, pulse] = observationsOf(fhir, { ...PRESSURE, pulse: 70, arm: '368209003' });
    const wrong = { id: 'x', observation, pulse };
    const form = formOf('blood-pressure', {}, wrong, NOW);
    expect(readingOfForm('blood-pressure', form)).toEqual({ ...PRESSURE, pulse: 70, arm: '368209003' });
  });
});

describe('the likeness of a reading', () => {
  it('is the same within a minute and across units, and another for another value, kind or day', () => {
    const weight: Reading = { kind: 'weight', value: 72.6, unit: 'kg', at: '2026-11-26T08:00:07Z' };
    expect(likenessOf({ ...weight, at: '2026-11-26T09:00:51+01:00' })).toBe(likenessOf(weight));
    expect(likenessOf({ ...weight, value: 160, unit: '[lb_av]' })).toBe(likenessOf(weight));
    for (const other of [{ value: 72.7 }, { at: '2026-11-26T08:01:00Z' }, { kind: 'pulse', unit: '/min' }])
      expect(likenessOf({ ...weight, ...other } as Reading)).not.toBe(likenessOf(weight));
  });
});

describe('taking back', () => {
  const by = (code: string): Observation => ({
    ...observationsOf(fhir, PRESSURE)[0],
    id: 'x',
    meta: { versionId: '1', tag: [{ system: 'urn:wellspring:written-by', code }] },
  });

  it('is for what one wrote oneself; the patient also takes back what was written for them', () => {
    expect(mayTakeBack(fhir, by('Patient/ana'))).toBe(true);
    expect(mayTakeBack(fhir, by('RelatedPerson/mum'))).toBe(true);
    expect(mayTakeBack({ patient: 'ana', self: 'RelatedPerson/mum' }, by('Patient/ana'))).toBe(false);
    expect(mayTakeBack(fhir, observationsOf(fhir, PRESSURE)[0])).toBe(false);
  });

  /** A server where somebody, or the request whose answer was lost, was there before. */
  const late = (status: Observation['status'], sent: number[] = []) =>
    ({
      ...fhir,
      transact: async (changes: readonly { readonly resource: { readonly id?: string } }[]) => {
        sent.push(changes.length);
        if (changes.some(({ resource }) => resource.id === 'x')) throw new FhirFailure(412);
      },
      read: async () => ({ ...by('Patient/ana'), status }),
    }) as unknown as Fhir;
  const shown = { id: 'x', observation: by('Patient/ana'), pulse: undefined };

  it('is done when it was done before, and stores the right value all the same', async () => {
    await takeBack(late('entered-in-error'), shown);
    const sent: number[] = [];
    await writeDown(late('entered-in-error', sent), PRESSURE, 'i', shown);
    expect(sent).toEqual([2, 1]);
  });

  it('is refused where the clinic changed it meanwhile', async () => {
    await expect(takeBack(late('amended'), shown)).rejects.toThrow(FhirFailure);
  });
});
