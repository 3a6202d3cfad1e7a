import { describe, expect, it } from 'vitest';
import { allowedOf, withDecision } from './remembered.ts';

const READINGS = 'patient/Observation.rs';
const VITALS = `${READINGS}?category=http://terminology.hl7.org/CodeSystem/observation-category|vital-signs`;
const PROBLEMS = 'patient/Condition.rs';
const all = (...words: string[]) => ({ asked: words, granted: words });

describe('what is remembered', () => {
  it('is all that was allowed, also where less is asked for now', () => {
    const first = all('openid', READINGS, PROBLEMS);
    const less = withDecision(first, all('openid', READINGS));
    expect(allowedOf(less, ['openid', READINGS, PROBLEMS])).toEqual(['openid', READINGS, PROBLEMS]);
    const offline = withDecision(all('openid', 'offline_access'), all('openid'));
    expect(allowedOf(offline, ['offline_access'])).toEqual(['offline_access']);
  });

  it('is the last that was decided of the same, in whichever words', () => {
    const declined = { asked: [READINGS, PROBLEMS], granted: [PROBLEMS] };
    expect(withDecision(all(READINGS, PROBLEMS), declined).granted).toEqual([PROBLEMS]);
    expect(allowedOf(withDecision(all(VITALS), declined), [VITALS])).toBeUndefined();
    for (const words of ['patient/*.rs', 'patient/*.cruds', 'patient/Observation.read'])
      expect(withDecision(all(READINGS), { asked: [words], granted: [] }), words).toEqual({
        asked: [words],
        granted: [],
      });
    // Of others, of another type, and of what is done: another matter.
    for (const words of ['user/Observation.rs', 'patient/Patient.rs', 'patient/Observation.c'])
      expect(withDecision(all(READINGS), { asked: [words], granted: [] }).granted, words).toEqual([READINGS]);
  });
});

describe('what a launch is given of it', () => {
  it('is never more than it asks for', () => {
    expect(allowedOf(all('patient/*.cruds'), [READINGS])).toEqual([READINGS]);
    expect(allowedOf(all(READINGS, PROBLEMS), [PROBLEMS])).toEqual([PROBLEMS]);
    expect(allowedOf({ asked: [READINGS], granted: [VITALS] }, [READINGS])).toEqual([VITALS]);
  });

  it('is asked for where something was not decided yet', () => {
    expect(allowedOf(all(VITALS), [READINGS])).toBeUndefined();
    expect(allowedOf(all(READINGS), ['patient/Observation.crus'])).toBeUndefined();
    expect(allowedOf({ asked: ['patient/*.rs'], granted: [PROBLEMS] }, [READINGS])).toBeUndefined();
    expect(allowedOf(all(READINGS), ['user/Observation.rs'])).toBeUndefined();
  });
});
