/**
 * A value against a value set that it is bound to (https://hl7.org/fhir/R4/terminologies.html#strength), by what the definitions know; where the set can't be listed here, as
 * a question to who can.
 */
import { isObject } from '../../fhirpath/node.ts';
import type { Issue } from '../../outcome.ts';
import { terminology } from '../../terminology/definitions.ts';

/** undefined: one of its codes is in the set, or it has none. What has text alone has no code that could be another. */
export function outsideOfSet(
  valueSet: string,
  strength: Strength,
  value: unknown,
  type: string,
  expression: string,
): Issue | undefined {
  const codings = codingsOf(value, type);
  if (codings.length === 0) return undefined;
  const answers = codings.map(({ system, code }) => terminology().contains(valueSet, system, code));
  if (answers.includes(true)) return undefined;
  const otherwise = { ...OUTSIDE[strength](valueSet), code: 'code-invalid' } as const;
  if (!answers.includes(undefined)) return { ...otherwise, expression };
  return {
    severity: 'information',
    code: 'not-supported',
    diagnostics: `The code was not checked: the value set ${valueSet} can't be listed here.`,
    expression,
    question: { valueSet, codings, otherwise, isAdvice: strength === 'extensible' },
  };
}

type Strength = 'required' | 'extensible';

const OUTSIDE: Readonly<Record<Strength, (valueSet: string) => Pick<Issue, 'severity' | 'diagnostics'>>> = {
  required: (valueSet) => ({
    severity: 'error',
    diagnostics: `No code is in the required value set ${valueSet}.`,
  }),
  extensible: (valueSet) => ({
    severity: 'warning',
    diagnostics: `No code is in the value set ${valueSet}: one of its codes is to be used where one fits (extensible).`,
  }),
};

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
