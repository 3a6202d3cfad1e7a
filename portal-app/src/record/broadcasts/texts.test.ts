import { expect, it } from 'vitest';
import { hasGap, READY } from './texts.ts';

const written = {
  kind: 'message',
  topic: 'x',
  text: 'x',
  spanishTopic: '',
  spanishText: '',
  questionnaire: '',
} as const;

it('a text that leaves something to be filled in is seen, in either language; dots that end a word are no gap', () => {
  const closed = READY.find(({ name }) => name === 'We are closed');
  expect(hasGap({ ...written, ...closed })).toBe(true);
  expect(hasGap({ ...written, ...closed, spanishText: 'El lunes' })).toBe(true);
  expect(hasGap({ ...written, ...closed, text: 'on Monday', spanishText: 'El lunes' })).toBe(false);
  expect(hasGap({ ...written, text: 'And so on… See you.' })).toBe(false);
});
