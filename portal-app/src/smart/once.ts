/** An identity for what is sent: the server stores it once (If-None-Exist), however often it arrives (https://hl7.org/fhir/R4/http.html#ccreate). */
import type { Identifier, Resource, Task } from '@medplum/fhirtypes';
import type { Sent } from '../device/draft.ts';
import { draftOf, draftsKept, keepDraft } from '../device/drafts.ts';
import type { FhirApi } from './fhir.ts';

const SYSTEM = 'urn:wellspring:sent';
/** Whoever sends the same words an hour later means them anew: the same blood pressure can be measured twice. */
const SAME_MS = 3_600_000;
/** Another tab may not have heard yet that its form is empty. */
const UNHEARD_MS = 5000;

const nameOf = (form: string): string => `sent ${form}`;
const sentOf = (form: string) => draftOf<Sent>(nameOf(form));
const keep = (form: string, sent: Sent): void => keepDraft(nameOf(form), sent, false);

/** The same for the same words in the same form, also after a reload or in another tab, until it has arrived. When it is known, it is there after a reload. */
export async function identityOf(form: string, what: unknown, now = Date.now()): Promise<string> {
  const digest = digestOf(wordsOf(what));
  const before = sentOf(form);
  const isSame = before?.digest === digest && !before.isSent && before.until > now;
  const sent = isSame
    ? before
    : { digest, identity: crypto.randomUUID(), until: now + SAME_MS, after: before?.identity };
  keep(form, sent);
  await draftsKept();
  return (sentOf(form) ?? sent).identity;
}

/** By which the same words are known again (48 bits): the words themselves go with the form. */
function digestOf(text: string): number {
  let digest = 7;
  for (const each of text) digest = (digest * 31 + (each.codePointAt(0) as number)) % 2 ** 48;
  return digest;
}

const wordsOf = (what: unknown): string =>
  JSON.stringify(what, (_, value) => (value instanceof File ? fileWords(value) : value));

/** It has arrived. */
export function forgetIdentity(form: string): void {
  const sent = sentOf(form);
  if (sent) keep(form, { ...sent, until: Date.now() + UNHEARD_MS, isSent: true });
}

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
