/** What a merge changed, as a Provenance: each resource in the version that it made, so that it can be undone. */
import type { FhirRequest, Services } from '../../interactions/request.ts';
import type { ResourceJson } from '../../repository/text/resource-text.ts';
import type { StoredVersion } from '../../store/store.ts';

const LIFECYCLE = 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle';
const DISPLAY = { merge: 'Merge Record Lifecycle Event', unmerge: 'Unmerge Record Lifecycle Event' } as const;

/** `before`: the versions that were changed. */
export function mergeProvenance(
  { now }: Services,
  { access }: FhirRequest,
  activity: keyof typeof DISPLAY,
  before: readonly StoredVersion[],
): ResourceJson {
  const { fhirUser, clientId } = access;
  const who = fhirUser ? { reference: `${fhirUser.type}/${fhirUser.id}` } : { display: clientId };
  return {
    resourceType: 'Provenance',
    target: before.map(({ type, id, version }) => ({ reference: `${type}/${id}/_history/${version + 1}` })),
    recorded: new Date(now()).toISOString(),
    activity: { coding: [{ system: LIFECYCLE, code: activity, display: DISPLAY[activity] }] },
    agent: [{ who }],
  };
}

/** `Type/id` and the version that the merge made, of one that is told of in a Provenance like that. */
export function changedBy(
  provenance: ResourceJson,
  activity: keyof typeof DISPLAY,
): Map<string, number> | undefined {
  const { coding = [] } = (provenance.activity ?? {}) as {
    coding?: readonly { system?: string; code?: string }[];
  };
  if (!coding.some(({ system, code }) => system === LIFECYCLE && code === activity)) return undefined;
  const targets = (provenance.target ?? []) as readonly { reference?: string }[];
  return new Map(
    targets.flatMap(({ reference = '' }) => {
      const [, name, version] = /^(\w+\/[A-Za-z0-9\-.]+)\/_history\/(\d+)$/.exec(reference) ?? [];
      return name ? [[name, Number(version)] as const] : [];
    }),
  );
}
