/** https://hl7.org/fhir/R4/http.html#transaction: a batch is a list of requests that know nothing of each other. */
import { FhirError, internal, operationOutcome } from '@wellspring/profiles';
import { entryRequest, parseEntry, responseText } from './bundle-entry.ts';
import type { FhirRequest, Reply, Services } from './request.ts';

/** Reads of a batch run side by side, this many at once; writes one after the other. */
const PARALLEL = 8;

export async function batch(
  services: Services,
  request: FhirRequest,
  values: readonly unknown[],
): Promise<Reply> {
  const answers: string[] = new Array(values.length);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < values.length) {
      const index = next;
      next += 1;
      answers[index] = await answer(services, request, values[index], index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, values.length) }, work));
  return { status: 200, headers: {}, body: bundleText('batch-response', answers) };
}

export function bundleText(
  type: 'batch-response' | 'transaction-response',
  entries: readonly string[],
): string {
  const list = entries.length === 0 ? '' : `,"entry":[${entries.join(',')}]`;
  return `{"resourceType":"Bundle","type":"${type}"${list}}`;
}

async function answer(
  services: Services,
  request: FhirRequest,
  value: unknown,
  index: number,
): Promise<string> {
  try {
    const entry = parseEntry(services, value, index);
    const reply = await entry.route.interaction(services, entryRequest(request, entry));
    return responseText(undefined, reply.status, reply);
  } catch (error) {
    const found = error instanceof FhirError ? error : internal(error);
    const outcome = JSON.stringify(operationOutcome(found.issues));
    return responseText(undefined, found.status, { headers: {}, body: undefined }, outcome);
  }
}
