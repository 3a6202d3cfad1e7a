import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCrisis, pressureOf } from '../../format/blood-pressure-flag.ts';
import { isFromPerson } from '../../format/words.ts';
import type { Fhir } from '../../smart/fhir.ts';
import { armOf, bloodPressure, problemsOf, withPulse } from './blood-pressure.ts';

const AT = '2026-11-26T08:00:00Z';
const fhir = { patient: 'ana', self: 'Patient/ana' } as Fhir;

describe('a blood pressure measured at home', () => {
  it('is read as it was written, and known as the person’s own', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 50, max: 300 }),
        fc.integer({ min: 20, max: 200 }),
        (systolic, diastolic) => {
          const [observation, ...more] = bloodPressure(fhir, { systolic, diastolic, arm: '', at: AT });
          expect(more).toEqual([]);
          if (!observation) throw new Error('none');
          expect(pressureOf(observation)).toEqual({ systolic, diastolic });
          expect(isFromPerson(observation.performer?.[0])).toBe(true);
        },
      ),
    );
  });

  it('is refused when the numbers are swapped, broken or of another world', () => {
    const problems = (reading: object) =>
      problemsOf({ systolic: 128, diastolic: 82, arm: '', at: AT, ...reading }, Date.parse(AT));
    expect(problems({ systolic: 80, diastolic: 120 }).upper).toContain('the higher one');
    expect(problems({ systolic: Number.NaN }).upper).toContain('first number');
    expect(problems({ diastolic: 8 }).upper).toContain('second number');
    expect(Object.keys(problems({ pulse: 7, at: '2026-11-26T09:00:00Z' }))).toEqual(['pulse', 'at']);
    expect(Object.keys(problems({ at: '' }))).toEqual(['at']);
    expect(problems({ pulse: 72 })).toEqual({});
  });

  it('has its time and its arm, and the pulse beside it, which is found again by the moment', () => {
    const [pressure, pulse] = bloodPressure(fhir, {
      systolic: 128,
      diastolic: 82,
      pulse: 72,
      arm: '368208006',
      at: AT,
    });
    expect(pressure && armOf(pressure)).toBe('Left arm');
    expect(pulse).toMatchObject({ effectiveDateTime: AT, valueQuantity: { value: 72, code: '/min' } });
    const other = { ...pressure, effectiveDateTime: '2026-11-25T08:00:00Z' } as typeof pressure;
    const all = [pressure, pulse, other].flatMap((each) => each ?? []);
    expect(withPulse(all).map((each) => each.pulse?.valueQuantity?.value)).toEqual([72, undefined]);
  });

  it('calls for help only above 180 or 120', () => {
    expect(isCrisis({ systolic: 180, diastolic: 120 })).toBe(false);
    expect(isCrisis({ systolic: 181, diastolic: 90 })).toBe(true);
    expect(isCrisis({ systolic: 150, diastolic: 121 })).toBe(true);
  });
});
