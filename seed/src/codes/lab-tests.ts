/** All quantitative laboratory tests by key. */
import { bloodCountTests } from './blood-count-tests.ts';
import { chemistryTests } from './chemistry-tests.ts';
import type { LabTest } from './lab-test.ts';
import { specialTests } from './special-tests.ts';

export const labTests = { ...chemistryTests, ...bloodCountTests, ...specialTests };

export type LabTestKey = keyof typeof labTests;

/** Typed access: `as const` narrows each entry too far to compare them. */
export function labTest(key: LabTestKey): LabTest {
  return labTests[key];
}
