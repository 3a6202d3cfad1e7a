import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAs } from '../words/text.ts';
import { chosenScopes, describeScopes } from './describe-scope.ts';
import { FURTHER } from './further-groups.ts';
import { DIRECTORY, GROUPS } from './groups.ts';
import { covers, isSmartScope, parseClinicalScope } from './scope.ts';

const level = fc.constantFrom('patient', 'user', 'system');
const type = fc.constantFrom('Patient', 'Observation', 'Condition', 'MedicationRequest', '*');
const letters = fc.subarray(['c', 'r', 'u', 'd', 's'], { minLength: 1 }).map((chosen) => chosen.join(''));
const query = fc.constantFrom(
  '',
  '?category=http://x|laboratory',
  '?category=vital-signs',
  '?code=http://loinc.org|1-1&status=final',
);
const scope = fc
  .tuple(level, type, fc.oneof(letters, fc.constantFrom('read', 'write', '*')), query)
  .map(([a, b, c, d]) => `${a}/${b}.${c}${d}`);

describe('a clinical scope', () => {
  it('in the right letters and order is understood', () => {
    fc.assert(
      fc.property(scope, (text) => {
        expect(parseClinicalScope(text)).toBeDefined();
      }),
    );
  });

  it('in any other is not', () => {
    for (const text of [
      'patient/Observation.sr',
      'patient/Observation.',
      'patient/Observation.rr',
      'patient/observation.rs',
      'patient/Observation.rs?',
      'patient/Observation.rs?category',
      'patient/Observation.rs?category=',
      'patient/Observation.rs?foo=bar',
      'patient/Observation.rs?category:in=x',
      'patient/Observation.rs?subject.name=x',
      'patient/Observation.rs?category=x#y z',
      'patient%2FObservation.rs',
      'PATIENT/Observation.rs',
      'patient/Observation.read.write',
      '__proto__',
      'constructor',
    ])
      expect(isSmartScope(text), text).toBe(false);
  });

  it('is answered for in linear time, however long it is', () => {
    const long = `patient/Observation.rs?${'category=x&'.repeat(5000)}`;
    const begin = performance.now();
    isSmartScope(long);
    expect(performance.now() - begin).toBeLessThan(1000);
  });

  it('covers itself, and what covers what it covers', () => {
    fc.assert(
      fc.property(scope, scope, scope, (a, b, c) => {
        expect(covers(a, a)).toBe(true);
        if (covers(a, b) && covers(b, c)) expect(covers(a, c)).toBe(true);
      }),
    );
  });

  it('never covers more letters, another level, another type or an unfiltered one', () => {
    fc.assert(
      fc.property(scope, scope, (wide, narrow) => {
        const [a, b] = [parseClinicalScope(wide), parseClinicalScope(narrow)];
        if (!a || !b || !covers(wide, narrow) || wide === narrow) return;
        expect(a.level).toBe(b.level);
        expect([b.type, '*']).toContain(a.type);
        for (const letter of b.interactions) expect(a.interactions).toContain(letter);
        expect(['', b.query]).toContain(a.query);
      }),
    );
  });
});

describe('the consent page', () => {
  const asked = fc.uniqueArray(
    scope.filter((text) => !text.startsWith('system')),
    { minLength: 1, maxLength: 6 },
  );

  it('gives nothing that was not asked for, whatever is sent back', () => {
    fc.assert(
      fc.property(asked, fc.array(fc.string()), fc.infiniteStream(fc.boolean()), (scopes, noise, picks) => {
        const groups = describeScopes(scopes.join(' '));
        const pick = <T>(list: readonly T[]): T[] => list.filter(() => picks.next().value);
        const chosen = [...pick(groups.map(({ name }) => name)), ...noise];
        const parts = [...pick(groups.flatMap((group) => group.parts.map(({ name }) => name))), ...noise];
        for (const granted of chosenScopes(groups, chosen, parts)) {
          const clinical = parseClinicalScope(granted);
          expect(clinical).toBeDefined();
          expect(
            scopes.some((wide) => covers(wide, granted) || covers(wide, granted.split('?')[0] ?? '')),
          ).toBe(true);
        }
      }),
    );
  });

  it('names every scope in one group exactly', () => {
    fc.assert(
      fc.property(asked, (scopes) => {
        const named = describeScopes(scopes.join(' ')).flatMap((group) => group.scopes);
        expect(named.toSorted()).toEqual(scopes.toSorted());
      }),
    );
  });

  it('tells one’s own record from those of others', () => {
    const titles = describeScopes('patient/Patient.rs user/Patient.rs user/*.rs').map(({ title }) => title);
    expect(titles).toEqual([
      'Your name and contact details',
      'Name and contact details of everybody you may see',
      'Everything you may see',
    ]);
  });

  it('says outright that access goes on while the person is away', () => {
    const [group] = describeScopes('offline_access');
    expect(group).toMatchObject({ title: 'Access while you are away', required: false });
  });

  it('offers no part of what is narrowed already', () => {
    const [group] = describeScopes('patient/Observation.rs?category=http://x|laboratory');
    expect(group?.parts).toEqual([]);
    expect(group?.detail).toContain('Only: laboratory');
  });
});

it('each type that R4 has is called by words that no other is, in both languages', () => {
  const types = [...new Set([...Object.keys(GROUPS), ...Object.keys(FURTHER)])];
  // With the clinic's directory, which is one line: all of https://hl7.org/fhir/R4/resourcelist.html.
  expect(new Set([...types, ...DIRECTORY]).size).toBe(146);
  const titles = () => types.map((type) => describeScopes(`patient/${type}.rs`)[0]?.title);
  const english = titles();
  const spanish = readAs({ language: 'es', path: '/' }, titles);
  expect(types.filter((_, i) => spanish[i] === english[i])).toEqual([]);
  expect(
    types.filter(
      (type, i) => /[a-z][A-Z]/.test(type) && english[i] === type.replace(/([a-z])([A-Z])/g, '$1 $2'),
    ),
  ).toEqual([]);
  for (const all of [english, spanish]) expect(all.filter((each, i) => all.indexOf(each) !== i)).toEqual([]);
});
