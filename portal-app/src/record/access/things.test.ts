import { resourceTypes } from '@wellspring/profiles';
import { describe, expect, it } from 'vitest';
import { areaOf, areas, thingsTitle, thingWords } from './things.ts';

/** As it is where a type has no words: FHIR's own name, cut at its capitals. */
const cut = (type: string): string => type.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();

const NOT_OWN = 'a name of FHIR';

describe('each type of R4', () => {
  it('has plain words, which no other has, and belongs to what it is about', () => {
    expect(resourceTypes.length).toBe(146);
    const words = resourceTypes.map((type) => (areaOf(type) === undefined ? NOT_OWN : thingWords(type)));
    expect(resourceTypes.filter((_, i) => words[i] === NOT_OWN)).toEqual([]);
    expect(words.filter((each, i) => words.indexOf(each) !== i)).toEqual([]);
    expect(resourceTypes.filter((type) => !areas().includes(areaOf(type) ?? ''))).toEqual([]);
    // Two of which FHIR's own name is two words say more than these.
    expect(resourceTypes.filter((type) => /[a-z][A-Z]/.test(type) && thingWords(type) === cut(type))).toEqual(
      [],
    );
  });

  it('that R4 does not have keeps its own name', () => {
    expect(thingWords('ActorDefinition')).toBe('actor definition');
    expect(thingWords('constructor')).toBe('constructor');
    expect(areaOf('constructor')).toBeUndefined();
    expect(thingsTitle([])).toBe('');
  });
});
