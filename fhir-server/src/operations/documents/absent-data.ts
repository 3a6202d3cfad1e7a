/** What the IPS asks for and a record does not say (IPS 2.0, Empty Sections and Missing Data): named as unknown, never made up. */
import type { ResourceJson } from '../../repository/text/resource-text.ts';
import { UNKNOWN_TIME } from './ips-sections.ts';

const UNKNOWN = UNKNOWN_TIME;
const UNKNOWN_CODE = {
  coding: [
    {
      system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason',
      code: 'unknown',
      display: 'Unknown',
    },
  ],
} as const;
/** Elements that must be there, by type: a choice by its stem. */
const TIMES: Readonly<Record<string, readonly [stem: string, element: string]>> = {
  MedicationStatement: ['effective', 'effectiveDateTime'],
  Procedure: ['performed', 'performedDateTime'],
  DeviceUseStatement: ['timing', 'timingDateTime'],
  Observation: ['effective', 'effectiveDateTime'],
  DiagnosticReport: ['effective', 'effectiveDateTime'],
};
const CODED: Readonly<Record<string, string>> = {
  AllergyIntolerance: 'code',
  Condition: 'code',
  Procedure: 'code',
  Medication: 'code',
};

interface Name {
  readonly text?: string;
  readonly family?: string;
  readonly given?: readonly string[];
}

/** Changes the resource, a copy for the document, in place. */
export function nameWhatIsAbsent(resource: ResourceJson): void {
  const { resourceType } = resource;
  const [stem, element] = TIMES[resourceType] ?? [];
  if (stem && !Object.keys(resource).some((each) => each.replace(/^_/, '').startsWith(stem)))
    resource[`_${element}`] = UNKNOWN;
  const coded = CODED[resourceType];
  if (coded && resource[coded] === undefined) resource[coded] = UNKNOWN_CODE;
  if (resourceType === 'Condition') resource.clinicalStatus ??= UNKNOWN;
  if (resourceType === 'DiagnosticReport') resource.category ??= [UNKNOWN_CODE];
  if (resourceType === 'Observation') resource.performer ??= [UNKNOWN];
  if (resourceType === 'Organization' && resource.name === undefined) resource._name ??= UNKNOWN;
  if (resourceType === 'Practitioner') nameSomebody(resource);
  if (resourceType === 'Patient') {
    nameSomebody(resource);
    if (resource.birthDate === undefined) resource._birthDate ??= UNKNOWN;
  }
}

/** ips-pat-1: each name has a part. */
function nameSomebody(resource: ResourceJson): void {
  const names = (resource.name as Name[] | undefined) ?? [{}];
  resource.name = names.map((each) =>
    (each.family ?? each.given ?? each.text) ? each : { ...each, _text: UNKNOWN },
  );
}
