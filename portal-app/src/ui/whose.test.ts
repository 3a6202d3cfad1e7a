import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initials } from './whose.tsx';

describe('P2: initials', () => {
  it('are of the first and the last name, whatever stands around them', () => {
    expect(initials('Leo Okafor')).toBe('LO');
    expect(initials('María José de la Peña (Pepa)')).toBe('MP');
    expect(initials('Prince')).toBe('P');
    expect(initials('')).toBe('');
    expect(initials('· 42')).toBe('');
  });
  it('are two letters at most, of any name', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (name) => initials(name).length <= 6));
  });
});
