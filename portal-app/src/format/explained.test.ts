import { describe, expect, it } from 'vitest';
import { FhirFailure } from '../smart/fhir.ts';
import { SignedOut } from '../smart/session.ts';
import { Explained, failureWords } from './explained.ts';
import { FieldProblem } from './field-problem.ts';

describe('what a person is told of a failure', () => {
  it('is what was written for them', () => {
    for (const error of [
      new Explained('Say how.'),
      new FieldProblem({ a: 'Say how.' }),
      new FhirFailure(403),
    ])
      expect(failureWords(error)).toBe(error.message);
    expect(failureWords(new SignedOut())).toBe('You are signed out.');
  });
  it('is never the text of a library, or of the code', () => {
    const raw = [
      new Error('["prescription","rx-1"] data is undefined'),
      new TypeError("Cannot read properties of undefined (reading 'map')"),
    ];
    for (const error of raw) expect(failureWords(error)).toBe('Something went wrong here. Please try again.');
  });
});
