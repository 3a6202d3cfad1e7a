/** What is known of a quantitative laboratory test: LOINC code, UCUM unit, reference range, what is usual in a healthy adult. */
import type { Code } from '../clinical/coding.ts';

export interface Person {
  readonly sex: 'female' | 'male';
  readonly age: number;
}

export interface Range {
  readonly low?: number;
  readonly high?: number;
}

export interface LabTest {
  readonly code: Code;
  /** The name a laboratory prints. */
  readonly name: string;
  readonly unit: string;
  readonly decimals: number;
  readonly range?: (person: Person) => Range;
  /** Limits at which the laboratory telephones. */
  readonly critical?: Range;
  /** Mean of healthy people, spread between them, coefficient of variation within one. */
  readonly usual: (person: Person) => readonly [mean: number, spread: number, within: number];
  readonly specimen: 'serum' | 'blood' | 'urine' | 'breath';
}

export const fixed = (low?: number, high?: number) => (): Range => ({
  ...(low !== undefined && { low }),
  ...(high !== undefined && { high }),
});
export const bySex =
  (female: readonly [number, number], male: readonly [number, number]) =>
  ({ sex }: Person): Range => {
    const [low, high] = sex === 'female' ? female : male;
    return { low, high };
  };
export const usual = (mean: number, spread: number, within: number) => () => [mean, spread, within] as const;
export const usualBySex =
  (female: number, male: number, spread: number, within: number) =>
  ({ sex }: Person) =>
    [sex === 'female' ? female : male, spread, within] as const;
