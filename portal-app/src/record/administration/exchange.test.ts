import { expect, it } from 'vitest';
import { exchangeOf } from './exchange.ts';

const part = (name: string, value: object) => ({ name, ...value });

it('what wants looking after is first; what the server does not say is not there', () => {
  const subscription = (id: string, ...more: object[]) => ({
    name: 'subscription',
    part: [part('id', { valueId: id }), part('status', { valueCode: 'active' }), ...(more as never[])],
  });
  const { subscriptions, jobs } = exchangeOf({
    resourceType: 'Parameters',
    parameter: [
      subscription('well', part('events', { valueInteger: 7 }), part('replaying', { valueBoolean: false })),
      subscription(
        'lost',
        part('given-up', { valueInteger: 2 }),
        part('replaying', { valueBoolean: true }),
        part('type', { valueCode: 'Observation' }),
        part('type', { valueCode: 'Encounter' }),
        part('user', { valueReference: { reference: 'Practitioner/doc' } }),
      ),
      { name: 'job', part: [part('id', { valueId: 'j' }), part('kind', { valueCode: 'export' })] },
      { name: 'of-a-later-version' },
    ],
  });
  expect(subscriptions).toMatchObject([
    {
      id: 'lost',
      givenUp: 2,
      isReplaying: true,
      types: ['Observation', 'Encounter'],
      user: 'Practitioner/doc',
    },
    { id: 'well', events: 7, givenUp: 0, isReplaying: false, types: [], host: undefined },
  ]);
  expect(jobs).toMatchObject([{ id: 'j', kind: 'export', resources: 0, begun: undefined }]);
});
