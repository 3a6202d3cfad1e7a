import { expect, it } from 'vitest';
import { nameOf } from './names.ts';

it.each([
  [{ prefix: ['Dr.'], given: ['Nikhil'], family: 'Patel', suffix: ['MD'] }, 'Dr. Nikhil Patel'],
  [{ given: ['Fiona'], family: 'Walsh', suffix: ['NP'] }, 'Fiona Walsh, NP'],
  [{ prefix: ['Mr.'], given: ['Juan'], family: 'Reyes', suffix: ['Jr.'] }, 'Mr. Juan Reyes Jr.'],
  [{ prefix: ['Dr.'], given: ['Juan'], family: 'Reyes', suffix: ['III', 'MD'] }, 'Dr. Juan Reyes III'],
  [{ text: 'Dr. Ann Lee MD', prefix: ['Dr.'] }, 'Dr. Ann Lee MD'],
  [{}, undefined],
])('somebody is called by one title: %j', async (name, called) => {
  const body = JSON.stringify({ resourceType: 'Practitioner', id: 'p', name: [name] });
  const found = {
    type: 'Practitioner',
    id: 'p',
    version: 1,
    lastUpdated: 0,
    method: 'create',
    body,
  } as const;
  expect(await nameOf({ read: async () => found }, 'Practitioner/p')).toBe(called);
});
