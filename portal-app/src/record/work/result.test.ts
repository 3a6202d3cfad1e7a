/** What becomes of a report when a clinician decides about it. */
import type { DiagnosticReport, Observation, Resource, Task } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import type { Change, Fhir, FhirApi } from '../../smart/fhir.ts';
import { isSeenByPatient, NOT_FOR_PATIENTS } from '../patient/kept-from.ts';
import { containedResults, namedAlone } from '../results/contained.ts';
import { inReportOrder } from '../results/sections.ts';
import {
  acknowledge,
  type Results,
  releaseLater,
  releaseQuery,
  releaseResult,
  withholdResult,
} from './result.ts';

const by = { reference: 'Practitioner/amara', display: 'Amara' } as const;
const task: Task = { resourceType: 'Task', id: 't', status: 'requested', intent: 'order' };
const READ = 'No mass is seen. Follow-up in a year.';

const found = (conclusion?: string) => ({
  report: {
    resourceType: 'DiagnosticReport',
    id: 'r',
    status: 'preliminary',
    code: { text: 'Mammogram' },
    ...(conclusion === undefined ? {} : { conclusion }),
  } as DiagnosticReport,
  results: [
    { resourceType: 'Observation', id: 'o', status: 'preliminary', code: { text: 'x' } } as Observation,
  ],
});

async function sent(act: (fhir: FhirApi) => Promise<void>) {
  const resources: Resource[] = [];
  const transact = async (changes: readonly Change[]) =>
    void resources.push(...changes.map(({ resource }) => resource));
  await act({ self: by.reference, transact } as unknown as FhirApi);
  const of = (type: string) => resources.find(({ resourceType }) => resourceType === type);
  return {
    report: of('DiagnosticReport') as DiagnosticReport,
    observation: of('Observation') as Observation,
    task: of('Task') as Task,
  };
}

const words = async (comment: string, conclusion?: string) =>
  (await sent((fhir) => releaseResult(fhir, task, { by, found: found(conclusion), comment, identity: 'i' })))
    .report.conclusion;

it('the clinician’s words come before what whoever read it concluded, and take nothing of it away', async () => {
  expect(await words(' All is well. ', READ)).toBe(`All is well.\n\n${READ}`);
  expect(await words('All is well.')).toBe('All is well.');
  expect(await words('', READ)).toBe(READ);
  // Sent before, or put off with these words and released now.
  expect(await words('All is well.', `All is well.\n\n${READ}`)).toBe(`All is well.\n\n${READ}`);
});

it('a version that came while it was withheld is released with all of it, as what the laboratory says that it is', async () => {
  const kept = { meta: { security: [NOT_FOR_PATIENTS] } };
  const { report, results } = found(READ);
  const corrected = {
    report: { ...report, ...kept, status: 'corrected' },
    results: results.map((each) => ({ ...each, ...kept, status: 'corrected' })),
  } as Results;
  const act = { by, found: corrected, comment: '', identity: 'i' };
  const released = await sent((fhir) => releaseResult(fhir, task, act));
  expect([released.report, released.observation].map(isSeenByPatient)).toEqual([true, true]);
  expect(released).toMatchObject({ report: { status: 'corrected' }, observation: { status: 'corrected' } });
  const withheld = await sent((fhir) => withholdResult(fhir, task, { ...act, reason: 'harm' }));
  expect(withheld.report.status).toBe('corrected');
  expect(isSeenByPatient(withheld.report)).toBe(false);
});

it('nobody decides about what a report said before it brought its item back', () => {
  const keyOf = (id: string, versionId: string) =>
    releaseQuery({ patient: 'a' } as Fhir, {
      ...task,
      id,
      meta: { versionId },
      focus: { reference: 'DiagnosticReport/r' },
    }).queryKey;
  expect(keyOf('t', '1')).toEqual(keyOf('t', '1'));
  expect(keyOf('t', '2')).not.toEqual(keyOf('t', '1'));
  expect(keyOf('u', '1')).not.toEqual(keyOf('t', '1'));
});

