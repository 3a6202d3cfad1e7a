/**
 * `link_passes(name, question)` in SQL: whether a resource that a row is linked with satisfies a condition. Which type it is of is seen when it is met, so that a row
 * without links costs one look, whatever the number of types that a link may lead to.
 */
import type { DatabaseSync } from 'node:sqlite';
import { createNamed } from './named.ts';

/** Whether the resource of this type and id passes. */
export type AskLinked = (type: string, id: string) => boolean;

export interface LinkQuestions {
  /** The number by which SQL names the question. */
  add(ask: AskLinked): number;
  /** As of what is named (named.ts). */
  dropOld(): boolean;
}

export function createLinkQuestions(db: DatabaseSync): LinkQuestions {
  const questions = createNamed<AskLinked>('the question about links');
  db.function('link_passes', { deterministic: true }, (name, question) => {
    const [type = '', id = ''] = String(name).split('/');
    return questions.at(question)(type, id) ? 1 : 0;
  });
  return { add: questions.add, dropOld: questions.dropOld };
}
