/** QR codes, drawn: the modules of a code as one path of an SVG, with the quiet zone that readers want. */
import { create } from 'qrcode';

/** Beside each other in one code: a text, then digits, which take less than half the room of letters. */
export interface QrText {
  readonly prefix: string;
  readonly digits: string;
}

export interface QrDrawing {
  /** Modules of a side, with the quiet zone. */
  readonly size: number;
  readonly path: string;
}

const QUIET = 4;

/** The smallest code that holds it: with the error correction L that SMART Health Cards want, a text by itself with M, as SMART Health Links want it. */
export function drawQr(code: QrText | string): QrDrawing {
  const { modules } =
    typeof code === 'string'
      ? create([{ mode: 'byte', data: bytes(code) }], { errorCorrectionLevel: 'M' })
      : create(
          [
            { mode: 'byte', data: bytes(code.prefix) },
            { mode: 'numeric', data: code.digits },
          ],
          { errorCorrectionLevel: 'L' },
        );
  const { size } = modules;
  let path = '';
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const from = column;
      while (column < size && modules.get(row, column)) column++;
      if (column > from) path += `M${from + QUIET} ${row + QUIET}h${column - from}v1H${from + QUIET}z`;
    }
  return { size: size + 2 * QUIET, path };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
