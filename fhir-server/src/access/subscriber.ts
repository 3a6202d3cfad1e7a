/**
 * Whose a Subscription is and what it rests on, kept in the resource itself, so that they are written, backed up and deleted with it: a tag that says who may read
 * it, and the grants of the token it was made with, by which each notification is judged anew. Both are this server's alone: what a request says of them is not heard.
 */
import { createHash } from 'node:crypto';
import { all, type QueryNode } from '../search/query.ts';
import type { AccessContext } from './access-context.ts';
import { type KeptAccess, keptForSignIns } from './standing.ts';

const SUBSCRIBER = 'urn:wellspring:subscriber';
const GROUND = 'urn:wellspring:subscription-ground';

interface Tag {
  readonly system?: string;
  readonly code?: string;
}
interface Extension {
  readonly url?: string;
  readonly valueString?: string;
}
type Mutable = Record<string, unknown>;

/** A person with one app, for one record; a client of its own. */
export function subscriberOf({ subject, clientId, fhirUser, patient }: AccessContext): string {
  const who = JSON.stringify([clientId, subject, fhirUser?.type, fhirUser?.id, patient]);
  return createHash('sha256').update(who).digest('base64url');
}

/** Those that somebody, or a client of its own, made. */
export const ownSubscriptions = (access: AccessContext): QueryNode => ({
  kind: 'token',
  param: '_tag',
  system: SUBSCRIBER,
  code: subscriberOf(access),
});

/** Which ones are read and changed: their maker's; all by an operation that acts for somebody (on-behalf.ts). */
export const subscriptionsOf = (access: AccessContext): QueryNode =>
  access.caller ? all : ownSubscriptions(access);

/** `types`: what it may tell of. */
export function setSubscriber(resource: Mutable, access: AccessContext, types: readonly string[]): void {
  const { tag = [], ...meta } = (resource.meta ?? {}) as { tag?: readonly Tag[] };
  const others = tag.filter(({ system }) => system !== SUBSCRIBER);
  resource.meta = { ...meta, tag: [...others, { system: SUBSCRIBER, code: subscriberOf(access) }] };
  resource.extension = [
    ...otherExtensions(resource),
    { url: GROUND, valueString: groundText(access, types) },
  ];
}

/** undefined: it was made before there were subscriptions, and tells nobody anything. */
export function groundOf(resource: Mutable): KeptAccess | undefined {
  const text = groundExtension(resource)?.valueString;
  return text === undefined
    ? undefined
    : (JSON.parse(Buffer.from(text, 'base64url').toString()) as KeptAccess);
}

const groundText = (access: AccessContext, types: readonly string[]): string =>
  Buffer.from(JSON.stringify(keptForSignIns(access, types))).toString('base64url');

const groundExtension = (resource: Mutable): Extension | undefined =>
  ((resource.extension ?? []) as Extension[]).find(({ url }) => url === GROUND);

const otherExtensions = (resource: Mutable): Extension[] =>
  ((resource.extension ?? []) as Extension[]).filter(({ url }) => url !== GROUND);
