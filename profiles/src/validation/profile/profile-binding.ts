/** A code against a value set that it must be in; where the set can't be listed here, as a question to who can. */
import { isObject } from '../../fhirpath/node.ts';
import { terminology } from '../../terminology/definitions.ts';
import { inProfile, MAX_ISSUES, report, type State } from './profile-state.ts';

export function checkBinding(
  state: State,
  valueSet: string,
  value: unknown,
  type: string,
  path: string,
): void {
  const codings = codingsOf(value, type);
  if (codings.length === 0) return;
  const answers = codings.map(({ system, code }) => terminology().contains(valueSet, system, code));
  if (answers.includes(true)) return;
  const text = `No code is in the required value set ${valueSet}.`;
  if (!answers.includes(undefined)) {
    report(state, path, 'code-invalid', text);
    return;
  }
  if (state.issues.length >= MAX_ISSUES) return;
  const otherwise = { severity: 'error', code: 'code-invalid', diagnostics: inProfile(state, text) } as const;
  state.issues.push({
    severity: 'information',
    code: 'not-supported',
    diagnostics: inProfile(
      state,
      `The code was not checked: the value set ${valueSet} can't be listed here.`,
    ),
    expression: path,
    question: { valueSet, codings, otherwise },
  });
}

function codingsOf(value: unknown, type: string): { system: string | undefined; code: string }[] {
  if (typeof value === 'string') return type === 'code' ? [{ system: undefined, code: value }] : [];
  if (!isObject(value)) return [];
  const list =
    type === 'CodeableConcept' ? value.coding : type === 'Coding' || type === 'Quantity' ? [value] : [];
  if (!Array.isArray(list)) return [];
  return list.flatMap((each: unknown) => {
    if (!isObject(each) || typeof each.code !== 'string') return [];
    return [{ system: typeof each.system === 'string' ? each.system : undefined, code: each.code }];
  });
}
