/** What a role may do, as an administrator reads it. */
import { expect, it } from 'vitest';
import { rolePolicyOf } from './role-policy.ts';

const grant = (scopes: readonly string[], patients: readonly string[]) => ({
  name: 'grant',
  part: [
    ...scopes.map((valueString) => ({ name: 'scope', valueString })),
    ...patients.map((valueCode) => ({ name: 'patients', valueCode })),
  ],
});

it('says of each role what it sees and changes, of whom, and what it may besides', () => {
  const told = rolePolicyOf({
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'role',
        part: [
          { name: 'name', valueString: 'nurse' },
          { name: 'code', valueUri: 'urn:wellspring:staff-role|nurse' },
          grant(['user/*.rs', 'user/Condition.cu?code=a%7Cb'], ['organization', 'moon']),
          { name: 'emergency', valueInteger: 60 },
          { name: 'broadcasts', valueInteger: 5000 },
        ],
      },
      {
        name: 'role',
        part: [
          { name: 'name', valueString: 'student' },
          { name: 'oversight', valueBoolean: true },
        ],
      },
    ],
  });
  expect(told).toEqual([
    {
      name: 'Nurse',
      grants: [
        {
          whose: 'patients of the place where they have the role, moon',
          what: [
            { does: 'Sees', things: [{ area: undefined, names: ['the whole record'] }] },
            {
              does: 'Adds and changes',
              things: [{ area: undefined, names: ['health problems (code=a|b)'] }],
            },
          ],
        },
      ],
      besides: ['opens a record in an emergency, for 60 minutes', 'writes to 5000 patients at once'],
    },
    { name: 'student', grants: [], besides: ['sees how exchange with others does'] },
  ]);
  expect(rolePolicyOf({ resourceType: 'Parameters' })).toEqual([]);
});
