/** https://hl7.org/fhir/R4/compartmentdefinition-patient.html: which search parameters put a resource in a Patient's compartment. */
import { tables } from './tables.ts';

export const patientCompartment: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(tables.patientCompartment),
);
