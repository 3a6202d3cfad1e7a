/** `_pretty=true` (https://hl7.org/fhir/R4/http.html#general): JSON text with lines and indents. Nothing is parsed, so that numbers keep their digits and large answers hold nobody up. */
import { createBreath } from '../breath.ts';
import { endOfString } from '../repository/text/spelled-json.ts';

/** Between looks at the clock. */
const STEP = 1000;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
/** What stands between the parts of JSON; `_pretty` makes its own. */
const BLANKS: ReadonlySet<number> = new Set([9, 10, 13, 32]);
const OPEN: ReadonlySet<number> = new Set([91, 123]);
const CLOSE: ReadonlySet<number> = new Set([93, 125]);

/** As JSON.stringify does it with two spaces. `text` must be JSON. */
export async function indented(text: string): Promise<string> {
  const breath = createBreath();
  const parts: string[] = [];
  let line = '\n';
  let parted = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (BLANKS.has(code)) continue;
    if (code === COMMA) parts.push(',', line);
    else if (code === COLON) parts.push(': ');
    else if (OPEN.has(code)) {
      const close = afterBlanks(text, i + 1);
      if (CLOSE.has(text.charCodeAt(close))) {
        parts.push(text.charAt(i), text.charAt(close));
        i = close;
        continue;
      }
      line += '  ';
      parts.push(text.charAt(i), line);
    } else if (CLOSE.has(code)) {
      line = line.slice(0, -2);
      parts.push(line, text.charAt(i));
    } else {
      const end = code === QUOTE ? endOfString(text, i) + 1 : endOfWord(text, i);
      parts.push(text.slice(i, end));
      i = end - 1;
    }
    if (parts.length - parted < STEP) continue;
    parted = parts.length;
    await breath();
  }
  return parts.join('');
}

function afterBlanks(text: string, from: number): number {
  let i = from;
  while (BLANKS.has(text.charCodeAt(i))) i += 1;
  return i;
}

/** A number, true, false or null. */
function endOfWord(text: string, from: number): number {
  let i = from + 1;
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === COMMA || CLOSE.has(code) || BLANKS.has(code)) break;
  }
  return i;
}
