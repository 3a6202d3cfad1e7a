/**
 * A value against a value set that it is bound to (https://hl7.org/fhir/R4/terminologies.html#strength), by what the definitions know; where the set can't be listed here, as
 * a question to who can.
 */
import { isObject } from '../../fhirpath/node.ts';
import { type Answers, answerKey, type Issue } from '../../outcome.ts';
import { terminology } from '../../terminology/definitions.ts';

/**
 * undefined: one of its codes is in the set. Of a required one, text alone and a code without its system are none, unless an extension may say why there is no code, as of R4's own
 * bindings (bindings.ts); of an extensible one, text alone has no code that could be another.
 */
export function outsideOfSet(
  valueSet: string,
  strength: Strength,
  value: unknown,
  type: string,
  expression: string,
  asked?: Answers,
): Issue | undefined {
  const given = codingsOf(value, type);
  if (given === undefined) return undefined;
  if (strength === 'extensible' && given.every(({ code }) => code === undefined)) return undefined;
  const codings = given.filter(isWhole(type));
  if (strength === 'required' && codings.length === 0 && mayBeWithout(value)) return undefined;
  const answers = codings.map(
    (each) =>
      terminology().contains(valueSet, each.system, each.code) ?? asked?.get(answerKey(valueSet, each)),
  );
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

interface Given {
  readonly system: string | undefined;
  readonly code: string | undefined;
}

/** A `code` has no system of its own; of what has a place for one, a code without it says nothing. */
const isWhole =
  (type: string) =>
  (given: Given): given is Given & { readonly code: string } =>
    given.code !== undefined && (type === 'code' || given.system !== undefined);

const mayBeWithout = (value: unknown): boolean => isObject(value) && value.extension !== undefined;

/** undefined of what is not coded. */
function codingsOf(value: unknown, type: string): Given[] | undefined {
  if (typeof value === 'string') return type === 'code' ? [{ system: undefined, code: value }] : undefined;
  if (!isObject(value)) return undefined;
  if (type === 'Coding' || type === 'Quantity') return [givenOf(value)];
  if (type !== 'CodeableConcept') return undefined;
  return Array.isArray(value.coding) ? value.coding.filter(isObject).map(givenOf) : [];
}

const givenOf = ({ system, code }: Readonly<Record<string, unknown>>): Given => ({
  system: typeof system === 'string' ? system : undefined,
  code: typeof code === 'string' ? code : undefined,
});
