/** Laboratory results: specimens, Observations, panels and their DiagnosticReports. */
import type {
  CodeableConcept,
  DiagnosticReport,
  Observation,
  ObservationReferenceRange,
  Organization,
  Practitioner,
  Reference,
  Resource,
  Specimen,
} from '@medplum/fhirtypes';
import { type LabPanel, type LabPanelKey, labPanel } from '../codes/lab-panels.ts';
import type { LabTest, Range } from '../codes/lab-test.ts';
import { type LabTestKey, labTest } from '../codes/lab-tests.ts';
import { at, plusMinutes } from './calendar.ts';
import { CLINIC, type Code, hl7, idOf, kebab, loinc, quantity, reference, snomed, usCore } from './coding.ts';
import { LABORATORY_ID } from './directory.ts';
import { encounterAt } from './encounters.ts';
import { labValues, personAt } from './lab-values.ts';
import { patientReference } from './patient.ts';
import { displayName } from './practitioners.ts';
import type { LabDraw, PatientStory, World } from './story.ts';

export const LABORATORY_CATEGORY = hl7('observation-category', ['laboratory', 'Laboratory']);

const specimenTypes: Record<LabTest['specimen'], Code> = {
  serum: ['119364003', 'Serum specimen (specimen)'],
  blood: ['122555007', 'Venous blood specimen (specimen)'],
  urine: ['122575003', 'Urine specimen (specimen)'],
  breath: ['119336008', 'Exhaled air specimen (specimen)'],
};

export function laboratoryResults(story: PatientStory, world: World): Resource[] {
  return story.draws.flatMap((draw) => drawResults(story, draw, world));
}

export function laboratory(): Reference<Organization> {
  return reference<Organization>('Organization', LABORATORY_ID, 'Wellspring Clinic Laboratory');
}

export function interpretation([code, display]: Code): CodeableConcept[] {
  return [hl7('v3-ObservationInterpretation', [code, display])];
}

/** When it was drawn and, the same afternoon, released. */
function times(draw: LabDraw): { drawn: string; issued: string } {
  const time = draw.time ?? '08:05';
  return { drawn: at(draw.when.date, time), issued: at(draw.when.date, plusMinutes(time, 395)) };
}

function drawResults(story: PatientStory, draw: LabDraw, world: World): Resource[] {
  const value = labValues(story, draw.when, world);
  const kinds = new Set(
    draw.panels.flatMap((key) => labPanel(key).tests.map((test) => labTest(test).specimen)),
  );
  return [
    ...[...kinds].map((kind) => specimen(story, draw, kind)),
    ...draw.panels.flatMap((key) => panelResults(story, draw, key, value)),
  ];
}

function specimen(story: PatientStory, draw: LabDraw, kind: LabTest['specimen']): Specimen {
  const id = idOf('specimen', story.key, kind, draw.when.key);
  return {
    resourceType: 'Specimen',
    id,
    meta: usCore('specimen'),
    identifier: [{ system: `${CLINIC}/specimen`, value: id }],
    status: 'available',
    type: snomed(specimenTypes[kind]),
    subject: patientReference(story),
    receivedTime: times(draw).drawn,
    collection: {
      collectedDateTime: times(draw).drawn,
      collector: reference<Practitioner>('Practitioner', 'miguel-torres', displayName('miguel-torres')),
    },
  };
}

function panelResults(
  story: PatientStory,
  draw: LabDraw,
  key: LabPanelKey,
  value: (key: LabTestKey) => number,
): Resource[] {
  const panel = labPanel(key);
  const tests = panel.tests.map((test, index) =>
    observation(story, draw, test, value(test), index === 0 ? draw.comments?.[key] : undefined),
  );
  const group = panel.grouped === true ? [panelObservation(story, draw, key, panel, tests)] : [];
  const members = [...group, ...tests];
  return [...tests, ...group, report(story, draw, key, panel, members)];
}

function observation(
  story: PatientStory,
  draw: LabDraw,
  key: LabTestKey,
  amount: number,
  comment?: string,
): Observation {
  const test = labTest(key);
  const range = rangeFor(story, draw, key);
  const { drawn, issued } = times(draw);
  return {
    resourceType: 'Observation',
    id: idOf('obs', story.key, kebab(key), draw.when.key),
    meta: usCore('observation-lab'),
    status: draw.preliminary === true ? 'preliminary' : 'final',
    category: [LABORATORY_CATEGORY],
    code: loinc(test.code, test.name),
    subject: patientReference(story),
    ...encounterAt(story, draw.when.key),
    effectiveDateTime: drawn,
    issued,
    performer: [laboratory()],
    valueQuantity: quantity(amount, test.unit, printedUnit(test.unit)),
    ...(range !== undefined && {
      interpretation: interpretation(flag(amount, range, test.critical)),
      referenceRange: [range],
    }),
    ...(comment !== undefined && { note: [note(draw, comment)] }),
    specimen: reference<Specimen>('Specimen', idOf('specimen', story.key, test.specimen, draw.when.key)),
  };
}

