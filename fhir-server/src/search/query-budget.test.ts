/** Attack row 5: what a search may ask is counted while its tree is built. */
import { beforeAll, describe, expect, it } from 'vitest';
import { accessContext } from '../access/access-context.ts';
import { restrict } from '../access/restrict.ts';
import { type ParseOptions, parseSearch } from './parse-search.ts';
import { costOf } from './query-budget.ts';

const options: ParseOptions = {
  baseUrl: 'http://x/fhir',
  now: Date.now,
  limits: { defaultCount: 10, maxCount: 100 },
  lenient: false,
};
const where = (type: string, query: string, more: Partial<ParseOptions> = {}) =>
  parseSearch({ ...options, ...more }, type, new URLSearchParams(query)).where;
const hops = (step: string, count: number, end: string) => `${`${step}.`.repeat(count)}${end}`;
const list = (count: number) => Array.from({ length: count }, (_, i) => `n${i}`).join(',');

describe('the budget of a search', () => {
  // What is read once for all searches (search parameters, who is chained to whom) is no part of what one costs.
  beforeAll(() => where('Task', 'focus.subject.name=x'));

  it.each([
    ['a chain over any type', 'Task', hops('subject', 7, '_id=x')],
    ['over events', 'Task', hops('based-on', 5, 'status=x')],
    ['below _has', 'Patient', `_has:Task:patient:${hops('based-on', 4, 'status=x')}`],
    [
      'in _filter',
      'Task',
      `_filter=${Array.from({ length: 40 }, () => `${hops('focus', 1, 'subject.name')} eq x`).join(' or ')}`,
    ],
    ['many places with all below them', 'Encounter', `location:below=${list(1000)}`],
    ['many lists of words', 'Patient', Array.from({ length: 10 }, () => `name=${list(900)}`).join('&')],
    ['many ids through a chain', 'Task', `focus._id=${list(1000)}`],
    ['a long code', 'Observation', `code=${'\\,'.repeat(100_001)}`],
    ['alternatives of words', 'Patient', `_text=${Array.from({ length: 200 }, () => 'a').join(' OR ')}`],
  ])('is spent by %s, in milliseconds', (_, type, query) => {
    const start = process.cpuUsage();
    expect(() => where(type, query)).toThrow(/at once|at most/);
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(150);
  });

  it.each([
    ['Observation', 'subject.name=x'],
    ['Task', 'focus.subject.name=x'],
    ['Task', 'focus.status=x'],
    ['Provenance', 'target.subject:Patient.name=x'],
    ['List', 'item.code=x'],
    ['Task', hops('part-of', 8, 'status=x')],
    ['Patient', `name=${list(1000)}`],
    ['Patient', `_id=${list(1000)}&identifier=${list(1000)}`],
    ['Encounter', 'location:below=a,b'],
  ])('is enough for %s', (type, query) => {
    expect(costOf(where(type, query))).toBeGreaterThan(0);
  });

  it('leaves the answer as it is: types that do not know the rest of a chain or can not be chained so are no part of it', () => {
    expect(JSON.stringify(where('Observation', 'subject.birthdate=2000-01-01'))).not.toContain('"Group"');
    expect(() => where('Task', hops('focus', 6, 'no-such-parameter=x'))).toThrow(
      /not a search parameter of Task/,
    );
    expect(() => where('Task', 'focus.status.code=x')).toThrow(/not a search parameter of Task/);
    expect(() => where('Task', 'status.code=x')).toThrow(/can't be chained/);
    expect(where('Patient', 'name=x&subject.subject.nope=x', { lenient: true })).toMatchObject({
      kind: 'string',
    });
  });

  it('asks of each type that a chain goes through whether it may be looked at, before it is read', () => {
    const asked: string[] = [];
    const requireType = (type: string) => {
      asked.push(type);
      if (type === 'Encounter') throw new Error('not granted');
    };
    expect(() => where('Observation', 'encounter.subject.name=x', { requireType })).toThrow('not granted');
    expect(asked).toEqual(['Encounter']);
    expect(() => where('Patient', '_has:Encounter:patient:_id=x', { requireType })).toThrow('not granted');
    expect(() =>
      where('Encounter', '_list=x', {
        requireType: () => {
          throw new Error('no');
        },
      }),
    ).toThrow('no');
  });

  it('counts what access asks at each hop', () => {
    const categories = Array.from(
      { length: 3000 },
      (_, i) => `patient/Observation.rs?category=http://x|${i}`,
    );
    const scope = `patient/*.rs ${categories.join(' ')}`;
    const access = accessContext({ active: true, sub: 'ana', patient: 'ana', scope });
    expect(() =>
      restrict(
        access,
        where('Patient', Array.from({ length: 9 }, () => '_has:Observation:patient:code=x').join('&')),
      ),
    ).toThrow(/at once/);
  });
});
