import { describe, expect, it } from 'vitest';
import { asPatient, asProxy, contextOf } from '../../test/in-memory.ts';
import { checkOwnMarks, MARKED } from './own-marks.ts';

const system = contextOf('system/*.cruds');
const staff = contextOf('user/*.cruds', { user: 'Practitioner/doc' });
const people = [asPatient('a'), asProxy('a'), staff];

/** By type, each place in which a mark may stand. */
const MARKED_AS: readonly (readonly [string, object])[] = [
  ['Communication', { identifier: [{ system: 'urn:wellspring:broadcast', value: 'b/a' }] }],
  ['Communication', { meta: { tag: [{ system: 'urn:wellspring:kept', code: 'emergency-notice' }] } }],
  ['CommunicationRequest', { identifier: [{ system: 'urn:wellspring:broadcast', value: 'b' }] }],
  [
    'CommunicationRequest',
    { category: [{ text: 'x' }, { coding: [{ system: 'urn:wellspring:broadcast', code: 'message' }] }] },
  ],
  ['Consent', { category: [{ coding: [{ system: 'urn:wellspring:family-access', code: 'consent' }] }] }],
  [
    'RelatedPerson',
    { identifier: [{ value: 'own' }, { system: 'urn:wellspring:family-access', value: 'x' }] },
  ],
  ['Task', { identifier: [{ system: 'urn:wellspring:broadcast', value: 'b/a' }] }],
  ['Task', { groupIdentifier: { system: 'urn:wellspring:work', value: 'Communication/x' } }],
];

const allowed = (...given: Parameters<typeof checkOwnMarks>): boolean => {
  try {
    checkOwnMarks(...given);
    return true;
  } catch (error) {
    expect((error as { status: number }).status).toBe(403);
    return false;
  }
};

describe('a mark of the server’s own', () => {
  it.each(MARKED_AS)('on a %s is neither put nor taken by a person: %j', (resourceType, mark) => {
    const [plain, marked] = [{ resourceType }, { resourceType, ...mark }];
    expect(MARKED).toContain(resourceType);
    for (const access of people) {
      expect(allowed(access, marked, undefined)).toBe(false);
      expect(allowed(access, marked, plain)).toBe(false);
      expect(allowed(access, plain, marked)).toBe(false);
      expect(allowed(access, marked, { ...marked })).toBe(true);
      expect(allowed(access, { ...marked, status: 'x' }, marked)).toBe(true);
      expect(allowed(access, plain, undefined)).toBe(true);
    }
    expect(allowed(system, marked, undefined)).toBe(true);
    expect(allowed(system, plain, marked)).toBe(true);
  });

  it('keeps its value', () => {
    const named = (value: string) => ({
      resourceType: 'Task',
      identifier: [{ system: 'urn:wellspring:broadcast', value }],
    });
    expect(allowed(staff, named('b/a'), named('b/b'))).toBe(false);
  });

  it('is none on other types, of other systems, or in what is no list', () => {
    const identifier = [{ system: 'urn:wellspring:broadcast', value: 'x' }];
    expect(allowed(staff, { resourceType: 'Observation', identifier }, undefined)).toBe(true);
    expect(allowed(staff, { resourceType: 'constructor', identifier }, undefined)).toBe(true);
    expect(allowed(staff, { resourceType: 'Task', identifier: [{ value: 'x' }] }, undefined)).toBe(true);
    for (const odd of [null, 'text', [null], [{ coding: null }]])
      expect(allowed(staff, { resourceType: 'Task', identifier: odd, category: odd }, undefined)).toBe(true);
  });
});
