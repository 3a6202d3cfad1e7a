import { describe, expect, it } from 'vitest';
import { bodyMassIndex, bodyMassWords } from './body-mass.ts';

describe('body mass index', () => {
  it('is the same in both systems of units', () => {
    expect(bodyMassIndex(178, 80, 'metric')).toBe(25.2);
    expect(bodyMassIndex(178 / 2.54, 80 / 0.453_592_37, 'us')).toBe(25.2);
  });

  it.each([
    [18.4, 'below'],
    [18.5, 'healthy'],
    [24.9, 'in the band called healthy'],
    [25, 'overweight'],
    [29.9, 'overweight'],
    [30, 'obesity'],
  ])('%s is named by the published bands', (index, words) => {
    expect(bodyMassWords(index)).toContain(words);
  });

  it('says nothing about what nobody measures', () => {
    expect(bodyMassIndex(17.8, 80, 'metric')).toBeUndefined();
    expect(bodyMassIndex(Number.NaN, 80, 'metric')).toBeUndefined();
  });
});
