/** Several versions of one definition may be stored: each is found by its own. */
import { expect, it } from 'vitest';
import { type Definition, knownWith, validateProfiles } from './profiles.ts';
import { createTerminology } from './terminology/terminology.ts';

const URL = 'https://x.example/StructureDefinition';

const profile = (name: string, version: string, base: string, required: string): Definition =>
  ({
    resourceType: 'StructureDefinition',
    url: `${URL}/${name}`,
    version,
    name,
    status: 'active',
    kind: 'resource',
    abstract: false,
    type: 'Patient',
    baseDefinition: base,
    derivation: 'constraint',
    differential: { element: [{ id: `Patient.${required}`, path: `Patient.${required}`, min: 1 }] },
  }) as never;

const PATIENT = 'http://hl7.org/fhir/StructureDefinition/Patient';

it.each([
  ['2', 'birthDate'],
  ['3', 'gender'],
])('a profile rests on the version of its base that it names: %s', (version, missing) => {
  const bases = [profile('base', '2', PATIENT, 'birthDate'), profile('base', '3', PATIENT, 'gender')];
  const own = profile('own', '1', `${URL}/base|${version}`, 'name');
  for (const definitions of [bases, bases.toReversed()]) {
    const known = knownWith([...definitions, own]);
    const issues = validateProfiles({ resourceType: 'Patient' }, [`${URL}/own`], 'error', known);
    const told = issues.map(({ diagnostics }) => diagnostics).join(' ');
    expect(told).toContain('name');
    expect(told).toContain(missing);
    expect(told).not.toContain(missing === 'gender' ? 'birthDate' : 'gender');
  }
});

it('a base whose version is not there is not stood in for by another', () => {
  const known = knownWith([
    profile('base', '2', PATIENT, 'birthDate'),
    profile('own', '1', `${URL}/base|3`, 'name'),
  ]);
  const issues = validateProfiles({ resourceType: 'Patient' }, [`${URL}/own`], 'error', known);
  expect(issues.map(({ diagnostics }) => diagnostics)).toEqual([
    expect.stringContaining('what it is derived from is not known here'),
  ]);
});

it('a value set is that of the version that is named, and a set of another version is none', () => {
  const set = (version: string, code: string) => ({
    resourceType: 'ValueSet' as const,
    url: 'https://x.example/ValueSet/v',
    version,
    status: 'active' as const,
    compose: { include: [{ system: 'urn:s', concept: [{ code }] }] },
  });
  const sets = [set('2', 'two'), set('3', 'three')];
  const codes = (canonical: string) =>
    createTerminology(sets, undefined, true)
      .expand(canonical)
      ?.map(({ code }) => code);
  expect(codes('https://x.example/ValueSet/v|2')).toEqual(['two']);
  expect(codes('https://x.example/ValueSet/v|3')).toEqual(['three']);
  expect(codes('https://x.example/ValueSet/v|4')).toBeUndefined();
  expect(codes('https://x.example/ValueSet/v')).toEqual(['three']);
  const one = createTerminology([set('2', 'two')]);
  expect(one.expand('https://x.example/ValueSet/v|9')?.map(({ code }) => code)).toEqual(['two']);
});
