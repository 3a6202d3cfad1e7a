/** A query or a form as text → its parameters, in the order given. */
import { invalid } from '@wellspring/profiles';

const MOST = 1000;

/** Errors: 400 for more parameters than any request has, before they are read. */
export function queryParameters(text: string): [string, string][] {
  let count = 1;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) {
    count += 1;
    if (count > MOST) throw invalid(`A query may have ${MOST} parameters at most.`);
  }
  return [...new URLSearchParams(text)];
}
