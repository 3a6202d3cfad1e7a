/** URLs as they are written → what they say: escapes are RFC 3986's. */
import { invalid } from '@wellspring/profiles';
import { decodedText } from '../search/query-parameters.ts';

/** What the segments of a path say, without slashes at its ends. Errors: 400 for what is no escape, and for a slash or a question mark that is escaped: neither is part of any name here. */
export function decodedPath(path: string): string {
  const text = path.replace(/^\/|\/$/g, '');
  if (!text.includes('%')) return text;
  const decoded = decodedText(text);
  if (/%(?:2f|3f)/i.test(text)) throw invalid('The path has an escaped / or ?.');
  return decoded;
}
