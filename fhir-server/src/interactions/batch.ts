/** https://hl7.org/fhir/R4/http.html#transaction: a batch is a list of requests that know nothing of each other. */
import { FhirError, internal, invalid, operationOutcome } from '@wellspring/profiles';
import { type Entry, entryRequest, parseEntry, responseText } from './bundle-entry.ts';
import { create } from './create.ts';
import { conditionalDelete, remove } from './delete.ts';
import { read, vread } from './read.ts';
import type { FhirRequest, Reply, Services } from './request.ts';
import { search } from './search.ts';
import { conditionalUpdate, update } from './update.ts';

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
    const reply = await perform(services, entryRequest(request, entry), entry);
    return responseText(undefined, reply.status, reply);
  } catch (error) {
    const found = error instanceof FhirError ? error : internal(error);
    const outcome = JSON.stringify(operationOutcome(found.issues));
    return responseText(undefined, found.status, { headers: {}, body: undefined }, outcome);
  }
}

/** The interaction that an entry's method and url mean. */
export function perform(services: Services, request: FhirRequest, entry: Entry): Promise<Reply> {
  switch (entry.method) {
    case 'GET':
    case 'HEAD':
      if (entry.version !== undefined) return vread(services, { ...request, version: entry.version });
      return entry.id === undefined ? search(services, request) : read(services, request);
    case 'POST':
      return create(services, request);
    case 'PUT':
      return entry.id === undefined ? conditionalUpdate(services, request) : update(services, request);
    case 'DELETE':
      return entry.id === undefined ? conditionalDelete(services, request) : remove(services, request);
    default:
      throw invalid(`The method ${entry.method satisfies never} is not one of FHIR.`);
  }
}
