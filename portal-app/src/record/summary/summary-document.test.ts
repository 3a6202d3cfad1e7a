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

  it('is read from an International Patient Summary of a server: absolute references, both kinds of medicines in one section', () => {
    const base = 'https://clinic.example/fhir';
    const subject = { reference: `${base}/Patient/ana` };
    const text = { status: 'generated', div: '<div>x</div>' } as const;
    const section = (code: string, ...references: string[]) => ({
      code: { coding: [{ system: 'http://loinc.org', code }] },
      text,
      entry: references.map((reference) => ({ reference })),
    });
    const read = summaryOf({
      resourceType: 'Bundle',
      type: 'document',
      entry: [
        {
          fullUrl: 'urn:uuid:1',
          resource: {
            resourceType: 'Composition',
            id: '1',
            status: 'final',
            type: {},
            date: '2026-11-12',
            author: [{ display: 'x' }],
            title: 'x',
            section: [
              section('10160-0', `${base}/MedicationRequest/rx`, 'urn:uuid:2'),
              section('30954-2', `${base}/Observation/o`, `${base}/DiagnosticReport/r`),
            ],
          },
        },
        { fullUrl: `${base}/Patient/ana`, resource: patient },
        {
          fullUrl: `${base}/MedicationRequest/rx`,
          resource: {
            resourceType: 'MedicationRequest',
            id: 'rx',
            status: 'active',
            intent: 'order',
            subject,
            medicationReference: { reference: `${base}/Medication/m` },
          },
        },
        {
          fullUrl: `${base}/Medication/m`,
          resource: { resourceType: 'Medication', id: 'm', code: { text: 'Ibuprofen' } },
        },
        {
          fullUrl: 'urn:uuid:2',
          resource: {
            resourceType: 'MedicationStatement',
            id: '2',
            status: 'active',
            subject,
            medicationCodeableConcept: { text: 'Ginger' },
          },
        },
        {
          fullUrl: `${base}/Observation/o`,
          resource: { resourceType: 'Observation', id: 'o', status: 'final', code: { text: 'Iron' } },
        },
        {
          fullUrl: `${base}/DiagnosticReport/r`,
          resource: { resourceType: 'DiagnosticReport', id: 'r', status: 'final', code: {} },
        },
      ],
    })?.summary;
    expect(read?.prescriptions?.map((each) => each.medicationCodeableConcept?.text)).toEqual(['Ibuprofen']);
    expect(read?.ownMedicines?.map(({ id }) => id)).toEqual(['2']);
    expect(read?.laboratory?.map(({ id }) => id)).toEqual(['o']);
    expect(read?.immunizations).toBeUndefined();
  });

  it('is nothing else', () => {
    expect(summaryOf({ resourceType: 'Bundle', type: 'searchset' })).toBeUndefined();
  });
});
