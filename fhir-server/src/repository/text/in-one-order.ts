/** JSON whose members come in one order, so that the same content is the same text (https://hl7.org/fhir/R4/json.html: "order of properties is not significant"). */
import { spellingOf } from './resource-text.ts';

/** Numbers as they were written: 1.0 and 1.00 say another precision. */
export function inOneOrder(value: unknown, spelling?: string): string {
  if (spelling !== undefined) return spelling;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value))
    return `[${value.map((item, i) => inOneOrder(item, spellingOf(value, String(i)))).join()}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${inOneOrder(member, spellingOf(value, key))}`);
  return `{${members.join()}}`;
}
