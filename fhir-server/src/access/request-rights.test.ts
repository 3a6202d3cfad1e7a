/** What one request may read is what its token may, and what another's token may is never found for it. */
import { describe, expect, it } from 'vitest';
import { createTrail } from '../audit/trail.ts';
import { accessContext } from './access-context.ts';
import { readCondition } from './read-condition.ts';
import { forRequest } from './request-rights.ts';

describe('the rights of a request', () => {
  const noted = (access: ReturnType<typeof accessContext>) =>
    forRequest(access, createTrail({ subject: 'a', client: 'c', requestId: '1' }));
  const token = () => accessContext({ active: true, scope: 'patient/*.rs', patient: 'ana' });

  it('are those of its token: what is derived from them is found by the next request', () => {
    const access = token();
    const condition = readCondition(noted(access), 'Observation', 's');
    expect(condition).toEqual(readCondition(access, 'Observation', 's'));
    expect(readCondition(noted(access), 'Observation', 's')).toBe(condition);
    const ofAna = readCondition(noted(access), 'Observation', 's', 'ana');
    expect(ofAna).not.toBe(condition);
    expect(readCondition(noted(access), 'Observation', 's', 'ana')).toBe(ofAna);
    for (const [type, interaction, owner] of [
      ['Observation', 's', 'bea'],
      // An id as any other.
      ['Observation', 's', 'undefined'],
      ['Condition', 's', 'ana'],
      ['Observation', 'r', 'ana'],
      ['Condition', 's', undefined],
      ['Observation', 'r', undefined],
    ] as const)
      for (const known of [condition, ofAna])
        expect(readCondition(noted(access), type, interaction, owner)).not.toBe(known);
    expect(readCondition(noted(token()), 'Observation', 's')).not.toBe(condition);
  });

  it('are its own as soon as they are changed for it', () => {
    const request = noted(token());
    expect(readCondition(request, 'Observation', 's')).toBeDefined();
    expect(readCondition({ ...request, scopes: [] }, 'Observation', 's')).toBeUndefined();
    const bea = readCondition({ ...request, patient: 'bea' }, 'Observation', 's');
    expect(bea).toEqual(readCondition({ ...token(), patient: 'bea' }, 'Observation', 's'));
  });
});
