/** An identity for what is sent: the server stores it once (If-None-Exist), however often it arrives (https://hl7.org/fhir/R4/http.html#ccreate). */
import type { Identifier, Resource, Task } from '@medplum/fhirtypes';
import { draftOf, keepDraft } from '../device/drafts.ts';
import type { FhirApi } from './fhir.ts';

const SYSTEM = 'urn:wellspring:sent';
/** Whoever sends the same words an hour later means them anew: the same blood pressure can be measured twice. */
const SAME_MS = 3_600_000;

interface Sent {
  readonly what: string;
  readonly identity: string;
  readonly at: number;
}

const nameOf = (form: string): string => `sent ${form}`;

/** The same for the same words in the same form, also after a reload, until it has arrived. */
export function identityOf(form: string, what: unknown, now = Date.now()): string {
  const before = knownIdentity(form, what, now);
  if (before !== undefined) return before;
  const identity = crypto.randomUUID();
  keepDraft(nameOf(form), { what: wordsOf(what), identity, at: now } satisfies Sent);
  return identity;
}

/** undefined: these words are not on their way, from this tab or another. */
export function knownIdentity(form: string, what: unknown, now = Date.now()): string | undefined {
  const before = draftOf<Sent>(nameOf(form));
  return before?.what === wordsOf(what) && now - before.at < SAME_MS ? before.identity : undefined;
}

const wordsOf = (what: unknown): string =>
  JSON.stringify(what, (_, value) => (value instanceof File ? fileWords(value) : value));

export const forgetIdentity = (form: string): void => keepDraft(nameOf(form), undefined);

const fileWords = ({ name, size, lastModified }: File) => ({ name, size, lastModified });

/** `part`: where several resources are sent at once. */
export function identified<T extends Resource>(resource: T, identity: string, part = ''): T {
  const identifier: Identifier = { system: SYSTEM, value: identity + part };
  // The one type that is sent and has one identifier, not a list.
  return {
    ...resource,
    identifier: resource.resourceType === 'QuestionnaireResponse' ? identifier : [identifier],
  };
}

/** Of something that is changed: the version that these words made carries their identity. */
export function markSent(task: Task, identity: string): Task {
  const others = (task.identifier ?? []).filter(({ system }) => system !== SYSTEM);
  return { ...task, identifier: [...others, { system: SYSTEM, value: identity }] };
}

export const isSent = ({ identifier = [] }: Pick<Task, 'identifier'>, identity: string): boolean =>
  identifier.some(({ system, value }) => system === SYSTEM && value === identity);

/** As a search has it. */
export const tokenOf = (identity: string, part = ''): string => `${SYSTEM}|${identity}${part}`;

export const criteriaOf = (identity: string, part = ''): string => `identifier=${tokenOf(identity, part)}`;

export const createOnce = <T extends Resource>(fhir: FhirApi, resource: T, identity: string): Promise<T> =>
  fhir.create(identified(resource, identity), criteriaOf(identity));
