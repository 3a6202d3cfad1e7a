/** What the sections of a summary say to people: one table for each kind of entry (https://hl7.org/fhir/R4/narrative.html). */
import type { ResourceJson } from '../../repository/text/resource-text.ts';
import { dosageWords } from './dosage-words.ts';
import { conceptWords, dateWords, observedWords, rangeWords } from './value-words.ts';

type Json = Record<string, unknown>;
/** What a reference leads to, where the document holds it. */
export type Lookup = (reference: string | undefined) => ResourceJson | undefined;
type Column = readonly [head: string, words: (resource: Json, lookup: Lookup) => string];

interface Concept {
  readonly text?: string;
  readonly coding?: readonly { readonly display?: string; readonly code?: string }[];
}
interface Reference {
  readonly reference?: string;
  readonly display?: string;
}

const all = (value: unknown, words: (each: never) => string): string =>
  ((value as readonly never[] | undefined) ?? []).map(words).filter(Boolean).join('; ');
const status = (value: unknown): string => String(value ?? '').replaceAll('-', ' ');
/** The first of these elements that says when. */
const when =
  (...elements: readonly string[]) =>
  (resource: Json): string =>
    elements.map((each) => dateWords(resource[each])).find(Boolean) ?? 'unknown';

interface Ingredient {
  readonly itemCodeableConcept?: Concept;
  readonly itemReference?: Reference;
}

function medicine(resource: Json, lookup: Lookup): string {
  const inline = conceptWords(resource.medicationCodeableConcept);
  if (inline) return inline;
  const { reference, display } = (resource.medicationReference ?? {}) as Reference;
  const contained = ((resource.contained as ResourceJson[] | undefined) ?? []).find(
    ({ id }) => reference === `#${id}`,
  );
  const found = contained ?? lookup(reference);
  const parts = all(
    found?.ingredient,
    ({ itemCodeableConcept, itemReference }: Ingredient) =>
      conceptWords(itemCodeableConcept) || (itemReference?.display ?? ''),
  );
  return conceptWords(found?.code) || parts || (display ?? 'A medicine without a name');
}

function device(resource: Json): string {
  const names = (resource.deviceName as { name?: string }[] | undefined) ?? [];
  return conceptWords(resource.type) || (names[0]?.name ?? 'A device without a name');
}

const payorWords = (value: unknown, lookup: Lookup): string =>
  all(value, ({ display, reference }: Reference) => display ?? String(lookup(reference)?.name ?? ''));

interface Reaction {
  readonly substance?: Concept;
  readonly manifestation?: readonly Concept[];
  readonly severity?: string;
}

const reactions = (value: unknown): string =>
  all(value, ({ manifestation, severity }: Reaction) =>
    [all(manifestation, conceptWords), severity && `(${severity})`].filter(Boolean).join(' '),
  );

/** R4 lets the code be left out where a reaction names the substance. */
const allergen: Column = [
  'Name',
  ({ code, reaction }) =>
    conceptWords(code) || all(reaction, ({ substance }: Reaction) => conceptWords(substance)),
];

const isConfirmed = (value: unknown): boolean =>
  ((value as Concept | undefined)?.coding ?? []).some(({ code }) => code === 'confirmed');

const DATED = ['effectiveDateTime', 'effectivePeriod', 'effectiveInstant', 'issued'] as const;
const NAME: Column = ['Name', ({ code }) => conceptWords(code)];
/** Who suspects something, or does not rule it out, has not found it. */
const CERTAINTY: Column = [
  'Certainty',
  ({ verificationStatus }) => (isConfirmed(verificationStatus) ? '' : conceptWords(verificationStatus)),
];
const STATUS: Column = ['Status', (each) => status(each.status)];

