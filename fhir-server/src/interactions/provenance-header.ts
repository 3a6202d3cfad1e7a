/**
 * `X-Provenance` (https://hl7.org/fhir/R4/provenance.html#header): a Provenance without its target comes with what it is about, and is written in the same commit.
 * The server fills the target in.
 */
import { inEntry, invalid, invalidResource } from '@wellspring/profiles';
import { ownersOf } from '../access/owner-table.ts';
import { resourceIssues } from '../repository/checks/check-resource.ts';
import type { WrittenVersion } from '../repository/repository.ts';
import { jsonOf } from '../repository/text/read-json.ts';
import { cloneJson, type ResourceJson } from '../repository/text/resource-text.ts';
import type { Write } from '../repository/writes/write.ts';
import type { QueryNode } from '../search/query.ts';
import type { FhirRequest, Services } from './request.ts';

const NAME = 'x-provenance';
/** What is wrong with it is said of it, and of nothing that it comes with. */
export const PROVENANCE_HEADER = 'X-Provenance';

/** Errors: 400 where it is no Provenance, or has a target of its own; 422 where it is not valid. */
export function provenanceOf({ headers }: Pick<FhirRequest, 'headers'>): ResourceJson | undefined {
  const text = headers[NAME];
  if (text === undefined) return undefined;
  const value = jsonOf(written(text), { called: 'X-Provenance' }) as ResourceJson | null;
  if (value?.resourceType !== 'Provenance') throw invalid('X-Provenance must hold a Provenance resource.');
  if (value.target !== undefined)
    throw invalid('X-Provenance names no target: the server fills it in.', 'Provenance.target');
  const issues = resourceIssues(withTargets(value, ['Patient/1'])).filter(
    ({ severity }) => severity !== 'warning',
  );
  if (issues.length > 0) throw inEntry(invalidResource(issues), PROVENANCE_HEADER);
  return value;
}

/** Header fields arrive as bytes of Latin-1. JSON is UTF-8; where the bytes are none, it was written in Latin-1. */
function written(text: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'latin1'));
  } catch {
    return text;
  }
}

/** `names`: `Type/id`. */
export function withTargets(provenance: ResourceJson, names: readonly string[]): ResourceJson {
  const { id: _, ...copy } = cloneJson(provenance, () => undefined);
  return { ...copy, resourceType: 'Provenance', target: names.map((reference) => ({ reference })) };
}

export interface Told {
  /** `Type/id` */
  readonly name: string;
  readonly resource: ResourceJson;
}

/** One for each record: a Provenance that named several patients would tell each of the others. */
export function provenanceWrites(
  services: Pick<Services, 'repository'>,
  provenance: ResourceJson,
  told: readonly Told[],
): Write[] {
  const records = Map.groupBy(told, ({ resource }) => ownersOf(resource).join(' '));
  return [...records.values()].map((part) => ({
    interaction: 'create',
    resource: withTargets(
      provenance,
      part.map(({ name }) => name),
    ),
    id: services.repository.newId(),
  }));
}

/** One write, with what its request says of where it comes from; a conditional create that finds one tells nothing of it. */
export async function writeTold(
  services: Services,
  request: FhirRequest,
  write: Write & { readonly interaction: 'create' | 'update' },
): Promise<WrittenVersion | undefined> {
  const { repository } = services;
  const provenance = provenanceOf(request);
  const told = provenance ? provenanceWrites(services, provenance, [toldOf(write)]) : [];
  for (let attempt = 1; ; attempt++) {
    const isFound = told.length > 0 && write.ifNoneExist && (await isThere(services, request, write));
    try {
      const [result] = await repository.write(
        request.access,
        isFound ? [write] : [write, ...told],
        (index) => (index === 0 ? undefined : PROVENANCE_HEADER),
      );
      return result;
    } catch (error) {
      // Made by somebody else meanwhile: then what the Provenance is about does not come to be.
      if (!told.length || !write.ifNoneExist || attempt > 1 || !(await isThere(services, request, write)))
        throw error;
    }
  }
}

export const toldOf = ({ id, resource }: { readonly id: string; readonly resource: ResourceJson }): Told => ({
  name: `${resource.resourceType}/${id}`,
  resource: { ...resource, id },
});

async function isThere(
  { repository }: Services,
  { access, type }: FhirRequest,
  { ifNoneExist }: { readonly ifNoneExist?: QueryNode },
): Promise<boolean> {
  return ifNoneExist !== undefined && (await repository.find(access, type, ifNoneExist, 1)).length > 0;
}
