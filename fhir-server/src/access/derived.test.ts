/** What is derived from somebody's rights is made once for them, and never found by anybody else. */
import { describe, expect, it } from 'vitest';
import { all, and, type QueryNode } from '../search/query.ts';
import { bothOf, derivedOnce } from './derived.ts';

describe('what is derived from rights', () => {
  it('is made once for each rights and name', () => {
    const derived = derivedOnce<object>();
    const [ana, bea] = [{}, {}];
    const made = derived(ana, 'Task', () => ({}));
    expect(derived(ana, 'Task', () => ({}))).toBe(made);
    expect(derived(bea, 'Task', () => ({}))).not.toBe(made);
    expect(derived(ana, 'Condition', () => ({}))).not.toBe(made);
    expect(derivedOnce<object>()(ana, 'Task', () => ({}))).not.toBe(made);
  });

  it('may be that there is nothing, which is found again too', () => {
    const derived = derivedOnce<undefined>();
    const rights = {};
    let asked = 0;
    const make = () => {
      asked += 1;
      return undefined;
    };
    for (let i = 0; i < 3; i++) expect(derived(rights, 'Task', make)).toBeUndefined();
    expect(asked).toBe(1);
  });

  it('is kept under five thousand names at most: names may hold what somebody wrote', () => {
    const derived = derivedOnce<object>();
    const rights = {};
    const first = derived(rights, '0', () => ({}));
    for (let i = 1; i < 5000; i++) derived(rights, String(i), () => ({}));
    expect(derived(rights, '0', () => ({}))).toBe(first);
    derived(rights, 'one more', () => ({}));
    expect(derived(rights, '0', () => ({}))).not.toBe(first);
  });

  it('of two conditions is both of them, the same for the same two', () => {
    const id = (...ids: string[]): QueryNode => ({ kind: 'id', ids });
    const [a, b] = [id('a'), id('b')];
    expect(bothOf(a, b)).toEqual(and(a, b));
    expect(bothOf(a, b)).toBe(bothOf(a, b));
    expect(bothOf(b, a)).toEqual(and(b, a));
    expect(bothOf(a, all)).toBe(a);
    expect(bothOf(a, id('b'))).not.toBe(bothOf(a, b));
  });
});
