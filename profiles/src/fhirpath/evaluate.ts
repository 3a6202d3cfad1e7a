/** A compiled expression: from the nodes in focus to the nodes it yields. */
import type { Node } from './node.ts';

export interface Environment {
  /** `%resource`: the resource the expression stands in; `%rootResource`: its container. */
  readonly resource: Node;
  readonly rootResource: Node;
  /** `%context`: where evaluation began. */
  readonly context: Node;
}

export type Evaluate = (focus: readonly Node[], environment: Environment) => readonly Node[];
