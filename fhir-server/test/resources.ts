/** Small valid resources for tests. */
export function patient(id: string, members: Record<string, unknown> = {}) {
  return {
    resourceType: 'Patient',
    id,
    name: [{ family: `Family ${id}`, given: ['Ana'] }],
    birthDate: '1970-05-01',
    ...members,
  };
}

export function observation(patientId: string, value: number, members: Record<string, unknown> = {}) {
  return {
    resourceType: 'Observation',
    status: 'final',
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' },
        ],
      },
    ],
    code: { coding: [{ system: 'http://loinc.org', code: '4548-4', display: 'Hemoglobin A1c' }] },
    subject: { reference: `Patient/${patientId}` },
    effectiveDateTime: '2024-03-01',
    valueQuantity: { value, unit: '%', system: 'http://unitsofmeasure.org', code: '%' },
    ...members,
  };
}

export function encounter(patientId: string, id: string) {
  return {
    resourceType: 'Encounter',
    id,
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    subject: { reference: `Patient/${patientId}` },
    period: { start: '2024-03-01T09:00:00Z', end: '2024-03-01T09:30:00Z' },
  };
}
