/**
 * https://hl7.org/fhir/R4/compartmentdefinition.html: which search parameters put a resource in whose compartment. The definitions package
 * has the Patient's only; definitions/compartments.json says the other four of R4.
 */
import others from '../definitions/compartments.json' with { type: 'json' };
import { tables } from './tables.ts';

/** Compartment type → member type → codes of search parameters; `{def}` stands for the resource itself. */
export const compartments: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> = new Map(
  Object.entries({ Patient: tables.patientCompartment, ...others }).map(([type, members]) => [
    type,
    new Map(Object.entries(members as Readonly<Record<string, readonly string[]>>)),
  ]),
);
