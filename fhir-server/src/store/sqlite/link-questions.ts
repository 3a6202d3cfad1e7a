/**
 * `link_passes(name, question)` in SQL: whether a resource that a row is linked with satisfies a condition. Which type it is of is seen when it is met, so that a row
 * without links costs one look, whatever the number of types that a link may lead to.
 */
import type { DatabaseSync } from 'node:sqlite';

/** A query that is being made holds its questions; older ones are forgotten. */
const KEPT = 256;

/** Whether the resource of this type and id passes. */
export type AskLinked = (type: string, id: string) => boolean;

export interface LinkQuestions {
  /** The number by which SQL names the question. */
  add(ask: AskLinked): number;
}

export function createLinkQuestions(db: DatabaseSync): LinkQuestions {
  const questions = new Map<number, AskLinked>();
  let last = 0;
  db.function('link_passes', { deterministic: true }, (name, question) => {
    const ask = questions.get(Number(question));
    if (!ask) throw new Error('the question about links is gone');
    const [type = '', id = ''] = String(name).split('/');
    return ask(type, id) ? 1 : 0;
  });
  return {
    add(ask) {
      last += 1;
      questions.set(last, ask);
      if (questions.size > KEPT) questions.delete(last - KEPT);
      return last;
    },
  };
}
