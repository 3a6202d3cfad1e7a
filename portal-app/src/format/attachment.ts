/** A file of the person's own as a FHIR Attachment: known by its first bytes, and made small enough to be sent. */
import type { Attachment } from '@medplum/fhirtypes';
import { t } from '../i18n/text.ts';
import { Explained } from './explained.ts';

const TYPES = ['image/png', 'image/jpeg', 'application/pdf'];
/** The server takes two megabytes a resource; base64 makes three bytes four. */
const MOST_BYTES = 1_000_000;
/** A photo of a page can be read at this many pixels a side. */
const MOST_PIXELS = 2000;
const QUALITY = 0.8;

export const FILE_TYPES = TYPES.join(',');

/** Rejects with words for the person. */
export async function attachmentOf(file: File): Promise<Attachment> {
  const contentType = typeOf(new Uint8Array(await file.slice(0, 8).arrayBuffer()));
  if (!contentType) throw new Explained(t('Only PNG and JPEG pictures and PDF files can be sent.'));
  const isTooLarge = file.size > MOST_BYTES;
  const small = isTooLarge && contentType.startsWith('image/') ? await smaller(file) : file;
  if (small.size > MOST_BYTES)
    throw new Explained(t('The file is larger than 1 MB. Please choose a smaller one.'));
  const bytes = new Uint8Array(await small.arrayBuffer());
  return {
    contentType: small === file ? contentType : 'image/jpeg',
    title: file.name.slice(0, 200),
    size: bytes.length,
    data: base64Of(bytes),
  };
}

function typeOf(bytes: Uint8Array): string | undefined {
  const starts = (...first: number[]) => first.every((byte, i) => bytes[i] === byte);
  if (starts(0x89, 0x50, 0x4e, 0x47)) return 'image/png';
  if (starts(0xff, 0xd8, 0xff)) return 'image/jpeg';
  return starts(0x25, 0x50, 0x44, 0x46) ? 'application/pdf' : undefined;
}

/** A phone's photo at the size of a screen. */
async function smaller(file: File): Promise<Blob> {
  const picture = await createImageBitmap(file).catch(() => {
    throw new Explained(t('The picture could not be read. Please choose another one.'));
  });
  const scale = Math.min(1, MOST_PIXELS / Math.max(picture.width, picture.height));
  const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
}

/** For `Attachment.data`. */
export function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

/** `Text/Plain; charset=utf-8` → `text/plain`; '' where it is not said. */
export const bareType = (contentType: string | null | undefined): string =>
  contentType?.split(';')[0]?.trim().toLowerCase() ?? '';

/** Of `Attachment.data` (base64). */
export const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
