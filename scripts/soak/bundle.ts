/** A transaction that is told whole from part: a Patient and so many Observations, each by an identifier of its own. */
export function wholeOrNothing(system: string, name: string, observations: number): object {
  const patient = `urn:uuid:00000000-0000-4000-8000-${name.padStart(12, '0')}`;
  const observation = (n: number): object => ({
    resource: {
      resourceType: 'Observation',
      status: 'final',
      identifier: [{ system, value: `${name}-${n}` }],
      code: { text: `value ${n}` },
      subject: { reference: patient },
      valueInteger: n,
    },
    request: { method: 'POST', url: 'Observation' },
  });
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl: patient,
        resource: { resourceType: 'Patient', identifier: [{ system, value: name }] },
        request: { method: 'POST', url: 'Patient' },
      },
      ...Array.from({ length: observations }, (_, n) => observation(n)),
    ],
  };
}
