/**
 * Contact data that a patient-level token wrote carries a mark, until the clinic writes it again without one: whoever is told a code there is not
 * thereby the patient (docs/decisions/0012). The mark is this server's alone: what a request says of it is not heard.
 */
import type { Json } from './write-rules.ts';

/** On a ContactPoint of a Patient; `valueDateTime`: since when it is known. */
export const UNCONFIRMED_CONTACT = 'urn:wellspring:unconfirmed-contact';

interface ContactPoint {
  readonly system?: string;
  readonly value?: string;
  readonly use?: string;
  readonly period?: object;
  readonly extension?: readonly { readonly url?: string }[];
}

/** Sets the marks of `after`, by comparison with what is stored. True when there is another contact than before, or one less. */
export function markContacts(after: Record<string, unknown>, before: Json, now: number): boolean {
  const earlier = contactsOf(before);
  const known = new Map(earlier.filter((each) => !isMarked(each)).map((each) => [keyOf(each), each]));
  const marks = new Map(earlier.map((each) => [keyOf(each), markOf(each)]));
  const telecom = contactsOf(after).map((each) => {
    const others = (each.extension ?? []).filter(({ url }) => url !== UNCONFIRMED_CONTACT);
    const key = keyOf(each);
    if (known.has(key)) return withExtensions(each, others);
    const mark = marks.get(key) ?? {
      url: UNCONFIRMED_CONTACT,
      valueDateTime: new Date(now).toISOString(),
    };
    return withExtensions(each, [...others, mark]);
  });
  if (telecom.length > 0) after.telecom = telecom;
  const keys = (list: readonly ContactPoint[]): string => JSON.stringify(list.map(keyOf).sort());
  return keys(earlier) !== keys(telecom);
}

export const isMarked = (contact: ContactPoint): boolean => markOf(contact) !== undefined;

const markOf = ({ extension }: ContactPoint): { readonly url?: string } | undefined =>
  extension?.find(({ url }) => url === UNCONFIRMED_CONTACT);

/** What the contact is; its rank and the person's preferences for notices are not part of that. */
const keyOf = ({ system, value, use, period }: ContactPoint): string =>
  JSON.stringify([system, value, use, period]);

function withExtensions(contact: ContactPoint, extension: readonly { url?: string }[]): ContactPoint {
  const { extension: _, ...rest } = contact;
  return extension.length === 0 ? rest : { ...rest, extension };
}

function contactsOf(patient: Record<string, unknown>): readonly ContactPoint[] {
  return (patient.telecom ?? []) as readonly ContactPoint[];
}
