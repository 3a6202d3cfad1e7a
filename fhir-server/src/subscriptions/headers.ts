/** `Subscription.channel.header`: what a subscriber wants with each call. They often are secrets: never logged, never told but to their maker. */
import { businessRule } from '@wellspring/profiles';

const LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64})\s*:\s*([\t\x20-\x7e]{0,4096})$/;
/** How the call itself is made is the server's. */
const OWN =
  /^(?:host|content-length|content-type|transfer-encoding|connection|upgrade|te|trailer|expect|keep-alive|proxy-.*|webhook-.*)$/i;
const MOST = 20;

/** Name and value of each; throws 422. */
export function headersOf(lines: readonly string[]): (readonly [string, string])[] {
  if (lines.length > MOST) throw fault(`There may be ${MOST} headers at most.`, 0);
  return lines.map((line, i) => {
    const [, name, value] = LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) throw fault('A header is written Name: value.', i);
    if (OWN.test(name)) throw fault(`The header ${name} is set by this server.`, i);
    return [name, value.trim()];
  });
}

const fault = (text: string, index: number): Error =>
  businessRule(text, `Subscription.channel.header[${index}]`);
