import type { Bundle, Patient } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import type { Summary } from './summary.ts';
import { documentOf, summaryOf } from './summary-document.ts';

const patient: Patient = { resourceType: 'Patient', id: 'ana', name: [{ family: 'Q' }] };
const summary: Summary = {
  patient,
  conditions: [
    { resourceType: 'Condition', id: 'c', subject: { reference: 'Patient/ana' }, code: { text: 'Gout' } },
  ],
  allergies: [],
  prescriptions: undefined,
  ownMedicines: [],
  immunizations: [],
  vitals: [],
  laboratory: [],
  coverages: [],
};

describe('a summary as a document', () => {
  it('comes back as it went: what is there, what is empty, and what could not be read', () => {
    const document = JSON.parse(JSON.stringify(documentOf(summary, 'Hill Clinic'))) as Bundle;
    expect(document.entry?.[0]?.resource).toMatchObject({
      resourceType: 'Composition',
      author: [{ display: 'Hill Clinic' }],
    });
    expect(summaryOf(document)?.summary).toEqual(summary);
  });

  it('is nothing else', () => {
    expect(summaryOf({ resourceType: 'Bundle', type: 'searchset' })).toBeUndefined();
  });
});
