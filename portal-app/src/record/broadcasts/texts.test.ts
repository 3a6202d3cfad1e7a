import { expect, it } from 'vitest';
import { FIELDS, hasGap, READY, unknownFields } from './texts.ts';

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

it('a field that nobody fills in is said where it stands, before it goes', () => {
  const text = `Hello ${FIELDS.join(' ')}, {First} {nonsense}`;
  const found = unknownFields({ ...written, text, spanishTopic: 'Hola { first }' });
  expect(Object.keys(found)).toEqual(['what-text', 'what-spanish-topic']);
  expect(found['what-text']).toContain('{First}');
  expect(unknownFields({ ...written, text: 'Hello {first} } { {', spanishText: '{me}' })).toEqual({});
  // Of a questionnaire only what it is about is sent.
  const asked = { ...written, kind: 'questionnaire', text: '{x}' } as const;
  expect(unknownFields(asked)).toEqual({});
  expect(Object.keys(unknownFields({ ...asked, topic: '{}' }))).toEqual(['what-topic']);
  for (const { name: _, ...texts } of READY) expect(unknownFields({ ...written, ...texts })).toEqual({});
});
