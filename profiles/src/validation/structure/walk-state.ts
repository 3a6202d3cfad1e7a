/** Where the walk of a resource (validate-resource.ts) stands, and what it found. */
import { addIssue, type Issue } from '../../outcome.ts';
import type { Met } from './accept.ts';

/** More faults than this help nobody. */
export const MAX_ISSUES = 50;

export type Json = Readonly<Record<string, unknown>>;

export interface WalkState {
  readonly issues: Issue[];
  readonly path: (string | number)[];
  /** Ids that `#…` references name, and those of the contained resources with their types: per container. */
  local: { readonly named: Set<string>; readonly contained: ReadonlyMap<string, string> } | undefined;
  /** The resource that invariants' %resource means, and its container. */
  resource: Json;
  root: Json;
  readonly met: Pick<Met, 'ids'>;
}

export const isFault = ({ severity }: Issue): boolean => severity === 'error';

export function report(
  state: WalkState,
  code: string,
  diagnostics: string,
  severity: 'error' | 'warning' = 'error',
): void {
  // Of what is only counted nobody asks where it stands.
  const expression = state.issues.length < MAX_ISSUES ? pathText(state.path) : '';
  addIssue(state.issues, { severity, code, diagnostics, expression }, MAX_ISSUES);
}

function pathText(path: readonly (string | number)[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}
