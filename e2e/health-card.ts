/** A SMART Health Card as whoever is shown it reads and checks it: by the picture on the screen and the issuer's published keys alone. */
import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import jsqr from 'jsqr';
import type { Download, Locator } from 'playwright-core';

/** What is in the one code that is shown. Throws where the picture can't be read, or the signature is no good. */
export async function readShown(code: Locator) {
  const jws = textOf(await readPicture(code));
  const [, body = ''] = jws.split('.');
  const { iss } = JSON.parse(inflateRawSync(Buffer.from(body, 'base64url')).toString()) as { iss: string };
  const keys = (await (await fetch(`${iss}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
  const { payload } = await compactVerify(jws, createLocalJWKSet(keys));
  const card = JSON.parse(inflateRawSync(payload).toString());
  return { jws, iss, entries: card.vc.credentialSubject.fhirBundle.entry as { resource: object }[] };
}

export async function savedCard(download: Promise<Download>) {
  const file = await download;
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') };
}

/** The code as it is drawn on the screen, in the eyes of a reader that knows nothing of who drew it. */
export async function readPicture(code: Locator): Promise<string> {
  const png = (await code.screenshot()).toString('base64');
  // A page of nobody turns the file into pixels.
  const page = await code.page().context().newPage();
  const { width, height, data } = (await page.evaluate(`(async () => {
    const bytes = Uint8Array.from(atob(${JSON.stringify(png)}), (each) => each.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const { width, height } = image;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { width, height, data: Array.from(data).join() };
  })()`)) as { width: number; height: number; data: string };
  await page.close();
  const found = jsqr.default(Uint8ClampedArray.from(data.split(',').map(Number)), width, height);
  if (!found) throw new Error('No QR code can be read from what is shown.');
  return found.data;
}

function textOf(code: string): string {
  const [, digits] = /^shc:\/(\d+)$/.exec(code) ?? [];
  if (!digits) throw new Error(`This is not the code of one card: ${code.slice(0, 20)}`);
  return (digits.match(/../g) ?? []).map((pair) => String.fromCharCode(Number(pair) + 45)).join('');
}