/** What is told of each type, in the order of the columns. */
const COLUMNS: Readonly<Record<string, readonly [caption: string, ...Column[]]>> = {
  AllergyIntolerance: [
    'Allergies and intolerances',
    allergen,
    ['Reaction', ({ reaction }) => reactions(reaction)],
    ['Risk', ({ criticality }) => status(criticality)],
    ['Status', ({ clinicalStatus }) => conceptWords(clinicalStatus)],
    CERTAINTY,
  ],
  MedicationRequest: [
    'Prescribed',
    ['Medicine', medicine],
    ['How it is taken', ({ dosageInstruction }) => dosageWords(dosageInstruction)],
    STATUS,
    ['Prescribed on', when('authoredOn')],
  ],
  MedicationStatement: [
    'As reported',
    ['Medicine', medicine],
    ['How it is taken', ({ dosage }) => dosageWords(dosage)],
    STATUS,
    ['Since', when('effectiveDateTime', 'effectivePeriod')],
  ],
  Condition: [
    'Problems',
    NAME,
    ['Status', ({ clinicalStatus }) => conceptWords(clinicalStatus) || 'unknown'],
    CERTAINTY,
    ['Since', when('onsetDateTime', 'onsetPeriod', 'onsetString', 'recordedDate')],
    ['Until', (each) => dateWords(each.abatementDateTime ?? each.abatementPeriod ?? each.abatementString)],
  ],
  Flag: ['Alerts', NAME, ['Since', when('period')]],
  Immunization: [
    'Vaccinations',
    ['Vaccine', ({ vaccineCode }) => conceptWords(vaccineCode)],
    ['Given on', when('occurrenceDateTime', 'occurrenceString')],
    ['Effect', ({ isSubpotent }) => (isSubpotent === true ? 'not a full dose (subpotent)' : '')],
  ],
  Procedure: [
    'Procedures',
    NAME,
    ['Done on', when('performedDateTime', 'performedPeriod', 'performedString')],
    STATUS,
  ],
  DeviceUseStatement: [
    'Devices',
    [
      'Device',
      ({ device: used }, lookup) => {
        const { reference, display } = (used ?? {}) as Reference;
        const found = lookup(reference);
        return found ? device(found) : (display ?? 'A device without a name');
      },
    ],
    STATUS,
    ['Since', when('timingDateTime', 'timingPeriod')],
  ],
  Observation: [
    'Values, the newest of each',
    NAME,
    ['Value', observedWords],
    ['Reference range', ({ referenceRange }) => all(referenceRange, rangeWords)],
    ['Reading', ({ interpretation }) => all(interpretation, conceptWords)],
    ['Date', when(...DATED)],
  ],
  DiagnosticReport: [
    'Reports, the newest of each',
    NAME,
    ['Conclusion', ({ conclusion }) => String(conclusion ?? '')],
    ['Date', when(...DATED)],
  ],
  CarePlan: [
    'Plans',
    ['Plan', ({ title, category }) => String(title ?? all(category, conceptWords))],
    ['What it says', ({ description }) => String(description ?? '')],
  ],
  Coverage: [
    'Insurance',
    ['Insurer', ({ payor, type }, lookup) => payorWords(payor, lookup) || conceptWords(type)],
    ['Member', ({ subscriberId }) => String(subscriberId ?? '')],
    ['Holds', ({ period }) => dateWords(period)],
  ],
  Consent: [
    'Directives',
    ['Directive', ({ category, scope }) => all(category, conceptWords) || conceptWords(scope)],
    ['Date', when('dateTime')],
  ],
};

/** The text of a section; `note`: what else is to be said. */
export function sectionText(
  resources: readonly ResourceJson[],
  lookup: Lookup,
  note: string | undefined,
): { readonly status: 'generated'; readonly div: string } {
  const tables = [...Map.groupBy(resources, ({ resourceType }) => resourceType)].map(([type, list]) =>
    table(COLUMNS[type] ?? [type, NAME], list, lookup),
  );
  return narrative(`${tables.join('')}${note === undefined ? '' : `<p>${escaped(note)}</p>`}`);
}

export const narrative = (html: string) =>
  ({
    status: 'generated',
    div: `<div xmlns="http://www.w3.org/1999/xhtml" lang="en" xml:lang="en">${html}</div>`,
  }) as const;

/** A column in which nothing is said is left out. */
function table(
  [caption, ...columns]: readonly [string, ...Column[]],
  list: readonly ResourceJson[],
  lookup: Lookup,
): string {
  const words = columns.map(([, told]) => list.map((each) => told(each, lookup)));
  const shown = columns.flatMap((column, i) =>
    i === 0 || words[i]?.some(Boolean) ? [{ head: column[0], words: words[i] ?? [] }] : [],
  );
  const head = shown.map((each) => `<th scope="col">${each.head}</th>`).join('');
  const rows = list.map(
    (_, row) => `<tr>${shown.map((each) => `<td>${escaped(each.words[row] || '–')}</td>`).join('')}</tr>`,
  );
  return `<table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for XHTML: what XML has no place for is left out. */
export function escaped(text: string): string {
  return text
    .replace(
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      '',
    )
    .replace(/[&<>"]/g, (character) => ENTITIES[character] as string);
}
