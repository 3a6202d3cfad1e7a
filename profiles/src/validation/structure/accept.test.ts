import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnyResource, clinicResources, syntheaResources, usCoreExamples } from '../../../test/corpus.ts';
import { walkResource } from '../validate-resource.ts';
import { accepts } from './accept.ts';

const clinic = clinicResources();
const corpus = [...clinic, ...usCoreExamples('6.1.0'), ...syntheaResources(2)];

type Holder = Record<string, unknown>;

function places(value: unknown, found: { holder: Holder; key: string }[] = []): typeof found {
  if (typeof value !== 'object' || value === null) return found;
  for (const key of Object.keys(value)) {
    found.push({ holder: value as Holder, key });
    places((value as Holder)[key], found);
  }
  return found;
}

const VALUES: readonly unknown[] = [
  undefined,
  null,
  '',
  'x',
  ' a',
  '#x',
  7,
  -1,
  1.5,
  true,
  [],
  {},
  ['x'],
  [{}],
  { text: 'x' },
  { id: 'x' },
  { type: 'Patient', reference: 'Group/x' },
  { code: 'x', system: 'x' },
  { data: 'QQ==', size: 2 },
  [{ url: 'x', valueBoolean: true }],
  'urn:uuid:1',
  'urn:oid:1.x',
  'Patient/x',
  'Medication/x',
  '2024-13-01',
  '2024-02-03T04:05:06Z',
];

describe('the generated validators', () => {
  it('accept most of what is valid, so that the walk is the exception', () => {
    const share = corpus.filter((resource) => accepts(resource as Holder)).length / corpus.length;
    expect(share).toBeGreaterThan(0.95);
  });

  it('accept nothing that the walk refuses, whatever is put wherever', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...corpus),
        fc.array(fc.tuple(fc.nat(), fc.constantFrom(...VALUES)), { minLength: 1, maxLength: 3 }),
        (resource, changes) => {
          const changed = structuredClone(resource) as AnyResource;
          for (const [at, value] of changes) {
            const all = places(changed);
            const place = all[at % all.length];
            if (!place) continue;
            if (value === undefined) delete place.holder[place.key];
            else place.holder[place.key] = structuredClone(value);
          }
          if (accepts(changed as Holder)) expect(walkResource(changed)).toEqual([]);
        },
      ),
      { numRuns: 6000 },
    );
  });

  it('accept nothing with an element or a member that is not the type’s', () => {
    fc.assert(
      fc.property(fc.constantFrom(...clinic), fc.nat(), fc.string({ minLength: 1 }), (resource, at, name) => {
        const changed = structuredClone(resource) as AnyResource;
        const objects = places(changed)
          .map(({ holder }) => holder)
          .filter((each) => !Array.isArray(each));
        const holder = objects[at % objects.length] as Holder;
        if (Object.hasOwn(holder, name)) return;
        holder[name] = 'x';
        if (accepts(changed as Holder)) expect(walkResource(changed)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});
