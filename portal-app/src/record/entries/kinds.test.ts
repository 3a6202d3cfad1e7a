import type {
  AllergyIntolerance,
  CareTeam,
  Encounter,
  Goal,
  Immunization,
  Procedure,
  ServiceRequest,
} from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { KINDS } from './kinds.ts';

it('the care team is who cares for the patient, by whatever they are called; the patient is none of them', () => {
  const team: CareTeam = {
    resourceType: 'CareTeam',
    subject: { reference: 'Patient/maria' },
    participant: [
      { member: { reference: 'Patient/maria', display: 'Maria Alvarez' } },
      { member: { reference: 'Practitioner/ruiz', display: 'Elena Ruiz' }, role: [{ text: 'Physician' }] },
      { member: { display: 'Her daughter' } },
    ],
  };
  const { note, facts } = KINDS.CareTeam.of(team);
  expect(note).toBe('Elena Ruiz, Her daughter');
  expect(facts?.map(([, value]) => value)).toEqual(['Elena Ruiz, Physician', 'Her daughter']);
});

const of = { reference: 'Patient/maria' };
const told = (facts: readonly (readonly [string, string | undefined])[]) =>
  Object.fromEntries(facts.filter(([, value]) => value));
const coded = (code: string) => ({ coding: [{ code }] });

describe('an allergy', () => {
  const allergy = (more: object) =>
    KINDS.AllergyIntolerance.of({
      resourceType: 'AllergyIntolerance',
      patient: of,
      clinicalStatus: coded('active'),
      ...more,
    } as AllergyIntolerance);

  it('is as grave as its gravest reaction', () => {
    const { note, facts } = allergy({
      code: { text: 'Peanut' },
      reaction: [
        { manifestation: [{ text: 'Rash' }], severity: 'mild' },
        { manifestation: [{ text: 'Anaphylaxis' }], severity: 'severe', description: 'In a restaurant' },
      ],
    });
    expect(note).toBe('Anaphylaxis, Rash');
    expect(told(facts)).toMatchObject({ Severity: 'Severe', Comment: 'In a restaurant' });
  });
  it('is named by the substance of its reaction where it has no code', () => {
    const reaction = [{ substance: { text: 'Penicillin' }, manifestation: [{ text: 'Rash' }] }];
    expect(allergy({ reaction }).name).toBe('Penicillin');
  });
  it.each([
    ['refuted', 'Ruled out'],
    ['unconfirmed', 'Not confirmed'],
  ])('that is %s is said to be so, and not to be current', (code, words) => {
    const { note, facts } = allergy({ code: { text: 'Latex' }, verificationStatus: coded(code) });
    expect(note).toBe(words);
    expect(told(facts).State).toBe(words);
  });
});

describe('an entry', () => {
  it('names who stands in itself', () => {
    const contained = [
      { resourceType: 'Practitioner', id: 'p', name: [{ given: ['Ida'], family: 'Innen' }] },
      { resourceType: 'Organization', id: 'o', name: 'Serum AG' },
    ];
    const { facts } = KINDS.Immunization.of({
      resourceType: 'Immunization',
      contained,
      manufacturer: { reference: '#o' },
      performer: [{ actor: { reference: '#p' } }],
    } as Immunization);
    expect(told(facts)).toMatchObject({ Maker: 'Serum AG', By: 'Ida Innen' });
  });
  it('of a vaccination says when it was given in words, which dose it was, and that it does not count in full', () => {
    const vaccination = (more: object) =>
      KINDS.Immunization.of({ resourceType: 'Immunization', ...more } as Immunization);
    expect(vaccination({ occurrenceString: 'as a child' }).note).toBe('as a child');
    const { note, facts } = vaccination({
      occurrenceDateTime: '2026-10-01',
      isSubpotent: true,
      protocolApplied: [{ doseNumberPositiveInt: 1, seriesDosesPositiveInt: 2 }],
      doseQuantity: { value: 0.5, unit: 'mL' },
    });
    expect(note).toBe('Does not count in full');
    expect(told(facts).Dose).toBe('Dose 1 of 2 · 0.5 mL');
  });
  it('of a visit that did not take place says so; one without a type is called by what it was', () => {
    const visit = (more: object) => KINDS.Encounter.of({ resourceType: 'Encounter', ...more } as Encounter);
    expect(visit({ status: 'cancelled', type: [{ text: 'Check-up' }] }).note).toBe('Cancelled');
    expect(visit({ status: 'unknown', type: [{ text: 'Check-up' }] }).note).toBe('State not known');
    expect(visit({ status: 'finished', class: { code: 'EMER', display: 'emergency' } }).name).toBe(
      'Emergency care',
    );
    expect(visit({ status: 'finished', class: { code: 'VR' } }).name).toBe('Visit by video or phone');
    expect(visit({ status: 'finished', class: { code: 'x', display: 'round' } }).name).toBe('Round');
    expect(visit({ status: 'finished', class: { code: 'VR' }, type: [{ text: 'Check-up' }] }).name).toBe(
      'Check-up',
    );
    const twice = [{ individual: { display: 'Ida' } }, { individual: { display: 'Ida' } }];
    expect(visit({ status: 'finished', participant: twice }).note).toBe('Ida');
    expect(visit({ serviceProvider: { display: 'The clinic' } }).facts).toContainEqual([
      'Where',
      'The clinic',
    ]);
  });
  it('of a procedure says where, what went wrong and what to do', () => {
    const { facts } = KINDS.Procedure.of({
      resourceType: 'Procedure',
      status: 'completed',
      bodySite: [{ text: 'Left knee' }],
      complication: [{ text: 'Bleeding' }],
      followUp: [{ text: 'Sutures out in 10 days' }],
      reasonReference: [{ display: 'Torn meniscus' }],
    } as Procedure);
    expect(told(facts)).toEqual({
      'Place on the body': 'Left knee',
      Complications: 'Bleeding',
      'What to do': 'Sutures out in 10 days',
      Why: 'Torn meniscus',
    });
  });
  it('of an order says when, however that is written', () => {
    const order = (more: object) =>
      told(KINDS.ServiceRequest.of({ resourceType: 'ServiceRequest', ...more } as ServiceRequest).facts).When;
    expect(order({ occurrencePeriod: { end: '2027-02-01' } })).toBe('until Feb 1, 2027');
    expect(order({ occurrenceTiming: { repeat: { frequency: 3, period: 1, periodUnit: 'wk' } } })).toBe(
      '3 times a week',
    );
  });
  it('of a goal says each thing that is aimed at, in whichever type it came, and until when', () => {
    const { facts } = KINDS.Goal.of({
      resourceType: 'Goal',
      target: [
        { measure: { text: 'Steps' }, detailInteger: 8000, dueDuration: { value: 3, code: 'mo' } },
        { measure: { text: 'Free of smoke' }, detailBoolean: true, dueDate: '2027-01-01' },
      ],
    } as unknown as Goal);
    expect(facts.filter(([, value]) => value)).toEqual([
      ['What is aimed at', 'Steps: 8000'],
      ['Until', '3 months'],
      ['What is aimed at', 'Free of smoke: Yes'],
      ['Until', 'Jan 1, 2027'],
    ]);
  });
  it('of the care team leaves out who has left it', () => {
    const participant = [{ member: { display: 'Dr. Gone' }, period: { end: '2020-01-01' } }];
    expect(KINDS.CareTeam.of({ resourceType: 'CareTeam', participant } as CareTeam).facts).toEqual([]);
  });
});
