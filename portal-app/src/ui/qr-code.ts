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

/** The smallest code that holds it, with the error correction L. */
export function drawQr({ prefix, digits }: QrText): QrDrawing {
  const { modules } = create(
    [
      { mode: 'byte', data: new TextEncoder().encode(prefix) },
      { mode: 'numeric', data: digits },
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
