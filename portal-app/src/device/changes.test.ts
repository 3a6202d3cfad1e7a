import { expect, it } from 'vitest';
import { changedBy, changedMeanwhile, UNTOUCHED } from './changes.ts';

const HOME = { city: 'Springfield', postalCode: '80301', days: ['mon'] as readonly string[] };
const typed = changedBy<typeof HOME>(UNTOUCHED, HOME, { city: 'Elsewhere' });

it('only what somebody typed is a change, with what it stood over', () => {
  expect(typed).toEqual({ typed: { city: 'Elsewhere' }, over: { city: 'Springfield' } });
  expect(changedMeanwhile(typed, HOME)).toEqual([]);
  expect(changedMeanwhile(typed, { ...HOME, postalCode: '80999', days: ['tue'] })).toEqual([]);
});

it('what was typed over something that changed meanwhile is told, until somebody typed or saw it', () => {
  const now = { ...HOME, city: 'Boston' };
  expect(changedMeanwhile(typed, now)).toEqual(['city']);
  // Typing on does not make it seen.
  expect(changedMeanwhile(changedBy(typed, now, { city: 'Elsewhere 2' }), now)).toEqual(['city']);
  expect(changedMeanwhile({ ...typed, over: now }, now)).toEqual([]);
  expect(changedMeanwhile(typed, { ...HOME, city: 'Elsewhere' })).toEqual([]);
});

it('what is typed back to what is on record follows the record again', () => {
  expect(changedBy(typed, HOME, { city: 'Springfield' })).toEqual(UNTOUCHED);
  expect(changedBy<typeof HOME>(UNTOUCHED, HOME, { days: ['mon'] })).toEqual(UNTOUCHED);
});

it('what was typed and stands on record by now, as its answer never came, is nothing that others changed meanwhile', () => {
  const arrived = { ...HOME, city: 'Elsewhere' };
  const next = changedBy(typed, arrived, { city: 'Boston' });
  expect(next).toEqual({ typed: { city: 'Boston' }, over: { city: 'Elsewhere' } });
  expect(changedMeanwhile(next, arrived)).toEqual([]);
});
