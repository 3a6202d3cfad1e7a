/**
 * What renews, replaces, answers or carries out one thing is about the same patient: an earlier prescription of somebody else's is nobody's earlier prescription. Not asked of what results
 * from an order, nor of parts: a donor is examined on the recipient's order, and a newborn by what its mother was asked for.
 */
import { businessRule } from '@wellspring/profiles';
import { ownersOf } from '../../access/owner-table.ts';
import { localName } from '../../search/own-references.ts';
import type { ResourceStore } from '../../store/store.ts';
import { storedResource } from '../own-writes.ts';
import type { ResourceJson } from '../text/resource-text.ts';

/** By type, elements of which R4's own definition leaves nobody else: "the request takes the place of …", "the order that is being dispensed against". */
const OF_THE_SAME: Readonly<Record<string, readonly string[]>> = {
  CarePlan: ['replaces'],
  ClaimResponse: ['request'],
  Communication: ['inResponseTo'],
  CommunicationRequest: ['replaces'],
  CoverageEligibilityResponse: ['request'],
  DeviceRequest: ['priorRequest'],
  MedicationAdministration: ['request'],
  MedicationDispense: ['authorizingPrescription'],
  MedicationRequest: ['priorPrescription'],
  RequestGroup: ['replaces'],
  ServiceRequest: ['replaces'],
};

interface Reference {
  readonly reference?: string;
}

/** `own`: what is written in the same commit, by its name. What stood so before may stay. Throws 422. */
export async function requireSamePatient(
  store: Pick<ResourceStore, 'read'>,
  resource: ResourceJson,
  id: string,
  own: ReadonlyMap<string, ResourceJson>,
): Promise<void> {
  const { resourceType: type } = resource;
  const elements = OF_THE_SAME[type];
  const owners = elements ? ownersOf(resource) : [];
  if (!elements || owners.length === 0) return;
  for (const element of elements)
    for (const [at, name] of namesIn(resource[element]).entries()) {
      if (name === '') continue;
      const other = own.get(name) ?? (await storedResource<ResourceJson>(store, name))?.resource;
      if (!other || isOfOne(owners, ownersOf(other))) continue;
      if (await saidBefore(store, `${type}/${id}`, element, name, owners)) continue;
      const place = Array.isArray(resource[element]) ? `${element}[${at}]` : element;
      throw businessRule(`${element}: it is about another patient.`, `${type}.${place}`);
    }
}

/** Local names, in their places; '' for what is elsewhere. */
const namesIn = (value: unknown): string[] =>
  [value ?? []].flat().map((each) => localName(String((each as Reference).reference ?? '')) ?? '');

const isOfOne = (owners: readonly string[], others: readonly string[]): boolean =>
  others.length === 0 || others.some((each) => owners.includes(each));

/** Of the same patient then. */
async function saidBefore(
  store: Pick<ResourceStore, 'read'>,
  name: string,
  element: string,
  other: string,
  owners: readonly string[],
): Promise<boolean> {
  const before = (await storedResource<ResourceJson>(store, name))?.resource;
  return (
    before !== undefined && namesIn(before[element]).includes(other) && isOfOne(owners, ownersOf(before))
  );
}
