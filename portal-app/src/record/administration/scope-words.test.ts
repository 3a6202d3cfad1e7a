import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scopeWords } from './scope-words.ts';

const deeds = (scope: string) => scopeWords(scope).flatMap((each) => each.deeds);
const few = (...names: string[]) => [{ area: undefined, names }];

it('what may be done with the same things is said once, by each letter, of both versions of SMART', () => {
  expect(deeds('user/*.rs user/Condition.cud user/Provenance.c user/Binary.c')).toEqual([
    { does: 'Sees', things: few('the whole record') },
    { does: 'Adds, changes, and removes', things: few('health problems') },
    { does: 'Adds', things: few('where entries are from', 'attached files') },
  ]);
  expect(deeds('user/Task.cu user/Task.rs user/Goal.read user/Goal.write user/Flag.*')).toEqual([
    { does: 'Sees, adds, and changes', things: few('requests') },
    { does: 'Sees, adds, changes, and removes', things: few('goals', 'notes of caution') },
  ]);
});

it('what is only of a part of a type is apart from what is of all of it', () => {
  expect(deeds('user/Task.cu user/Task.rs?performer=urn:a%7Cb')).toEqual([
    { does: 'Adds and changes', things: few('requests') },
    { does: 'Sees', things: few('requests (performer=urn:a|b)') },
  ]);
});

it('what is no scope of data is told besides, what is not understood as it is written', () => {
  expect(scopeWords('openid fhirUser patient/Observation.rs moon user/Slot.r')).toEqual([
    {
      heading: 'Of everybody whom whoever uses it may open',
      deeds: [{ does: 'Sees', things: few('times for visits') }],
      lines: [],
    },
    {
      heading: 'Of patients who allow it, for their own records',
      deeds: [{ does: 'Sees', things: few('results') }],
      lines: [],
    },
    { heading: 'Besides', deeds: [], lines: ['who signs in', 'moon'] },
  ]);
});

const POLICY = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../fhir-server/role-policy.json'), 'utf8'),
) as { roles: Record<string, { grants: { scopes: string }[] }> };

it('the sixty types of a clinician are a few lines, each of one matter', () => {
  const scope = (POLICY.roles.clinician?.grants[0]?.scopes ?? '').replace(/\S+/g, 'user/$&');
  const found = deeds(scope);
  expect(scope.split(' ').length).toBeGreaterThan(50);
  const all = found.find(({ does }) => does === 'Adds, changes, and removes');
  expect(all?.things.length).toBeGreaterThan(5);
  expect(all?.things.length).toBeLessThan(12);
  expect(all?.things.find(({ area }) => area === 'Medicines')?.names).toEqual([
    'doses that were given',
    'what the pharmacy gave',
    'prescriptions',
    'medicines of one’s own',
  ]);
});
