import { describe, expect, it } from 'vitest';
import { terminology } from './definitions.ts';
import type { CodeSystem, ValueSet } from './resources.ts';
import { createTerminology } from './terminology.ts';

const URL = 'urn:cs:body';
const body = (more: Partial<CodeSystem>): CodeSystem => ({
  resourceType: 'CodeSystem',
  url: URL,
  content: 'complete',
  property: [{ code: 'wider', uri: 'http://hl7.org/fhir/concept-properties#parent' }],
  concept: [
    { code: 'arm', property: [{ code: 'child', valueCode: 'nail' }], concept: [{ code: 'hand' }] },
    { code: 'thumb', property: [{ code: 'wider', valueCode: 'HAND' }] },
    { code: 'paw', property: [{ code: 'subsumedBy', valueCode: 'hand' }] },
    { code: 'nail' },
  ],
  ...more,
});
const setOf = (op: string, value: string): ValueSet => ({
  resourceType: 'ValueSet',
  url: `urn:vs:${op}`,
  compose: { include: [{ system: URL, filter: [{ property: 'concept', op, value }] }] },
});
const known = (more: Partial<CodeSystem>) => {
  const all = createTerminology([body(more)]);
  return {
    ...all,
    below: (code: string) => [...(all.below(URL, code) ?? [])].sort(),
    above: (code: string) => [...(all.above(URL, code) ?? [])].sort(),
    listed: (op: string, value: string) => all.expand(setOf(op, value))?.map(({ code }) => code),
  };
};

describe('a hierarchy of a package', () => {
  it('of kinds is one however it is stated: by nesting, parent, child, subsumedBy, or a property that means one of them', () => {
    for (const meaning of [{}, { hierarchyMeaning: 'is-a' }]) {
      const { below, above, listed } = known(meaning);
      expect(below('arm')).toEqual(['arm', 'hand', 'nail', 'paw', 'thumb']);
      expect(above('thumb')).toEqual(['arm', 'hand', 'thumb']);
      expect(listed('is-a', 'arm')).toHaveLength(5);
      expect(listed('descendent-of', 'hand')).toEqual(['thumb', 'paw']);
      expect(listed('is-not-a', 'hand')).toEqual(['arm', 'nail']);
    }
  });

  it('of parts or groups subsumes nothing; what a code names as subsuming it does', () => {
    for (const hierarchyMeaning of ['part-of', 'grouped-by', 'classified-with']) {
      const { below, above, listed, contains } = known({ hierarchyMeaning });
      expect(below('arm')).toEqual(['arm']);
      expect(above('thumb')).toEqual(['thumb']);
      expect(below('hand')).toEqual(['hand', 'paw']);
      expect(listed('is-a', 'arm')).toEqual(['arm']);
      expect(listed('descendent-of', 'arm')).toEqual([]);
      expect(listed('is-not-a', 'hand')).toEqual(['arm', 'thumb', 'nail']);
      expect(contains(setOf('is-a', 'arm'), URL, 'hand')).toBe(false);
    }
  });

  it('of R4 has what its concepts name as their children', () => {
    const drops = terminology().below('http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm', 'SOL');
    expect(drops).toContain('DROP');
  });
});
