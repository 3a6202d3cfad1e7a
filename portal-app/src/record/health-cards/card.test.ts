/** A card as it is handed on: what a reader sees of its codes is the card, which verifies by the key that is published, whatever it holds. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { CompactSign, compactVerify, createLocalJWKSet, exportJWK, generateKeyPair } from 'jose';
import jsQR from 'jsqr';
import { expect, it } from 'vitest';
import { drawQr } from '../../ui/qr-code.ts';
import { type CardCode, codesOf, fileOf, personIn } from './card.ts';

/** By a reader of its own, from a picture of six pixels a module. */
function readCode(code: CardCode): string | undefined {
  const { size, path } = drawQr(code);
  const scale = 6;
  const side = size * scale;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, column = '', row = '', width = ''] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g))
    for (let y = Number(row) * scale; y < (Number(row) + 1) * scale; y++)
      for (let x = Number(column) * scale; x < (Number(column) + Number(width)) * scale; x++)
        pixels.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3);
  return jsQR(pixels, side, side, { inversionAttempts: 'dontInvert' })?.data;
}

/** As the specification has it: pairs of digits, each the place of a character less 45. */
const textOf = (digits: string): string =>
  (digits.match(/../g) ?? []).map((pair) => String.fromCharCode(Number(pair) + 45)).join('');

async function signed(shots: number) {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const shot = (n: number) => ({
    resourceType: 'Immunization',
    status: 'completed',
    vaccineCode: { coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code: String(n) }] },
    occurrenceDateTime: new Date(n * 1e10).toISOString(),
    lotNumber: Math.sin(n).toString(36),
  });
  const person = { resourceType: 'Patient', name: [{ family: 'Álvarez' }], birthDate: '1960-05-03' };
  const entry = [person, ...Array.from({ length: shots }, (_, n) => shot(n))].map((resource) => ({
    resource,
  }));
  const payload = { iss: 'https://ehr.example/fhir', vc: { credentialSubject: { fhirBundle: { entry } } } };
  const card = await new CompactSign(deflateRawSync(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'ES256', zip: 'DEF', kid: 'k' })
    .sign(privateKey);
  const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] });
  return { card, person, payload, keys };
}

it('is one code while it fits; read and put together it verifies, and says what was signed', async () => {
  for (const shots of [1, 60]) {
    const { card, person, payload, keys } = await signed(shots);
    const codes = codesOf(card);
    const { length } = codes;
    expect(length > 1).toBe(shots > 1);
    const read = codes.map(readCode);
    const heads = length === 1 ? ['shc:/'] : codes.map((_, index) => `shc:/${index + 1}/${length}/`);
    const back = read.map((text, index) => textOf(text?.slice(heads[index]?.length) ?? '')).join('');
    expect(read.map((text, index) => text?.startsWith(heads[index] as string))).not.toContain(false);
    const { payload: bytes } = await compactVerify(back, keys);
    expect(JSON.parse(inflateRawSync(bytes).toString())).toEqual(payload);
    expect(await personIn(card)).toEqual(person);
    expect(JSON.parse(fileOf(card))).toEqual({ verifiableCredential: [card] });
  }
});

it('is cut only where it has to be, into parts of one size that a code of version 22 takes', () => {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.'];
  const base64url = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 6000 });
  fc.assert(
    fc.property(base64url, (card) => {
      const codes = codesOf(card);
      expect(codes.map(({ digits }) => textOf(digits)).join('')).toBe(card);
      expect(codes.length === 1).toBe(card.length <= 1195);
      const sizes = codes.map(({ digits }) => digits.length / 2);
      if (codes.length > 1) expect(Math.max(...sizes)).toBeLessThanOrEqual(1191);
      expect(new Set(sizes.slice(0, -1)).size).toBeLessThanOrEqual(1);
    }),
    {
      examples: [['A'.repeat(1195)], ['z'.repeat(1196)], ['-'.repeat(2382)], ['_'.repeat(2383)]],
      numRuns: 50,
    },
  );
  // 4 modules of each side are the quiet zone; version 22 has 105.
  for (const length of [1195, 2382])
    for (const code of codesOf('z'.repeat(length))) expect(drawQr(code).size - 8).toBeLessThanOrEqual(105);
});
