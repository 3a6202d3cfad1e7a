/** Results that are words, not numbers: cultures, rapid tests, test strips, blood groups. */
import type { DiagnosticReport, Observation, Practitioner, Resource } from '@medplum/fhirtypes';
import { at, plusMinutes } from './calendar.ts';
import { CLINIC, type Code, hl7, idOf, loinc, reference, snomed, usCore } from './coding.ts';
import { encounterAt } from './encounters.ts';
import { interpretation, LABORATORY_CATEGORY, laboratory } from './laboratory.ts';
import { patientReference } from './patient.ts';
import { displayName } from './practitioners.ts';
import type { OtherResult, PatientStory } from './story.ts';

const flags: Record<string, Code> = {
  N: ['N', 'Normal'],
  A: ['A', 'Abnormal'],
  AA: ['AA', 'Critical abnormal'],
  POS: ['POS', 'Positive'],
  NEG: ['NEG', 'Negative'],
};

export function otherResults(story: PatientStory): Resource[] {
  return (story.otherResults ?? []).flatMap((result) => {
    const members = (result.members ?? []).map((member) => memberObservation(story, result, member));
    const main = mainObservation(story, result, members);
    return [...members, main, report(story, result, [main, ...members])];
  });
}

function times(result: OtherResult) {
  const time = result.time ?? '08:05';
  return { drawn: at(result.when.date, time), issued: at(result.when.date, plusMinutes(time, 300)) };
}

function base(story: PatientStory, result: OtherResult) {
  return {
    resourceType: 'Observation',
    meta: usCore('observation-lab'),
    status: 'final',
    category: [LABORATORY_CATEGORY],
    subject: patientReference(story),
    ...encounterAt(story, result.when.key),
    effectiveDateTime: times(result).drawn,
    issued: times(result).issued,
    performer: [laboratory()],
  } as const satisfies Partial<Observation>;
}

function mainObservation(
  story: PatientStory,
  result: OtherResult,
  members: readonly Observation[],
): Observation {
  const flag = flags[result.flag ?? ''];
  return {
    ...base(story, result),
    id: idOf('obs', story.key, result.slug, result.when.key),
    code: loinc(result.code, result.name),
    ...('text' in result.value
      ? { valueString: result.value.text }
      : { valueCodeableConcept: snomed(result.value.finding, result.value.words) }),
    ...(flag && { interpretation: interpretation(flag) }),
    ...(result.expected !== undefined && { referenceRange: [{ text: result.expected }] }),
    ...(members.length > 0 && {
      hasMember: members.map(({ id = '', code }) => reference<Observation>('Observation', id, code.text)),
    }),
  };
}

function memberObservation(
  story: PatientStory,
  result: OtherResult,
  member: NonNullable<OtherResult['members']>[number],
): Observation {
  return {
    ...base(story, result),
    id: idOf('obs', story.key, member.slug, result.when.key),
    code: loinc(member.code, member.name),
    ...(member.finding === undefined
      ? { valueString: member.words }
      : { valueCodeableConcept: snomed(member.finding, member.words) }),
    interpretation: interpretation(flags[member.flag] ?? ['N', 'Normal']),
    referenceRange: [{ text: member.expected }],
  };
}

function report(story: PatientStory, result: OtherResult, members: readonly Observation[]): DiagnosticReport {
  const id = idOf('report', story.key, result.slug, result.when.key);
  return {
    resourceType: 'DiagnosticReport',
    id,
    meta: usCore('diagnosticreport-lab'),
    identifier: [{ system: `${CLINIC}/report`, value: id }],
    status: 'final',
    category: [hl7('v2-0074', ['LAB', 'Laboratory'])],
    code: loinc(result.code, result.name),
    subject: patientReference(story),
    ...encounterAt(story, result.when.key),
    effectiveDateTime: times(result).drawn,
    issued: times(result).issued,
    performer: [laboratory()],
    resultsInterpreter: [
      reference<Practitioner>('Practitioner', result.clinician, displayName(result.clinician)),
    ],
    result: members.map(({ id: member = '', code }) =>
      reference<Observation>('Observation', member, code.text),
    ),
    ...(result.conclusion !== undefined && { conclusion: result.conclusion }),
  };
}
