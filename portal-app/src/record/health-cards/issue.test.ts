/** What is offered for a card: final laboratory results, as the server takes them, and what came back. */
import type { Observation, Parameters } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import type { Fhir, OperationCall } from '../../smart/fhir.ts';
import { canBeInCard, issueCard } from './issue.ts';

const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
const result = (category: string, more: Partial<Observation> = {}): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  category: [{ coding: [{ system: CATEGORY, code: category }] }],
  valueInteger: 1,
  ...more,
});

it('offers what is final and of a laboratory, and no panel that only holds others', () => {
  expect(canBeInCard(result('laboratory'))).toBe(true);
  expect(canBeInCard(result('laboratory', { status: 'corrected' }))).toBe(true);
  expect(canBeInCard(result('laboratory', { status: 'preliminary' }))).toBe(false);
  expect(canBeInCard(result('laboratory', { status: 'entered-in-error' }))).toBe(false);
  expect(canBeInCard(result('vital-signs'))).toBe(false);
  const { valueInteger: _, ...panel } = result('laboratory', { hasMember: [{ reference: 'Observation/a' }] });
  expect(canBeInCard(panel)).toBe(false);
});

it('asks for what was chosen and no more of the person, and tells what is in the card by its links', async () => {
  const asked: OperationCall[] = [];
  const link = (valueUri: string) => ({
    name: 'resourceLink',
    part: [{ name: 'hostedResource', valueUri: `https://ehr.example/fhir/${valueUri}` }],
  });
  const answer: Parameters = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'verifiableCredential', valueString: 'a.b.c' },
      link('Patient/p'),
      link('Observation/1'),
    ],
  };
  const fhir = {
    patient: 'p',
    operation: async (call: OperationCall) => {
      asked.push(call);
      return answer;
    },
  } as unknown as Fhir;
  const chosen = ['Observation/1', 'Observation/11'];
  expect(await issueCard(fhir, 'results', { chosen, withBirthDate: false })).toEqual({
    card: 'a.b.c',
    held: ['Observation/1'],
  });
  expect(asked[0]?.parameter).toEqual([
    { name: 'credentialType', valueUri: 'Observation' },
    { name: 'includeIdentityClaim', valueString: 'Patient.name' },
    ...chosen.map((valueUri) => ({ name: 'hostedResource', valueUri })),
  ]);
});