function note(draw: LabDraw, text: string) {
  return {
    authorReference: reference<Practitioner>('Practitioner', draw.clinician, displayName(draw.clinician)),
    time: times(draw).issued,
    text,
  };
}

/** The unit as a person writes it; UCUM's code stays in `code`. */
function printedUnit(code: string): string {
  const printed: Record<string, string> = {
    '10*3/uL': '10³/µL',
    '10*6/uL': '10⁶/µL',
    'mL/min/{1.73_m2}': 'mL/min/1.73 m²',
    'm[IU]/L': 'mIU/L',
    '[IU]/mL': 'IU/mL',
    '{INR}': 'INR',
    'ug/dL': 'µg/dL',
  };
  return printed[code] ?? code;
}

function rangeFor(
  story: PatientStory,
  draw: LabDraw,
  key: LabTestKey,
): ObservationReferenceRange | undefined {
  const test = labTest(key);
  const target = story.labTargets?.[key];
  const date = draw.when.modelDate;
  if (target !== undefined && date >= target.from && (target.until === undefined || date <= target.until)) {
    return referenceRange(test, target, ['treatment', 'Treatment Range'], 'Treatment target');
  }
  const range = test.range?.(personAt(story, date));
  return range && referenceRange(test, range, ['normal', 'Normal Range']);
}

function referenceRange(
  test: LabTest,
  { low, high }: Range,
  type: Code,
  prefix = '',
): ObservationReferenceRange {
  const unit = printedUnit(test.unit);
  const span =
    low === undefined ? `up to ${high}` : high === undefined ? `${low} or more` : `${low} – ${high}`;
  return {
    ...(low !== undefined && { low: quantity(low, test.unit, unit) }),
    ...(high !== undefined && { high: quantity(high, test.unit, unit) }),
    type: hl7('referencerange-meaning', type),
    text: `${prefix === '' ? '' : `${prefix}: `}${span} ${unit}`,
  };
}

function flag(amount: number, { low, high }: ObservationReferenceRange, critical: Range = {}): Code {
  if (critical.high !== undefined && amount >= critical.high) return ['HH', 'Critical high'];
  if (critical.low !== undefined && amount <= critical.low) return ['LL', 'Critical low'];
  if (high?.value !== undefined && amount > high.value) return ['H', 'High'];
  if (low?.value !== undefined && amount < low.value) return ['L', 'Low'];
  return ['N', 'Normal'];
}

function panelObservation(
  story: PatientStory,
  draw: LabDraw,
  key: LabPanelKey,
  panel: LabPanel,
  members: readonly Observation[],
): Observation {
  const { drawn, issued } = times(draw);
  return {
    resourceType: 'Observation',
    id: idOf('obs', story.key, kebab(key), 'panel', draw.when.key),
    meta: usCore('observation-lab'),
    status: draw.preliminary === true ? 'preliminary' : 'final',
    category: [LABORATORY_CATEGORY],
    code: loinc(panel.code, panel.name),
    subject: patientReference(story),
    ...encounterAt(story, draw.when.key),
    effectiveDateTime: drawn,
    issued,
    performer: [laboratory()],
    hasMember: members.map(({ id = '', code }) => reference<Observation>('Observation', id, code.text)),
  };
}

function report(
  story: PatientStory,
  draw: LabDraw,
  key: LabPanelKey,
  panel: LabPanel,
  members: readonly Observation[],
): DiagnosticReport {
  const { drawn, issued } = times(draw);
  const comment = draw.comments?.[key];
  const id = idOf('report', story.key, kebab(key), draw.when.key);
  return {
    resourceType: 'DiagnosticReport',
    id,
    meta: usCore('diagnosticreport-lab'),
    identifier: [{ system: `${CLINIC}/report`, value: id }],
    status: draw.preliminary === true ? 'preliminary' : 'final',
    category: [hl7('v2-0074', ['LAB', 'Laboratory'])],
    code: loinc(panel.code, panel.name),
    subject: patientReference(story),
    ...encounterAt(story, draw.when.key),
    effectiveDateTime: drawn,
    issued,
    performer: [laboratory()],
    resultsInterpreter: [
      reference<Practitioner>('Practitioner', draw.clinician, displayName(draw.clinician)),
    ],
    specimen: [...new Set(panel.tests.map((test) => labTest(test).specimen))].map((kind) =>
      reference<Specimen>('Specimen', idOf('specimen', story.key, kind, draw.when.key)),
    ),
    result: members.map(({ id: member = '', code }) =>
      reference<Observation>('Observation', member, code.text),
    ),
    ...(comment !== undefined && { conclusion: comment }),
  };
}
