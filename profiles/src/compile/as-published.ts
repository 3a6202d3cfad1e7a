/**
 * R4 as HL7 published it (4.0.1): the package that its definitions come from adds elements of its own product and of later versions, and has
 * some otherwise. What it mends, expressions that can't hold as they were published, stays mended.
 */

interface Element {
  readonly path: string;
  readonly min: number;
  readonly max: string;
  readonly type?: readonly { readonly code: string; readonly targetProfile?: readonly string[] }[];
  readonly binding?: { readonly strength: string; readonly valueSet?: string };
  readonly isSummary?: boolean;
}

const R4 = 'http://hl7.org/fhir/StructureDefinition/';

/** Elements that R4 does not have; what is below them goes with them. */
const ADDED: ReadonlySet<string> = new Set(
  Object.entries({
    Binary: 'url',
    DeviceDefinition: 'bodySite classification',
    HealthcareService: 'offeredIn',
    Meta: 'account accounts author compartment deleted onBehalfOf project',
    ObservationDefinition: 'publisher',
    ResearchStudy: `associatedParty classifier comparisonGroup descriptionSummary label name outcomeMeasure progressStatus recruitment region result
      studyDesign whyStopped`,
    'ResearchStudy.objective': 'description',
    'EvidenceVariable.characteristic': `description exclude linkId note definitionReference definitionCanonical definitionCodeableConcept
      definitionExpression definitionId definitionByTypeAndValue definitionByCombination instances[x] duration[x] timeFromEvent`,
  }).flatMap(([holder, names]) => names.split(/\s+/).map((name) => `${holder}.${name}`)),
);

const characteristic = (name: string, codes: string, more: Partial<Element> = {}): Element => ({
  path: `EvidenceVariable.characteristic.${name}`,
  min: 0,
  max: '1',
  type: codes.split(' ').map((code) => ({ code })),
  ...more,
});

/** https://hl7.org/fhir/R4/evidencevariable.html */
const MISSING: readonly Element[] = [
  characteristic('description', 'string'),
  characteristic(
    'definition[x]',
    'Reference canonical CodeableConcept Expression DataRequirement TriggerDefinition',
    {
      min: 1,
      isSummary: true,
    },
  ),
  characteristic('usageContext', 'UsageContext', { max: '*' }),
  characteristic('exclude', 'boolean'),
  characteristic('participantEffective[x]', 'dateTime Period Duration Timing'),
  characteristic('timeFromStart', 'Duration'),
  characteristic('groupMeasure', 'code', {
    binding: { strength: 'required', valueSet: 'http://hl7.org/fhir/ValueSet/group-measure|4.0.1' },
  }),
];

/** Types that a reference may lead to in the package, and not in R4. */
const NOT_TARGETS: Readonly<Record<string, readonly string[]>> = {
  'AuditEvent.source.observer': [`${R4}Subscription`],
  'MeasureReport.subject': ['CareTeam', 'HealthcareService', 'Organization'].map((name) => `${R4}${name}`),
  'ResearchStudy.site': ['Organization', 'ResearchStudy'].map((name) => `${R4}${name}`),
};

const CHANGED: Readonly<Record<string, Partial<Element>>> = {
  'EvidenceVariable.characteristic': { min: 1 },
  'DetectedIssue.status': {
    binding: { strength: 'required', valueSet: 'http://hl7.org/fhir/ValueSet/observation-status|4.0.1' },
  },
};

/** Of a type's snapshot. */
export function asPublished<E extends Element>(type: string, elements: readonly E[]): E[] {
  const kept = elements
    .filter(({ path }) => !isAdded(path))
    .map((element) => ({ ...element, ...CHANGED[element.path], ...targets(element) }));
  return type === 'EvidenceVariable' ? [...kept, ...(MISSING as readonly E[])] : kept;
}

function isAdded(path: string): boolean {
  const parts = path.split('.');
  return parts.some((_, i) => ADDED.has(parts.slice(0, i + 1).join('.')));
}

function targets({ path, type }: Element): Partial<Element> {
  const others = new Set(NOT_TARGETS[path] ?? []);
  if (
    !type?.some(({ targetProfile }) => targetProfile?.some((url) => others.has(url) || !url.startsWith(R4)))
  )
    return {};
  return {
    type: type.map((each) => ({
      ...each,
      ...(each.targetProfile
        ? { targetProfile: each.targetProfile.filter((url) => !others.has(url) && url.startsWith(R4)) }
        : {}),
    })),
  };
}
