/** Loads the demonstration clinic over the FHIR API. */
import type { Bundle } from '@medplum/fhirtypes';
import { describeOutcome, type FhirClient, FhirResponseError } from '../fhir/fhir-client.ts';
import type { Progress } from '../progress.ts';
import type { NamedBundle } from './bundles.ts';

export interface LoadResult {
  readonly bundles: number;
  readonly resources: number;
}

/** Whether the clinic is there to its last resource: a load that was interrupted is not. */
export async function hasClinic(client: FhirClient, bundles: readonly NamedBundle[]): Promise<boolean> {
  const ends = [bundles[0]?.bundle.entry?.[0], bundles.at(-1)?.bundle.entry?.at(-1)];
  for (const entry of ends) {
    const resource = entry?.resource;
    if (resource?.id === undefined || !(await client.exists(resource.resourceType, resource.id)))
      return false;
  }
  return true;
}

/** Sends the Bundles in order: later ones refer to earlier ones. */
export async function loadClinic(
  client: FhirClient,
  bundles: readonly NamedBundle[],
  progress: Progress,
): Promise<LoadResult> {
  let resources = 0;
  for (const [index, { name, bundle }] of bundles.entries()) {
    await client.transaction(bundle).catch((error: unknown) => {
      throw explain(error, name, bundle);
    });
    resources += bundle.entry?.length ?? 0;
    progress.update({ label: `Bundles (${name})`, done: index + 1, total: bundles.length, resources });
  }
  progress.end();
  return { bundles: bundles.length, resources };
}

function explain(error: unknown, name: string, bundle: Bundle): unknown {
  if (!(error instanceof FhirResponseError) || error.outcome === undefined) return error;
  const index = /entry\[(\d+)\]/.exec(JSON.stringify(error.outcome))?.[1];
  const url = index === undefined ? '' : `, ${bundle.entry?.[Number(index)]?.request?.url}`;
  return new FhirResponseError(
    `${name}${url}: ${describeOutcome(error.outcome)}`,
    error.status,
    error.outcome,
  );
}
