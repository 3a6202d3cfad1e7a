import type { Encounter, Resource } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { searchesFor } from './at-visit.ts';
import { heldVisits } from './queries.ts';
import { summaryOf } from './summary.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const VISIT = {
  resourceType: 'Encounter',
  id: 'v',
  status: 'finished',
  diagnosis: [{ condition: { reference: 'Condition/named' } }],
} as Encounter;
const encounter = { reference: 'Encounter/v' };
const named = (text: string) => ({ code: { text } });
const a = (resourceType: string, id: string, rest: object = {}): Resource =>
  ({ resourceType, id, encounter, ...rest }) as unknown as Resource;

const told = (...found: Resource[]) =>
  Object.fromEntries(
    summaryOf(VISIT, found, NOW).sections.map(({ title, lines }) => [
      title,
      lines.map(({ name, value, about, note }) => [name, value, about, note].filter(Boolean).join(' | ')),
    ]),
  );

describe('the summary of a visit', () => {
  it('leaves out what it has nothing of', () => {
    expect(summaryOf(VISIT, [], NOW)).toEqual({ sections: [], documents: [] });
  });

  it('holds what refers to the visit, in whatever form, and what the visit names; the same day is no reason', () => {
    const at = (reference: string, id: string) =>
      a('Condition', id, { ...named(id), encounter: { reference }, recordedDate: '2026-05-01' });
    expect(
      told(
        at('Encounter/v', 'here'),
        at('https://fhir.example/r4/Encounter/v', 'absolute'),
        at('Encounter/v/_history/2', 'version'),
        at('Encounter/vv', 'other'),
        a('Condition', 'none', { ...named('none'), encounter: undefined, recordedDate: '2026-05-01' }),
        a('Condition', 'named', { ...named('diagnosis'), encounter: undefined }),
        a('Immunization', 'i', { status: 'completed', vaccineCode: { text: 'Tetanus' } }),
        a('Immunization', 'j', {
          status: 'completed',
          vaccineCode: { text: 'Flu' },
          encounter: { reference: 'Encounter/w' },
        }),
      ),
    ).toEqual({
      'What was found': ['here', 'absolute', 'version', 'diagnosis'],
      'What was done': ['Tetanus'],
    });
  });

  it('has no line for a result that says nothing: the panel’s own; what is awaited, absent or only remarked on has one', () => {
    const result = (id: string, rest: object) =>
      a('Observation', id, { ...named(id), status: 'final', ...rest });
    const found = told(
      result('panel', {}),
      result('panel of members', { hasMember: [{ reference: 'Observation/value' }] }),
      result('value', { valueString: 'clear' }),
      result('parts', { component: [{ code: { text: 'part' }, valueString: 'here' }] }),
      result('absent', { dataAbsentReason: { text: 'Not enough blood' } }),
      result('remarked', { note: [{ text: 'See the report' }] }),
      result('awaited', { status: 'registered' }),
    )['What was found'];
    expect(found?.map((line) => line.split(' | ')[0])).toEqual([
      'value',
      'parts',
      'absent',
      'remarked',
      'awaited',
    ]);
  });

  it('says nothing that was entered in error, and each thing once', () => {
    const wrong = { status: 'entered-in-error' };
    const types = [
      'Observation',
      'DiagnosticReport',
      'Procedure',
      'Immunization',
      'MedicationRequest',
      'MedicationStatement',
      'ServiceRequest',
      'CarePlan',
      'Communication',
      'DocumentReference',
      'Appointment',
    ];
    const withdrawn = types.map((type) => a(type, 'x', { ...wrong, ...named('wrong'), intent: 'order' }));
    const refuted = a('Condition', 'y', {
      ...named('Anaemia'),
      verificationStatus: { coding: [{ code: 'refuted' }] },
      clinicalStatus: { coding: [{ code: 'active' }] },
    });
    const error = a('Condition', 'z', { verificationStatus: { coding: [{ code: 'entered-in-error' }] } });
    expect(told(...withdrawn, error, refuted, refuted)).toEqual({
      'What was found': ['Anaemia | Ruled out'],
    });
  });

  it('puts what is outside its range first, and says how much of it is', () => {
    const result = (id: string, value: number) =>
      a('Observation', id, {
        status: 'final',
        ...named(id),
        valueQuantity: { value, unit: 'g/L' },
        referenceRange: [{ low: { value: 1, unit: 'g/L' }, high: { value: 5, unit: 'g/L' } }],
      });
    const { sections } = summaryOf(VISIT, [result('Zinc', 3), result('Iron', 9)], NOW);
    expect(sections.map(({ lead }) => lead)).toEqual(['1 of 2 outside the range']);
    expect(sections[0]?.lines.map(({ name, flag }) => [name, flag?.words])).toEqual([
      ['Iron', 'Above range'],
      ['Zinc', 'In range'],
    ]);
  });

  it('tells what was prescribed, replaced, barred and no longer taken; what was only proposed is no change', () => {
    const request = (id: string, rest: object) =>
      a('MedicationRequest', id, {
        intent: 'order',
        status: 'active',
        medicationCodeableConcept: { text: id },
        dosageInstruction: [{ text: 'once a day' }],
        ...rest,
      });
    expect(
      told(
        request('New', {}),
        request('Other', { priorPrescription: { reference: 'MedicationRequest/o', display: 'Old' } }),
        request('Short', { status: 'completed' }),
        request('Bad', { doNotPerform: true }),
        request('Maybe', { intent: 'proposal' }),
        request('Draft', { status: 'draft' }),
        request('ByReference', {
          medicationCodeableConcept: undefined,
          medicationReference: { reference: 'Medication/m' },
        }),
        { resourceType: 'Medication', id: 'm', code: { text: 'Iron' } },
        a('MedicationStatement', 's', {
          encounter: undefined,
          context: encounter,
          status: 'stopped',
          medicationCodeableConcept: { text: 'Gone' },
        }),
        a('MedicationStatement', 'k', {
          encounter: undefined,
          context: encounter,
          status: 'active',
          medicationCodeableConcept: { text: 'Kept' },
        }),
      )['What changed'],
    ).toEqual([
      'New | once a day | Prescribed',
      'Other | once a day · In place of Old | Prescribed',
      'Short | Prescribed, finished since',
      'Bad | Not to be taken',
      'Iron | once a day | Prescribed',
      'Gone | No longer taken',
    ]);
  });

  it('tells what to do: activities of plans that are followed, what the clinic wrote, instructions as they were written', () => {
    const plan = (id: string, rest: object) =>
      a('CarePlan', id, {
        status: 'active',
        intent: 'plan',
        activity: [{ detail: { status: 'not-started', code: { text: `Walk ${id}` }, description: 'Daily' } }],
        ...rest,
      });
    const paper = (id: string, code: string, status = 'current') =>
      a('DocumentReference', id, {
        status,
        encounter: undefined,
        context: { encounter: [encounter] },
        type: { coding: [{ system: 'http://loinc.org', code }] },
        content: [],
      });
    const found = [
      plan('a', {}),
      plan('b', { status: 'revoked' }),
      plan('c', { intent: 'option' }),
      plan('d', { activity: [{ detail: { status: 'cancelled', description: 'Run' } }] }),
      a('Communication', 'm', {
        sender: { reference: 'Practitioner/p' },
        payload: [{ contentString: 'Rest.' }],
      }),
      a('Communication', 'n', { sender: { reference: 'Patient/p' }, payload: [{ contentString: 'Thanks' }] }),
      paper('instructions', '69730-0'),
      paper('note', '11506-3'),
      paper('older', '11506-3', 'superseded'),
    ];
    const { sections, documents } = summaryOf(VISIT, found, NOW);
    expect(sections.map(({ title }) => title)).toEqual(['What to do']);
    expect(sections[0]?.lines.map(({ name, about }) => [name, about])).toEqual([
      ['Walk a', 'Daily'],
      [expect.stringMatching(/^Message of /), 'Rest.'],
    ]);
    expect(sections[0]?.documents?.map(({ id }) => id)).toEqual(['instructions']);
    expect(documents.map(({ id }) => id)).toEqual(['note']);
  });

  it('tells the state of referrals and orders, booked where an appointment is of them, and the visits to come', () => {
    const order = (id: string, rest: object) =>
      a('ServiceRequest', id, { status: 'active', intent: 'order', ...named(id), ...rest });
    const booked = (id: string, rest: object) =>
      a('Appointment', id, {
        encounter: undefined,
        status: 'booked',
        start: '2026-06-10',
        description: id,
        ...rest,
      });
    const summary = told(
      order('Heart', { category: [{ coding: [{ code: '3457005' }] }] }),
      order('Referral to skin clinic', { status: 'revoked' }),
      order('Knee', {
        category: [{ text: 'Referral' }],
        status: 'on-hold',
        performer: [{ display: 'Dr. Ray' }],
      }),
      order('X-ray', { status: 'completed', patientInstruction: 'Come fasting' }),
      order('No salt', { doNotPerform: true }),
      order('Scan', { doNotPerform: true, category: [{ text: 'Referral' }] }),
      order('Surgeon', { doNotPerform: true, status: 'revoked', category: [{ text: 'Referral' }] }),
      order('Idea', { intent: 'proposal' }),
      order('Draft', { status: 'draft' }),
      booked('Later', { start: '2026-07-01' }),
      booked('Cardiology', { basedOn: [{ reference: 'ServiceRequest/Heart' }] }),
      booked('Given up', { status: 'cancelled' }),
      booked('Before', { start: '2026-05-01' }),
    );
    expect(summary.Referrals).toEqual([
      expect.stringMatching(/^Heart \| Booked for .*10/),
      'Referral to skin clinic | Taken back by the clinic',
      'Knee | Dr. Ray | On hold',
    ]);
    expect(summary['Tests and treatments ordered']).toEqual(['X-ray | Come fasting | Done']);
    expect(summary['Not to be done']).toEqual([
      'No salt | Not to be done',
      'Scan | Not to be done',
      'Surgeon | Taken back by the clinic',
    ]);
    expect(summary['Next visits']).toEqual([
      expect.stringMatching(/Cardiology$/),
      expect.stringMatching(/Later$/),
    ]);
  });

  it('is asked for by the visit, with the diagnoses that it names', () => {
    const searches = searchesFor(VISIT, 'p');
    expect(searches).toContain('Condition?patient=p&_id=named&_count=200');
    expect(searches.every((each) => each.includes('?patient=p&'))).toBe(true);
    expect(searchesFor({ ...VISIT, diagnosis: [] }, 'p')).toHaveLength(searches.length - 1);
  });

  it('is found from the appointment that the visit names', () => {
    const made = { ...VISIT, appointment: [{ reference: 'Appointment/b' }, { reference: 'urn:x' }] };
    expect([...heldVisits([made, { ...VISIT, id: 'w' }])]).toEqual([['b', 'v']]);
  });
});
