/** Names for clinicians are the record's own; what came as a code alone is named where we know it. */
import { expect, it } from 'vitest';
import { clinicalName } from './clinical.ts';

const loinc = 'http://loinc.org';

it('a test is called as whoever wrote it down put it, and by our own name where nobody said anything', () => {
  const coding = [{ system: loinc, code: '8310-5', display: 'Body temperature' }];
  expect(clinicalName({ text: 'Temp. axillary', coding })).toBe('Temp. axillary');
  expect(clinicalName({ coding })).toBe('Body temperature');
  expect(clinicalName({ coding: [{ system: loinc, code: '8310-5' }] })).toBe('Temperature');
  expect(clinicalName({ coding: [{ code: 'x' }, { system: loinc, code: '8867-4' }] })).toBe('Heart rate');
});

it('what we have no name for is told by its code', () => {
  expect(clinicalName({ coding: [{ system: loinc, code: '99999-9' }] })).toBe('Not named (LOINC 99999-9)');
  // A code of another system that looks like one.
  expect(clinicalName({ coding: [{ system: 'urn:laboratory', code: '8310-5' }] })).toBe('8310-5');
});