it('a message that goes with it comes of its Task, and so is kept from whom the report is', async () => {
  const changes: Change[] = [];
  const transact = async (all: readonly Change[]) => void changes.push(...all);
  const { report } = found();
  const about = { ...task, for: { reference: 'Patient/a' } };
  const fhir = { self: by.reference, transact } as unknown as FhirApi;
  await acknowledge(fhir, about, { by, report, text: 'All is well.', identity: 'i' });
  const message = changes.find(({ resource }) => resource.resourceType === 'Communication');
  const done = changes.find(({ resource }) => resource.resourceType === 'Task')?.resource as Task;
  expect(message?.fullUrl).toMatch(/^urn:uuid:/);
  expect(done.output).toMatchObject([{ valueReference: { reference: message?.fullUrl } }]);
});

it('a critical value that no report tells is read by itself', async () => {
  const value = { resourceType: 'Observation', id: 'o', status: 'final', code: { text: 'Potassium' } };
  const asked: unknown[] = [];
  const search = async (type: string, params: object) => {
    asked.push([type, params]);
    return { resources: [value], included: [], next: undefined };
  };
  const of = releaseQuery({ patient: 'a', search } as unknown as Fhir, {
    ...task,
    for: { reference: 'Patient/a' },
    focus: { reference: 'Observation/o' },
  });
  const read = of.queryFn as unknown as () => Promise<Results>;
  expect(await read()).toMatchObject({ report: { code: value.code }, results: [value] });
  expect(asked).toEqual([['Observation', expect.objectContaining({ _id: 'o' })]]);
});

it('released it is final with all of it; put off or withheld it is kept from the patient alone', async () => {
  const now = await sent((fhir) =>
    releaseResult(fhir, task, { by, found: found(), comment: '', identity: 'i' }),
  );
  expect(now).toMatchObject({
    report: { status: 'final' },
    observation: { status: 'final' },
    task: { status: 'completed', owner: by },
  });
  expect(now.report.meta?.security).toBeUndefined();
  expect([now.report, now.observation].map(isSeenByPatient)).toEqual([true, true]);
  const kept = { status: 'final', meta: { security: [{ code: 'NOPAT' }] } };
  const later = { by, found: found(READ), comment: 'See you.', day: '2031-03-04', identity: 'i' };
  expect(await sent((fhir) => releaseLater(fhir, task, later))).toMatchObject({
    report: { ...kept, conclusion: `See you.\n\n${READ}` },
    observation: kept,
    task: { status: 'on-hold', executionPeriod: { start: expect.stringMatching(/^2031-03-04T/) } },
  });
  const never = { by, found: found(READ), comment: '', reason: 'harm', identity: 'i' };
  const withheld = await sent((fhir) => withholdResult(fhir, task, never));
  expect([withheld.report, withheld.observation].map(isSeenByPatient)).toEqual([false, false]);
  expect(withheld).toMatchObject({
    report: { ...kept, conclusion: READ },
    observation: kept,
    task: { status: 'completed', statusReason: { text: 'harm' } },
  });
});

it('values that a report carries in itself are shown in its order, and are final with it', async () => {
  const inside: Observation = {
    resourceType: 'Observation',
    id: 'o1',
    status: 'preliminary',
    code: { text: 'Potassium' },
    valueQuantity: { value: 6.9, unit: 'mmol/L' },
  };
  const { report, results } = found();
  const whole: DiagnosticReport = {
    ...report,
    contained: [inside, { resourceType: 'Specimen', id: 's' }],
    result: [{ reference: '#o1' }, { reference: 'Observation/o' }, { display: 'Hemolysis noted' }],
  };
  const read = { report: whole, results: [...results, ...containedResults(whole)] };
  expect(inReportOrder(whole, read.results).map(({ id }) => id)).toEqual(['o1', 'o']);
  expect(namedAlone(whole)).toEqual(['Hemolysis noted']);
  const released = await sent((fhir) =>
    releaseResult(fhir, task, { by, found: read, comment: '', identity: 'i' }),
  );
  expect(released.report.contained).toEqual([
    { ...inside, status: 'final' },
    { resourceType: 'Specimen', id: 's' },
  ]);
  expect(released.observation).toMatchObject({ id: 'o', status: 'final' });
});
