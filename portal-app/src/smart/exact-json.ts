/**
 * FHIR's JSON without losing digits (https://hl7.org/fhir/R4/json.html#decimal): 7.00 was measured to two places. JavaScript's number is 7, so the Quantity
 * keeps the spelling beside it, as `digits`, for as long as it is in the browser; what is written is spelled as it came. A browser that can't spell it so
 * (`rawJSON`, in all since 2025) writes the number.
 */
import { digitsOf } from '../format/quantity.ts';

/** The member of this name, and no words of a text: a quotation mark in one has a backslash before it. */
const NUMBER = /"value"\s*:\s*(-?\d[\d.eE+-]*)/g;

/** Like JSON.parse; throws SyntaxError. A reviver would be asked of each member of each resource: it costs ten times as much as the reading. */
export const parseFhir = (text: string): unknown =>
  JSON.parse(
    text.replace(NUMBER, (member, spelling: string) =>
      String(Number(spelling)) === spelling ? member : `${member},"digits":"${spelling}"`,
    ),
  );

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
