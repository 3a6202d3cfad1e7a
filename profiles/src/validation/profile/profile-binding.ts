/** A code against the value sets that a profile binds it to. */
import { outsideOfSet } from '../codes/set-membership.ts';
import { add, inProfile, type State, type Value } from './profile-state.ts';
import type { ProfileNode } from './profile-tree.ts';

export function checkBindings(state: State, node: ProfileNode, value: Value): void {
  for (const each of node.requiredValueSets) checkBinding(state, each, 'required', value);
  if (state.isClose)
    for (const each of node.extensibleValueSets) checkBinding(state, each, 'extensible', value);
}

function checkBinding(
  state: State,
  valueSet: string,
  strength: 'required' | 'extensible',
  { value, type, path }: Value,
): void {
  const found = outsideOfSet(valueSet, strength, value, type, path, state.known.answers);
  if (!found) return;
  const { question } = found;
  add(state, {
    ...found,
    diagnostics: inProfile(state, found.diagnostics),
    ...(question
      ? {
          question: {
            ...question,
            otherwise: {
              ...question.otherwise,
              diagnostics: inProfile(state, question.otherwise.diagnostics),
            },
          },
        }
      : {}),
  });
}
