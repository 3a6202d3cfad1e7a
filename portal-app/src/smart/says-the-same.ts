/** Whether two versions of a resource say the same. What the server puts to each by itself is no part of that. */
import type { Resource } from '@medplum/fhirtypes';

/** Of a ContactPoint that a patient changed and the clinic has not looked at (fhir-server/src/repository). */
const MARK = 'urn:wellspring:unconfirmed-contact';

export const saysTheSame = (a: Resource, b: Resource): boolean => said(a) === said(b);

/** Of what is replaced together: what is new came with it, or not at all. */
export const allSayTheSame = (now: readonly Resource[], sent: readonly Resource[]): boolean =>
  sent.every((each, i) => saysTheSame(now[i] as Resource, each));

const said = (resource: Resource): string => {
  const sorted = (_: string, value: unknown): unknown =>
    value && typeof value === 'object' && !Array.isArray(value) ? inOrder(value) : value;
  return JSON.stringify({ ...resource, meta: undefined, text: undefined }, sorted);
};

function inOrder(value: { readonly extension?: readonly { readonly url: string }[] }): object {
  const extension = value.extension?.filter(({ url }) => url !== MARK);
  const whole = { ...value, extension: extension?.length ? extension : undefined };
  return Object.fromEntries(Object.entries(whole).sort(([a], [b]) => (a < b ? -1 : 1)));
}
