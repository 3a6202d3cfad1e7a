import { expect, it, vi } from 'vitest';
import { FieldProblem } from '../format/field-problem.ts';
import { changedBy, UNTOUCHED } from './changes.ts';
import { tellMeanwhile } from './meanwhile.ts';

const HOURS = { name: 'Cardiology', all: ['Mon 8–12'] as readonly string[] };
const typed = changedBy<typeof HOURS>(UNTOUCHED, HOURS, { name: 'Heart', all: ['Mon 9–12'] });
const FIELDS = { name: 'name', all: ['hours', 'Tue 8–12'] as const };

const told = (onRecord: typeof HOURS, fields: Parameters<typeof tellMeanwhile<typeof HOURS>>[2] = FIELDS) => {
  const seen = vi.fn();
  try {
    tellMeanwhile(typed, onRecord, fields, seen);
  } catch (error) {
    return { error: error as Error, seen };
  }
  return { error: undefined, seen };
};

it('each field that changed meanwhile says what it is now, and is seen then', () => {
  const { error, seen } = told({ name: 'Cardiology 2', all: ['Tue 8–12'] });
  expect(seen).toHaveBeenCalledOnce();
  expect((error as FieldProblem).fields).toEqual({
    name: 'This was changed meanwhile, to “Cardiology 2”. Sent again, yours takes its place.',
    hours: 'This was changed meanwhile, to “Tue 8–12”. Sent again, yours takes its place.',
  });
});

it('what has no field is told of the form', () => {
  const { error } = told({ name: 'Cardiology', all: [] }, {});
  expect(error).not.toBeInstanceOf(FieldProblem);
  expect(error?.message).toMatch(/^This was changed meanwhile\. Look at it/);
});

it('nothing is told where nothing changed, or only what nobody typed over', () => {
  const { error, seen } = told(HOURS);
  expect([error, seen.mock.calls]).toEqual([undefined, []]);
});
