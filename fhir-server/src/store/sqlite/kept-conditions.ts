/**
 * Conditions that were compiled, known again by their identity: what a token may read stands in each of its queries, and is derived once for it
 * (access/derived.ts). They name keys, sets and questions as those were found, so they hold until something is committed, or one of those is dropped.
 */
import type { QueryNode } from '../../search/query.ts';
import type { Sql } from './sql.ts';

export interface KeptConditions {
  /** As it was compiled for such a row, or as it is now. `place`: all that compiling rests on but the node. */
  compiled(node: QueryNode, place: string, compile: () => Sql): Sql;
  forget(): void;
  /** One is being compiled that will be kept: what settles a row more quickly is worth a look at the index now. */
  readonly isKeeping: boolean;
}

export function createKeptConditions(): KeptConditions {
  let kept = new WeakMap<QueryNode, Map<string, Sql>>();
  let within = 0;
  function counted(compile: () => Sql): Sql {
    within += 1;
    try {
      return compile();
    } finally {
      within -= 1;
    }
  }
  return {
    get isKeeping() {
      return within > 0;
    },
    compiled(node, place, compile) {
      const places = kept.get(node);
      const known = places?.get(place);
      if (known) return known;
      const made = counted(compile);
      if (places) places.set(place, made);
      else kept.set(node, new Map([[place, made]]));
      return made;
    },
    forget() {
      kept = new WeakMap();
    },
  };
}
