/**
 * `owner_passes(owners, question)` in SQL: whether a Patient who owns a row satisfies a condition. A search over all patients meets the same owners again and
 * again, in its own rows and in the next search; each is asked once, and the answer holds until something is committed of a type that the condition looks at.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { QueryNode } from '../../search/query.ts';

/** From one snapshot to the next; whatever is asked within one is there until it ends. */
const KEPT = 1024;
/** Of all questions together. */
const MOST_ANSWERS = 50_000;

/** Of `owners`, a JSON array of ids: does one of them pass? */
type Ask = (owners: string) => boolean;

interface Question {
  readonly name: number;
  readonly where: QueryNode;
  /** That the answers rest on. */
  readonly types: ReadonlySet<string>;
  readonly answers: Map<string, boolean>;
  ask: Ask;
}

export interface OwnerAnswers {
  /** The number by which SQL names the question. A condition is known again by its identity; `ask` is of the query that is being made. */
  add(where: QueryNode, ask: Ask): number;
  /** The same without SQL. */
  question(where: QueryNode, ask: Ask): Ask;
  /** The index has changed: what rests on these types holds no longer. They are asked for where something may rest on them. */
  forget(touched: () => readonly string[]): void;
  /** A new snapshot begins: the questions that were not asked for longest are dropped. False: none had to be. */
  dropOld(): boolean;
}

/** Types of which a condition on the Patient looks at resources. */
function typesOf(where: QueryNode, types = new Set(['Patient'])): ReadonlySet<string> {
  switch (where.kind) {
    case 'and':
    case 'or':
      for (const node of where.nodes) typesOf(node, types);
      return types;
    case 'not':
      return typesOf(where.node, types);
    case 'ownedBy':
      return typesOf(where.where, types);
    case 'linked':
      for (const type of where.types) types.add(type);
      return typesOf(where.where, types);
    case 'chained':
    case 'reverseChained':
      return typesOf(where.where, types.add(where.type));
    default:
      return types;
  }
}

export function createOwnerAnswers(db: DatabaseSync): OwnerAnswers {
  const questions = new Map<number, Question>();
  const known = new WeakMap<QueryNode, Question>();
  let last = 0;
  let newest: Question | undefined;
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
    if (question === newest) newest = undefined;
    answered -= question.answers.size;
  }

  function questionOf(where: QueryNode, ask: Ask): Question {
    const question = known.get(where) ?? {
      name: ++last,
      where,
      types: typesOf(where),
      answers: new Map(),
      ask,
    };
    // What was compiled for another snapshot may not hold in this one.
    question.ask = ask;
    if (question === newest) return question;
    newest = question;
    known.set(where, question);
    // Among the newest again.
    questions.delete(question.name);
    questions.set(question.name, question);
    return question;
  }

  return {
    add: (where, ask) => questionOf(where, ask).name,
    question(where, ask) {
      const question = questionOf(where, ask);
      return (owners) => answer(question, owners);
    },
    forget(touched) {
      if (answered === 0) return;
      const types = touched();
      for (const question of questions.values()) {
        if (!types.some((type) => question.types.has(type))) continue;
        answered -= question.answers.size;
        question.answers.clear();
      }
    },
    dropOld() {
      const old = [...questions.values()].slice(0, Math.max(0, questions.size - KEPT));
      for (const question of old) drop(question);
      return old.length > 0;
    },
  };
}
