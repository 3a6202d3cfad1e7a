/** A compiled expression: from the nodes in focus to the nodes it yields. */
import type { Node } from './node.ts';

export interface Environment {
  /** `%resource`: the resource the expression stands in; `%rootResource`: its container. */
  readonly resource: Node;
  readonly rootResource: Node;
  /** `%context`: where evaluation began. */
  readonly context: Node;
  /** Others, by name; undefined is empty. Known to the interpreter only. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** The same of elements, whose types count. */
  readonly elements?: Readonly<Record<string, Node>>;
}

export type Evaluate = (focus: readonly Node[], environment: Environment) => readonly Node[];
