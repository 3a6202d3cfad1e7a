/**
 * FHIR's JSON without losing digits (https://hl7.org/fhir/R4/json.html#decimal): 7.00 was measured to two places. JavaScript's number is 7, so the Quantity
 * keeps the spelling beside it, as `digits`, for as long as it is in the browser; what is written is spelled as it came. A browser that can't tell the
 * spelling (`context.source`, in all since 2025) shows the number.
 */
import { digitsOf } from '../format/quantity.ts';

interface Source {
  readonly source?: string;
}

/** Like JSON.parse; throws SyntaxError. */
export function parseFhir(text: string): unknown {
  return JSON.parse(text, function (this: { digits?: string }, key: string, value: unknown, at?: Source) {
    if (key === 'value' && typeof value === 'number' && at?.source && at.source !== String(value))
      this.digits = at.source;
    return value;
  } as (key: string, value: unknown) => unknown);
}

/** Not yet in TypeScript's library. */
const { rawJSON } = JSON as unknown as { readonly rawJSON?: (text: string) => unknown };

function spelled(_: string, value: unknown): unknown {
  const digits = digitsOf(value);
  if (digits === undefined) return value;
  const { digits: _digits, ...rest } = value as { readonly digits: string };
  return rawJSON ? { ...rest, value: rawJSON(digits) } : rest;
}

/** Like JSON.stringify. `space`: for people. */
export const fhirText = (resource: unknown, space?: number): string =>
  JSON.stringify(resource, spelled, space);
