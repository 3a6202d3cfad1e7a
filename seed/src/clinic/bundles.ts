/** The clinic as transaction Bundles of updates: loading it again changes nothing and adds nothing. */
import type { Bundle, Resource } from '@medplum/fhirtypes';
import type { DemoClinic } from './demo-clinic.ts';

const MAX_ENTRIES = 500;

export interface NamedBundle {
  readonly name: string;
  readonly bundle: Bundle;
}

/** Directory first, then each patient; no Bundle refers to one that comes later. */
export function clinicBundles(clinic: DemoClinic): NamedBundle[] {
  return [
    ...chunks(clinic.directory).map((bundle) => ({ name: 'the clinic', bundle })),
    ...clinic.patients.flatMap(({ story, resources }) =>
      chunks(resources).map((bundle) => ({ name: `${story.given[0]} ${story.family}`, bundle })),
    ),
  ];
}

function chunks(resources: readonly Resource[]): Bundle[] {
  const bundles: Bundle[] = [];
  for (let start = 0; start < resources.length; start += MAX_ENTRIES) {
    bundles.push(transaction(resources.slice(start, start + MAX_ENTRIES)));
  }
  return bundles;
}

function transaction(resources: readonly Resource[]): Bundle {
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    })),
  };
}
