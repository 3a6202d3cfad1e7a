/**
 * Who wrote a resource: a mark in `meta.tag` on what came from the patient's side, gone with the first change by the clinic. The mark is this server's alone;
 * elements like `informationSource` say whom the clinic asked, not who wrote. Only what a system makes may bring it along, by a create or by an id of its own (an import, a restore).
 */
import type { AccessContext } from './access-context.ts';

export const WRITTEN_BY = 'urn:wellspring:written-by';

interface Tag {
  readonly system?: string;
  readonly code?: string;
}
export interface Meta {
  readonly tag?: readonly Tag[];
  readonly security?: readonly object[];
  readonly profile?: readonly string[];
}
type Marked = Readonly<Record<string, unknown>>;

/** `Patient/…` or `RelatedPerson/…`: who wrote it from the patient's side, and nobody else since. */
export const writerOf = (resource: Marked): string | undefined =>
  metaOf(resource).tag?.find(({ system }) => system === WRITTEN_BY)?.code;

/** The person signed in; without one, the patient in context. */
export const selfOf = ({ fhirUser, patient }: AccessContext): string =>
  fhirUser ? `${fhirUser.type}/${fhirUser.id}` : `Patient/${patient}`;

/** The patient may change what anybody wrote from their side; a proxy what they wrote themself. */
export function isOwnWriting(resource: Marked, access: AccessContext): boolean {
  const writer = writerOf(resource);
  if (writer === undefined) return false;
  return access.fhirUser === undefined || access.fhirUser.type === 'Patient' || writer === selfOf(access);
}

/**
 * Of a visit the mark says who changed it last: nothing of it is anybody's to change for having asked for it (write-rules.ts), and who booked, moved or cancelled it is not
 * told so as news.
 */
export const isMarkedByLast = ({ resourceType }: Marked): boolean => resourceType === 'Appointment';

export const metaOf = ({ meta }: Marked): Meta =>
  typeof meta === 'object' && meta !== null ? (meta as Meta) : {};

/** `writer` undefined: no mark. */
export function withMark(meta: Meta, writer: string | undefined): Meta {
  const { tag = [], ...rest } = meta;
  const others = tag.filter(({ system }) => system !== WRITTEN_BY);
  const next = writer === undefined ? others : [...others, { system: WRITTEN_BY, code: writer }];
  return next.length === 0 ? rest : { ...rest, tag: next };
}
