/** FHIR references by which one resource is found from another. */
import type { Reference } from '@medplum/fhirtypes';

/** The id of what is referred to, where it is of that type and on this server. */
export const idOf = (reference: Reference | undefined, type: string): string | undefined =>
  new RegExp(`^${type}/([A-Za-z0-9\\-.]{1,64})$`).exec(reference?.reference ?? '')?.[1];
