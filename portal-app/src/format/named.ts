/** What a reference leads to, by name: as it says itself, or as the resource that is contained beside it is called (https://hl7.org/fhir/R4/references.html#contained). */
import type { Coverage, HumanName, Reference, Resource } from '@medplum/fhirtypes';
import { t } from '../i18n/text.ts';
import { conceptText, nameText, officialName } from './words.ts';

/** Whoever has the reference. */
type Holder = { readonly contained?: readonly Resource[] | undefined };

export function referenceName(
  reference: Reference | undefined,
  { contained = [] }: Holder,
): string | undefined {
  if (reference?.display) return reference.display;
  const found = contained.find(({ id }) => reference?.reference === `#${id}`);
  return found && nameOf(found, { contained });
}

/** Each once: somebody has a part there as a person and by their role. */
export const referenceNames = (
  references: readonly (Reference | undefined)[] | undefined,
  holder: Holder,
): string | undefined =>
  [...new Set(references?.map((each) => referenceName(each, holder)))].filter(Boolean).join(', ') ||
  undefined;

/** Any resource; R4 names most of them by one of these elements. */
interface Nameable {
  readonly name?: string | HumanName[];
  readonly practitioner?: Reference;
  readonly organization?: Reference;
  readonly deviceName?: readonly { readonly name?: string }[];
  readonly code?: object;
}

function nameOf(resource: Resource, holder: Holder): string | undefined {
  const { name, practitioner, organization, deviceName, code } = resource as Nameable;
  if (typeof name === 'string') return name;
  if (name?.length) return nameText(officialName({ name }));
  const role = referenceName(practitioner, holder) ?? referenceName(organization, holder);
  return role ?? deviceName?.[0]?.name ?? (typeof code === 'object' ? conceptText(code) : undefined);
}

/** Who pays; whoever has no insurance pays themself. */
export function insurerName(coverage: Coverage): string {
  const { payor: [payor] = [], beneficiary, type } = coverage;
  const name = referenceName(payor, coverage);
  if (name) return name;
  return payor?.reference === beneficiary?.reference ? t('Without insurance') : conceptText(type);
}
