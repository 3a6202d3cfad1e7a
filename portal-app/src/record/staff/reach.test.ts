/** Where whoever is signed in is led: by what their role may, in whatever words its policy says so. */
import { expect, it } from 'vitest';
import { rightsOf } from '../../smart/rights.ts';
import { reachOf } from './reach.ts';

const rights = (scopes: readonly string[], ...others: { name: string; valueInteger: number }[]) =>
  rightsOf({
    resourceType: 'Parameters',
    parameter: [...scopes.map((valueString) => ({ name: 'scope', valueString })), ...others],
  });
const offers = (type: string): boolean => type !== 'Invoice';

it('to what can be searched for, and to many patients only with the right to write to them', () => {
  const desk = ['user/Task.rs?performer=a', 'user/CommunicationRequest.rs', 'user/Appointment.rs'];
  expect(reachOf(rights(desk), { offers })).toMatchObject({
    tasks: true,
    ownPoolOnly: true,
    broadcasts: false,
    clinical: false,
    visits: true,
    emergency: 0,
    exchange: false,
  });
  expect(
    reachOf(rights([...desk, 'user/Task.s'], { name: 'broadcasts', valueInteger: 1 }), { offers }),
  ).toMatchObject({ broadcasts: true, ownPoolOnly: false });
  // To read one is not to find any.
  expect(reachOf(rights(['user/Condition.r']), { offers }).clinical).toBe(false);
});

it('to all that the app was granted, where the server does not tell', () => {
  expect(reachOf(null, { offers })).toMatchObject({
    tasks: true,
    clinical: true,
    bills: false,
    broadcasts: true,
    exchange: true,
    ownPoolOnly: false,
  });
});
