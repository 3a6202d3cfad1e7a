/** What the rules for resources that define things work with. */
import { isObject } from '../../fhirpath/node.ts';

/** A fault at a place below the resource: `property[0].type`. */
export type Report = (place: string, text: string) => void;

export const listOf = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter(isObject) : [];
