/** A SMART Health Card as it is handed on, as QR codes and as a file, and whose it says that it is (https://spec.smarthealth.cards). */
import type { Bundle, Patient } from '@medplum/fhirtypes';
import { base64url } from 'jose';

/** Of one QR code: a text, then digits. */
export interface CardCode {
  readonly prefix: string;
  readonly digits: string;
}

/** Characters of a card that one code holds, and of a part where one is not enough: what a code of version 22 takes. */
const WHOLE = 1195;
const PART = 1191;

/** In parts of the same size, and only where it has to be. */
export function codesOf(card: string): readonly CardCode[] {
  if (card.length <= WHOLE) return [{ prefix: 'shc:/', digits: digitsOf(card) }];
  const count = Math.ceil(card.length / PART);
  const size = Math.ceil(card.length / count);
  return Array.from({ length: count }, (_, index) => ({
    prefix: `shc:/${index + 1}/${count}/`,
    digits: digitsOf(card.slice(index * size, (index + 1) * size)),
  }));
}

/** Two digits a character: its place in ASCII less 45. */
const digitsOf = (text: string): string =>
  Array.from(text, (each) => String(each.charCodeAt(0) - 45).padStart(2, '0')).join('');

export const FILE_TYPE = 'application/smart-health-card';
export const fileOf = (card: string): string => JSON.stringify({ verifiableCredential: [card] });

/** As it stands in the card itself. */
export async function personIn(card: string): Promise<Patient | undefined> {
  const bytes = Uint8Array.from(base64url.decode(card.split('.')[1] ?? ''));
  const text = await new Response(
    new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')),
  ).text();
  const { vc } = JSON.parse(text) as { vc: { credentialSubject: { fhirBundle: Bundle } } };
  return vc.credentialSubject.fhirBundle.entry
    ?.map(({ resource }) => resource)
    .find((each) => each?.resourceType === 'Patient');
}
