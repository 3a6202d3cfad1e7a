/**
 * What a batch or a transaction would be refused for, found out by doing all of it but the writing (https://hl7.org/fhir/R4/http.html#transaction): what it would write is prepared, as
 * `$validate` of a write's mode prepares it. So `$validate` says what the base would say.
 */
import { FhirError, type Issue } from '@wellspring/profiles';
import { createBreath } from '../breath.ts';
import { parseJson, type ResourceJson, stringifyJson } from '../repository/text/resource-text.ts';
import { placeholders, requireIndependent } from './batch.ts';
import { entryRequest, parseEntries, parseEntry } from './bundle-entry.ts';
import type { FhirRequest, Services } from './request.ts';
import { batchOrTransaction } from './transaction.ts';

/** [] where it would be done. Of a transaction the first fault, as it would be told; of a batch that of each entry that writes. */
export async function bundleRefusal(
  services: Services,
  asked: FhirRequest,
  bundle: ResourceJson,
): Promise<readonly Issue[]> {
  // What is sent is changed on the way: references, ids.
  const request = { ...asked, resource: parseJson(stringifyJson(bundle)) as ResourceJson };
  const dry = withoutWriting(services);
  return issuesOf(async () => {
    const { kind, entries } = parseEntries(services, request);
    if (kind === 'batch') return refusalOfEach(dry, request, entries);
    await batchOrTransaction(dry, request);
    return [];
  });
}

async function refusalOfEach(
  services: Services,
  request: FhirRequest,
  values: readonly unknown[],
): Promise<readonly Issue[]> {
  const breath = createBreath();
  const others = placeholders(values);
  const issues: Issue[] = [];
  for (const [index, value] of values.entries()) {
    await breath();
    const found = await issuesOf(async () => {
      const entry = parseEntry(services, value, index);
      requireIndependent(entry, others);
      // What it asks, or does by itself, is known when it is asked.
      if (entry.route.inTransaction === 'write')
        await entry.route.interaction(services, entryRequest(services, request, entry));
      return [];
    });
    issues.push(...found.map((issue) => inEntryOf(issue, index)));
  }
  return issues;
}

/** The answer to an entry of a batch says where in its resource a fault is. */
function inEntryOf(issue: Issue, index: number): Issue {
  const { expression = '' } = issue;
  const at = `Bundle.entry[${index}]`;
  if (expression.startsWith(at)) return issue;
  const [, below = ''] = /^\w+(\..+)$/.exec(expression) ?? [];
  return { ...issue, expression: below === '' ? at : `${at}.resource${below}` };
}

/** What was to be written, and what it would be refused for; [] for nothing. */
class NotToBeWritten extends Error {
  readonly issues: readonly Issue[];
  constructor(issues: readonly Issue[]) {
    super('nothing is written');
    this.name = 'NotToBeWritten';
    this.issues = issues;
  }
}

function withoutWriting(services: Services): Services {
  const { repository } = services;
  return {
    ...services,
    repository: {
      ...repository,
      async write(access, writes, originOf) {
        if (writes.length === 0) return [];
        throw new NotToBeWritten(await repository.refusal(access, writes, originOf));
      },
    },
  };
}

async function issuesOf(find: () => Promise<readonly Issue[]>): Promise<readonly Issue[]> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof NotToBeWritten || (error instanceof FhirError && error.status < 500))
      return error.issues.map(asSaid);
    throw error;
  }
}

/** What the caller may not do is no fault of what they send: it is said, and nothing that refuses it. */
const asSaid = (issue: Issue): Issue =>
  issue.code === 'forbidden' ? { ...issue, severity: 'warning' } : issue;
