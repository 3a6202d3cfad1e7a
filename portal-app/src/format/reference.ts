/** FHIR references by which one resource is found from another. */
import type { Reference } from '@medplum/fhirtypes';

/** The id of what is referred to, where it is of that type and on this server; a version that is named is of the same. */
export const idOf = (reference: Reference | undefined, type: string): string | undefined =>
  new RegExp(`^${type}/([A-Za-z0-9\\-.]{1,64})(?:/_history/[^/]+)?$`).exec(reference?.reference ?? '')?.[1];
