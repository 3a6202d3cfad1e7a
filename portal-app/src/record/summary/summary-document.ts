/**
 * A health summary as one FHIR document, with the sections of the International Patient Summary (HL7 IPS: Composition, LOINC 60591-5), and back: of our own making, where
 * the server makes none, and of any IPS.
 */
import type { Bundle, Composition, CompositionSection, Reference, Resource } from '@medplum/fhirtypes';
import { isHad } from '../../format/had.ts';
import { isOrdered, prescriptionsOf } from '../../format/medicine.ts';
import type { Summary } from './summary.ts';

const LOINC = 'http://loinc.org';

/** Section by section: where it stands in the summary, its LOINC code, its title. */
const SECTIONS = [
  ['allergies', '48765-2', 'Allergies'],
  ['prescriptions', '10160-0', 'Medicines'],
  ['ownMedicines', '56445-0', 'Medicines, as the person says'],
  ['conditions', '11450-4', 'Health problems'],
  ['immunizations', '11369-6', 'Vaccinations'],
  ['vitals', '8716-3', 'Measurements'],
  ['laboratory', '30954-2', 'Laboratory values'],
  ['coverages', '48768-6', 'Insurance'],
] as const satisfies readonly (readonly [Exclude<keyof Summary, 'patient'>, string, string])[];

export function documentOf(summary: Summary, clinic: string, now = new Date()): Bundle {
  const { patient } = summary;
  const resources: Resource[] = [patient];
  const section: CompositionSection[] = [];
  for (const [name, code, title] of SECTIONS) {
    const list = summary[name]?.filter(isHad);
    // What could not be read is left out: an empty section would say that there is nothing.
    if (list === undefined) continue;
    resources.push(...list);
    section.push({
      title,
      code: { coding: [{ system: LOINC, code }] },
      ...(list.length === 0
        ? {
            emptyReason: {
              coding: [
                { system: 'http://terminology.hl7.org/CodeSystem/list-empty-reason', code: 'nilknown' },
              ],
            },
          }
        : { entry: list.map((each) => ({ reference: `${each.resourceType}/${each.id}` }) as Reference) }),
    });
  }
  const composition: Composition = {
    resourceType: 'Composition',
    status: 'final',
    type: { coding: [{ system: LOINC, code: '60591-5', display: 'Patient summary Document' }] },
    subject: { reference: `Patient/${patient.id}` },
    date: now.toISOString(),
    author: [{ display: clinic }],
    title: 'Health summary',
    section,
  };
  return {
    resourceType: 'Bundle',
    type: 'document',
    identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${crypto.randomUUID()}` },
    timestamp: now.toISOString(),
    entry: [
      { fullUrl: `urn:uuid:${crypto.randomUUID()}`, resource: composition },
      ...resources.map((resource) => ({ fullUrl: `${resource.resourceType}/${resource.id}`, resource })),
    ],
  };
}

/** undefined: it is no such document. Its references become relative. */
export function summaryOf(
  bundle: Bundle,
): { readonly summary: Summary; readonly composition: Composition } | undefined {
  makeRelative(bundle);
  const resources = (bundle.entry ?? []).flatMap(({ resource }) => resource ?? []);
  const composition = resources.find((each): each is Composition => each.resourceType === 'Composition');
  const patient = resources.find((each) => each.resourceType === 'Patient');
  if (!composition || !patient) return undefined;
  const byName = new Map(resources.map((each) => [`${each.resourceType}/${each.id}`, each]));
  const list = (...codes: readonly string[]): readonly Resource[] | undefined => {
    const sections = composition.section?.filter((each) =>
      each.code?.coding?.some(({ code }) => codes.includes(code ?? '')),
    );
    if (!sections?.length) return undefined;
    return sections.flatMap(({ entry = [] }) =>
      entry.flatMap(({ reference }) => byName.get(reference ?? '') ?? []),
    );
  };
  const ofType = (type: Resource['resourceType'], found: readonly Resource[] | undefined) =>
    found?.filter((each) => each.resourceType === type);
  const parts = Object.fromEntries(SECTIONS.map(([name, code]) => [name, list(code)]));
  const medicines = list('10160-0');
  const medications = resources.filter((each) => each.resourceType === 'Medication');
  return {
    summary: {
      patient,
      ...parts,
      laboratory: ofType('Observation', parts.laboratory),
      // An IPS lists both in one section.
      prescriptions: medicines && prescriptionsOf([...medicines, ...medications], isOrdered),
      ownMedicines: ofType('MedicationStatement', list('56445-0', '10160-0')),
    } as unknown as Summary,
    composition,
  };
}

/** What leads to an entry by its full URL leads there by type and id. */
function makeRelative({ entry = [] }: Bundle): void {
  const names = new Map(
    entry.flatMap(({ fullUrl, resource }) =>
      fullUrl && resource ? [[fullUrl, `${resource.resourceType}/${resource.id}`] as const] : [],
    ),
  );
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const node = value as Record<string, unknown>;
    const name = typeof node.reference === 'string' ? names.get(node.reference) : undefined;
    if (name !== undefined) node.reference = name;
    for (const each of Object.values(node)) walk(each);
  };
  for (const { resource } of entry) walk(resource);
}
