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
  const inside: Resolve = (each) => contained.find(({ id }) => each?.reference === `#${id}`);
  return resourceName(inside(reference), inside);
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

/** What a reference leads to, where it is at hand. */
type Resolve = (reference: Reference | undefined) => Resource | undefined;

/** A role is called by its person, else by where it is: one step on and no further, for what is contained may refer to itself. */
export function resourceName(resource: Resource | undefined, resolve: Resolve): string | undefined {
  const { practitioner, organization } = (resource ?? {}) as Nameable;
  const roles = [practitioner, organization].flatMap((each) => each?.display ?? ownName(resolve(each)) ?? []);
  return ownName(resource) ?? roles[0];
}

function ownName(resource: Resource | undefined): string | undefined {
  const { name, deviceName, code } = (resource ?? {}) as Nameable;
  if (typeof name === 'string') return name;
  if (name?.length) return nameText(officialName({ name }));
  return deviceName?.[0]?.name ?? (code && !Array.isArray(code) ? conceptText(code) : undefined);
}

/** Who pays; whoever has no insurance pays themself. */
export function insurerName(coverage: Coverage): string {
  const { payor: [payor] = [], beneficiary, type } = coverage;
  const name = referenceName(payor, coverage);
  if (name) return name;
  return payor?.reference === beneficiary?.reference ? t('Without insurance') : conceptText(type);
}
