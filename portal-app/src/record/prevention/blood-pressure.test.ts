import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCrisis, pressureOf } from '../../format/blood-pressure-flag.ts';
import { isFromPerson } from '../../format/words.ts';
import type { Fhir } from '../../smart/fhir.ts';
import { bloodPressure, problemOf } from './blood-pressure.ts';

const fhir = { patient: 'ana', self: 'Patient/ana' } as Fhir;

describe('a blood pressure measured at home', () => {
  it('is read as it was written, and known as the person’s own', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 50, max: 300 }),
        fc.integer({ min: 20, max: 200 }),
        (systolic, diastolic) => {
          const observation = bloodPressure(fhir, { systolic, diastolic }, '2026-11-26T08:00:00Z');
          expect(pressureOf(observation)).toEqual({ systolic, diastolic });
          expect(isFromPerson(observation.performer?.[0])).toBe(true);
        },
      ),
    );
  });

  it('is refused when the numbers are swapped, broken or of another world', () => {
    expect(problemOf({ systolic: 80, diastolic: 120 })).toContain('the higher one');
    expect(problemOf({ systolic: Number.NaN, diastolic: 80 })).toContain('first number');
    expect(problemOf({ systolic: 120, diastolic: 8 })).toContain('second number');
    expect(problemOf({ systolic: 128, diastolic: 82 })).toBeUndefined();
  });

  it('calls for help only above 180 or 120', () => {
    expect(isCrisis({ systolic: 180, diastolic: 120 })).toBe(false);
    expect(isCrisis({ systolic: 181, diastolic: 90 })).toBe(true);
    expect(isCrisis({ systolic: 150, diastolic: 121 })).toBe(true);
  });
});
