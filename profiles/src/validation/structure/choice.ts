/** A choice of types by its JSON properties: `valueDate`, `answerCoding`, `minValueQuantity`, … */

/** An object that holds a choice, read by `choiceOf`. */
export type Choice = Readonly<Record<string, unknown>>;

export interface TypedValue {
  /** `Coding`, `date`, `Quantity`, … */
  readonly type: string;
  readonly value: unknown;
}

/** Names of a choice's types as JSON properties have them → FHIR's names: `DateTime` → `dateTime`; data types stay as they are. */
const PRIMITIVES: ReadonlyMap<string, string> = new Map(
  'boolean code date dateTime decimal integer string time uri'
    .split(' ')
    .map((type) => [type.charAt(0).toUpperCase() + type.slice(1), type]),
);

/** The value of a choice by its base name (`value`, `answer`); undefined where there is none. */
export function choiceOf(choice: Choice, base: string): TypedValue | undefined {
  for (const key of Object.keys(choice)) {
    if (!key.startsWith(base) || !/^[A-Z]/.test(key.slice(base.length))) continue;
    const name = key.slice(base.length);
    return { type: PRIMITIVES.get(name) ?? name, value: choice[key] };
  }
  return undefined;
}
