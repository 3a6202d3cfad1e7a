/**
 * `owner_passes(owners, question)` in SQL: whether a Patient who owns a row satisfies a condition. A search over all patients meets the same owners again and
 * again, in its own rows and in the next search; each is asked once, and the answer holds until something is committed.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { QueryNode } from '../../search/query.ts';

/** A query that is being made holds its questions; older ones are forgotten. */
const KEPT = 1024;
/** Of all questions together. */
const MOST_ANSWERS = 50_000;

/** Of `owners`, a JSON array of ids: does one of them pass? */
type Ask = (owners: string) => boolean;

interface Question {
  readonly name: number;
  readonly where: QueryNode;
  readonly answers: Map<string, boolean>;
  ask: Ask;
}

export interface OwnerAnswers {
  /** The number by which SQL names the question. A condition is known again by its identity; `ask` is of the query that is being made. */
  add(where: QueryNode, ask: Ask): number;
  /** The index has changed: nothing holds any more. */
  forget(): void;
}

export function createOwnerAnswers(db: DatabaseSync): OwnerAnswers {
  const questions = new Map<number, Question>();
  let known = new WeakMap<QueryNode, Question>();
  let last = 0;
  let answered = 0;

  db.function('owner_passes', { deterministic: true }, (owners, name) => {
    const question = questions.get(Number(name));
    if (!question) throw new Error('the question about owners is gone');
    return answer(question, String(owners)) ? 1 : 0;
  });

  function answer({ answers, ask }: Question, owners: string): boolean {
    const found = answers.get(owners);
    if (found !== undefined) return found;
    if (answered >= MOST_ANSWERS) forgetAnswers();
    const passes = ask(owners);
    answers.set(owners, passes);
    answered += 1;
    return passes;
  }

  function forgetAnswers(): void {
    for (const { answers } of questions.values()) answers.clear();
    answered = 0;
  }

  function drop(question: Question): void {
    questions.delete(question.name);
    known.delete(question.where);
    answered -= question.answers.size;
  }

  return {
    add(where, ask) {
      const question = known.get(where) ?? { name: ++last, where, answers: new Map(), ask };
      question.ask = ask;
      known.set(where, question);
      // Among the newest again.
      questions.delete(question.name);
      questions.set(question.name, question);
      const [oldest] = questions.values();
      if (questions.size > KEPT && oldest) drop(oldest);
      return question.name;
    },
    forget() {
      known = new WeakMap();
      questions.clear();
      answered = 0;
    },
  };
}
