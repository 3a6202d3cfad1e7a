/** V2 to V4: profiles without a snapshot, profiles that are not here, and invariants that can't be evaluated. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadDefinitions } from '../../compile/cache.ts';
import { readPackage } from '../../packages/read-package.ts';
import { addProfiles, validateProfiles } from '../../profiles.ts';
import { elementsOf } from './snapshot.ts';
import type { ElementDefinition, StructureDefinition } from './structure-definition.ts';

const R4 = 'http://hl7.org/fhir/StructureDefinition';
type Json = Record<string, unknown>;

const profile = (url: string, baseDefinition: string, type: string, element: Json[]) =>
  ({
    resourceType: 'StructureDefinition',
    url,
    type,
    kind: 'resource',
    derivation: 'constraint',
    baseDefinition,
    differential: { element },
  }) as unknown as StructureDefinition;

addProfiles([
  profile('urn:p:parent', `${R4}/Patient`, 'Patient', [
    { id: 'Patient.birthDate', path: 'Patient.birthDate', min: 1 },
    {
      id: 'Patient.identifier',
      path: 'Patient.identifier',
      slicing: { discriminator: [{ type: 'value', path: 'system' }], rules: 'open' },
    },
    { id: 'Patient.identifier:mrn', path: 'Patient.identifier', sliceName: 'mrn', min: 1, max: '1' },
    { id: 'Patient.identifier:mrn.system', path: 'Patient.identifier.system', min: 1, fixedUri: 'urn:mrn' },
  ]),
  profile('urn:p:child', 'urn:p:parent', 'Patient', [
    { path: 'Patient.contact.name.family', min: 1 },
    { id: 'Patient.deceasedBoolean', path: 'Patient.deceasedBoolean', fixedBoolean: false },
  ]),
  profile('urn:p:lost', 'urn:p:nowhere', 'Patient', []),
  profile('urn:p:odd', `${R4}/Patient`, 'Patient', [
    {
      id: 'Patient',
      path: 'Patient',
      constraint: [{ key: 'odd-1', severity: 'error', human: 'x', expression: 'nonsense(' }],
    },
  ]),
]);

const mrn = [{ system: 'urn:mrn', value: '1' }];
const fine = { resourceType: 'Patient', birthDate: '2000', identifier: mrn };
const found = (resource: Json, ...urls: string[]) => validateProfiles(resource, urls);
const places = (resource: Json, url: string) => found(resource, url).map(({ expression }) => expression);

describe('V3: a profile with a differential alone', () => {
  it('asks what it says, and what its parents say', () => {
    expect(places(fine, 'urn:p:child')).toEqual([]);
    expect(places({ resourceType: 'Patient' }, 'urn:p:child')).toEqual([
      'Patient.birthDate',
      'Patient.identifier',
    ]);
    expect(places({ ...fine, identifier: [{ system: 'urn:other' }] }, 'urn:p:child')).toEqual([
      'Patient.identifier',
    ]);
    const unnamed = { ...fine, contact: [{ name: { text: 'x' } }] };
    expect(places(unnamed, 'urn:p:child')).toEqual(['Patient.contact[0].name.family']);
    expect(places({ ...fine, deceasedBoolean: true }, 'urn:p:child')).toEqual(['Patient.deceased']);
    expect(places({ ...fine, deceasedDateTime: '2020' }, 'urn:p:child')).toEqual([]);
  });

  it('asks what the snapshots of US Core ask, where they are at hand', ({ annotate }) => {
    const file = fileURLToPath(
      new URL('../../../../../shared/data/packages/hl7.fhir.us.core-7.0.0.tgz', import.meta.url),
    );
    if (!existsSync(file)) {
      annotate('!! not run here: the package is not at hand');
      return;
    }
    const published = readPackage(readFileSync(file)).resources.filter(
      ({ resourceType }) => resourceType === 'StructureDefinition',
    ) as unknown as StructureDefinition[];
    const bare = new Map(
      published.map(({ snapshot: _, ...rest }) => [rest.url, rest as StructureDefinition]),
    );
    const own = new Map(loadDefinitions().map((each) => [each.url, each]));
    const differences = published.flatMap(({ url, snapshot }) => {
      const made = elementsOf(
        bare.get(url) as StructureDefinition,
        (each) => bare.get(each) ?? own.get(each),
      );
      if (!made) return [`${url}: none`];
      const wanted = new Map(snapshot?.element.map((each) => [sameId(each.id), each]));
      return made.flatMap((each) =>
        differing(each, wanted.get(sameId(each.id))).map((what) => `${url} ${each.id}: ${what}`),
      );
    });
    // Its parent is a profile of another package (Structured Data Capture).
    expect(differences).toEqual([expect.stringMatching(/us-core-questionnaireresponse: none$/)]);
  });
});

/** A choice that is left with one type may be written either way. */
const sameId = (id: string): string => id.replace(/\[x\]:\w+/g, '[x]');

