import { describe, expect, it } from 'vitest';
import type { StoredVersion } from '../store/store.ts';
import { followedReferences } from './version-references.ts';

const BASE = 'http://localhost/fhir';
const version = (resource: { readonly resourceType: string }): StoredVersion => ({
  type: resource.resourceType,
  id: 'o',
  version: 1,
  lastUpdated: 0,
  method: 'create',
  body: JSON.stringify(resource),
});
const observation = version({
  resourceType: 'Observation',
  subject: { reference: `${BASE}/Patient/ana/_history/3` },
  performer: [{ reference: 'Practitioner/p' }, { reference: 'http://elsewhere.example/Practitioner/q' }],
} as { resourceType: string });
const names = (param: string, of = observation): (string | undefined)[] =>
  followedReferences(of, param, BASE).map(({ local }) => local?.name);

describe('what a version refers to', () => {
  it('is a resource of this server, whatever version of it is named; what is elsewhere is none', () => {
    expect(names('subject')).toEqual(['Patient/ana']);
    expect(names('performer')).toEqual(['Practitioner/p', undefined]);
    expect(new Set(names('*'))).toEqual(new Set(['Patient/ana', 'Practitioner/p', undefined]));
  });

  it('is read once of a version that is given out again, for each parameter', () => {
    const first = followedReferences(observation, 'subject', BASE);
    expect(followedReferences(observation, 'subject', BASE)).toBe(first);
    expect(names('no-such-parameter')).toEqual([]);
  });

  it('is also what is named by what it is published as', () => {
    const response = version({
      resourceType: 'QuestionnaireResponse',
      questionnaire: 'http://example.org/form|2#part',
    } as { resourceType: string });
    expect(followedReferences(response, 'questionnaire', BASE)).toMatchObject([
      { local: undefined, canonical: 'http://example.org/form|2' },
    ]);
  });
});
