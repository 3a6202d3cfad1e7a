/**
 * Who put a label on a resource (docs/decisions/0041). What an update leaves out is no word on it (https://hl7.org/fhir/R4/resource.html#tag-updates): a system's update
 * takes no label off that somebody else put on, so that a laboratory which sends a result again opens nothing that the clinic withheld. Its own it may leave out.
 */
import { type Meta, metaOf } from './authorship.ts';

/** Extension of `meta`: a label that a system brought along itself, and which client that was. Of a label without one the clinic decides. This server's alone. */
export const SENT_LABEL = 'urn:wellspring:sent-label';

export interface Label {
  readonly system?: string;
  readonly code?: string;
}
interface Part {
  readonly url?: string;
  readonly valueString?: string;
  readonly valueCoding?: Label;
}
type Extended = Meta & { readonly extension?: readonly (Part & { readonly extension?: readonly Part[] })[] };
type Labelled = Readonly<Record<string, unknown>>;

/** The identity of a label is its system and code (https://hl7.org/fhir/R4/resource-operation-meta-delete.html). */
export const sameLabel = (a: Label, b: Label): boolean => a.system === b.system && a.code === b.code;

/** Asked before anything is known to be R4. */
export function securityOf(resource: Labelled): readonly Label[] {
  const { security } = metaOf(resource);
  return Array.isArray(security)
    ? (security as unknown[]).filter((each): each is Label => typeof each === 'object' && each !== null)
    : [];
}

/** Of what is stored: those that are not this client's to leave out. */
export function heldFrom(client: string, before: Labelled): readonly Label[] {
  const sent = sentOf(before);
  return securityOf(before).filter(
    (label) => !sent.some((each) => each.client === client && sameLabel(each.label, label)),
  );
}

interface Sent {
  readonly client: string;
  readonly label: Label;
}

function sentOf(resource: Labelled): Sent[] {
  const { extension = [] } = metaOf(resource) as Extended;
  return extension.flatMap(({ url, extension: parts = [] }) => {
    const client = parts.find((part) => part.url === 'client')?.valueString;
    const label = parts.find((part) => part.url === 'label')?.valueCoding;
    return url === SENT_LABEL && client !== undefined && label ? [{ client, label }] : [];
  });
}

/** With these labels too, each once. */
export function withLabels<T extends Labelled>(resource: T, more: readonly Label[]): T {
  const now = securityOf(resource);
  const added = more.filter((label) => !now.some((each) => sameLabel(each, label)));
  return added.length === 0
    ? resource
    : { ...resource, meta: { ...metaOf(resource), security: [...now, ...added] } };
}

/**
 * `meta` with the marks that are true of its labels. `client`: the system that brings along what was not there before; undefined: a person, or whoever asks for labels by
 * name, whose word is the clinic's. `carried`: labels of what it takes the place of, or is a part of.
 */
export function marked(
  resource: Labelled,
  client: string | undefined,
  before: Labelled | undefined,
  carried: readonly Label[] = [],
): object | undefined {
  if (resource.meta === undefined) return undefined;
  const { extension = [], ...meta } = metaOf(resource) as Extended;
  const others = Array.isArray(extension) ? extension.filter(({ url }) => url !== SENT_LABEL) : [];
  const then = before ? securityOf(before) : [];
  const sent = before ? sentOf(before) : [];
  const marks = securityOf(resource).flatMap((label): Sent[] => {
    const isNew = ![...then, ...carried].some((each) => sameLabel(each, label));
    if (isNew) return client === undefined ? [] : [{ client, label }];
    return sent.filter((each) => sameLabel(each.label, label));
  });
  const next = [...others, ...marks.map(extensionOf)];
  return next.length === 0 ? meta : { ...meta, extension: next };
}

const extensionOf = ({ client, label: { system, code } }: Sent): object => ({
  url: SENT_LABEL,
  extension: [
    { url: 'client', valueString: client },
    {
      url: 'label',
      valueCoding: { ...(system === undefined ? {} : { system }), ...(code === undefined ? {} : { code }) },
    },
  ],
});