function differing(made: ElementDefinition, wanted: ElementDefinition | undefined): string[] {
  if (!wanted) return ['is not in the snapshot'];
  return Object.keys(made)
    .filter((key) => /^(?:max|fixed\w+|pattern\w+)$/.test(key))
    .filter((key) => JSON.stringify(made[key]) !== JSON.stringify(wanted[key]));
}

describe('V2: a profile that is not known here', () => {
  it('is said, with a warning or an error, at the claim', () => {
    const claiming = { resourceType: 'Patient', meta: { profile: ['urn:p:parent', 'urn:p:none'] } };
    const text = {
      severity: 'warning',
      expression: 'Patient.meta.profile[1]',
      diagnostics: expect.stringContaining('urn:p:none'),
    };
    expect(found(claiming, 'urn:p:none')).toMatchObject([text]);
    expect(validateProfiles(claiming, ['urn:p:none'], 'error')).toMatchObject([
      { ...text, severity: 'error' },
    ]);
  });

  it('is a fault where it is another type of R4, and nothing where it is the own one', () => {
    const base = 'http://hl7.org/fhir/StructureDefinition';
    const claiming = {
      resourceType: 'Patient',
      meta: { profile: [`${base}/Patient`, `${base}/Observation|4.0.1`] },
    };
    expect(found(claiming, `${base}/Observation|4.0.1`)).toMatchObject([
      {
        severity: 'error',
        diagnostics: 'The profile is for Observation.',
        expression: 'Patient.meta.profile[1]',
      },
    ]);
    expect(found(claiming, `${base}/Patient`)).toEqual([]);
  });

  it('is said as well when its parent is not known', () => {
    expect(found(fine, 'urn:p:lost')).toMatchObject([
      { severity: 'warning', diagnostics: expect.stringContaining('derived from') },
    ]);
  });
});

describe('V4: an invariant that can not be evaluated', () => {
  it('is named', () => {
    expect(found(fine, 'urn:p:odd')).toMatchObject([
      { severity: 'warning', diagnostics: expect.stringContaining('odd-1'), expression: 'Patient' },
    ]);
  });
});

describe('R4’s own profiles', () => {
  it('are known without a package', () => {
    const bp = {
      resourceType: 'Observation',
      status: 'final',
      category: [
        {
          coding: [
            { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' },
          ],
        },
      ],
      code: { coding: [{ system: 'http://loinc.org', code: '85354-9' }] },
      subject: { reference: 'Patient/a' },
      effectiveDateTime: '2020-01-01',
      component: ['8480-6', '8462-4'].map((code) => ({
        code: { coding: [{ system: 'http://loinc.org', code }] },
        valueQuantity: { value: 120, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
      })),
    };
    expect(found(bp, `${R4}/bp`)).toEqual([]);
    expect(places({ ...bp, component: bp.component.slice(1) }, `${R4}/bp`)).toContain(
      'Observation.component',
    );
    // vs-1: to the day, or a period.
    for (const effectiveDateTime of ['2020', '2020-01'])
      expect(places({ ...bp, effectiveDateTime }, `${R4}/bp`)).toContain('Observation.effective');
    expect(found({ ...bp, effectiveDateTime: '2020-01-01T10:00:00Z' }, `${R4}/bp`)).toEqual([]);
    const { effectiveDateTime: _, ...timeless } = bp;
    expect(found({ ...timeless, effectivePeriod: { start: '2020' } }, `${R4}/bp`)).toEqual([]);
  });
});
