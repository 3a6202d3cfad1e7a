/**
 * Names that this server (and auth-server) gives to what it makes itself, and by which it is known again: that somebody got a broadcast, what waits for the care team, whom a patient
 * invited. No person puts one on a resource of these types, nor takes one off: what bears it would pass for the server's own, or no longer be bound like it.
 */
import { forbidden } from '@wellspring/profiles';
import type { AccessContext } from './access-context.ts';
import { metaOf } from './authorship.ts';
import { BROADCAST } from './reach.ts';
import { isSystem } from './read-condition.ts';
import type { Json } from './write-rules.ts';

/** Of Task.groupIdentifier: what the work is about, `Type/id`; of a message its conversation. */
export const WORK_GROUP = 'urn:wellspring:work';

/** Identifier of a RelatedPerson that auth-server makes for whom a patient invited (decision 30). */
export const INVITED = 'urn:wellspring:family-access';

/** On what is there for the patient to know, whoever would rather not have it known: a system's alone to change. */
export const KEPT: object & { readonly system: string; readonly code: string } = {
  system: 'urn:wellspring:kept',
  code: 'emergency-notice',
};

/** By type: systems of identifiers, group identifiers, categories and tags. */
const MARKS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Communication', [BROADCAST, KEPT.system]],
  ['CommunicationRequest', [BROADCAST]],
  ['Consent', [INVITED]],
  ['RelatedPerson', [INVITED]],
  ['Task', [BROADCAST, WORK_GROUP]],
]);

/** Types of which an update has to be held against what is stored. */
export const MARKED: readonly string[] = [...MARKS.keys()];

/** Throws forbidden. `before`: the live version of an update. */
export function checkOwnMarks(access: AccessContext, resource: Json, before: Json | undefined): void {
  if (isSystem(access)) return;
  const [now, then] = [marksOf(resource), before ? marksOf(before) : []];
  const [changed] = now
    .filter((each) => !then.includes(each))
    .concat(then.filter((each) => !now.includes(each)));
  if (changed !== undefined)
    throw forbidden(
      `What is marked ${changed.split('|')[0]} is this server’s own: the mark is not given or taken.`,
    );
}

/** `system|value` of each. */
function marksOf(resource: Json): string[] {
  const systems = MARKS.get(resource.resourceType) ?? [];
  const { identifier, groupIdentifier, category } = resource;
  const codings = listOf(category).flatMap((each) => listOf((each as { coding?: unknown }).coding));
  return [...listOf(identifier), ...listOf(groupIdentifier), ...codings, ...listOf(metaOf(resource).tag)]
    .map((each) => each as { system?: string; value?: string; code?: string })
    .filter(({ system }) => systems.includes(system ?? ''))
    .map(({ system, value, code }) => `${system}|${value ?? code ?? ''}`);
}

const listOf = (value: unknown): object[] =>
  [value].flat().filter((each) => typeof each === 'object' && each !== null) as object[];
