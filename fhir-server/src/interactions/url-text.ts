/** URLs as they are written → what they say: escapes are RFC 3986's. */
import { invalid } from '@wellspring/profiles';

/** What the segments of a path say, without slashes at its ends. Errors: 400 for what is no escape, and for a slash or a question mark that is escaped: neither is part of any name here. */
export function decodedPath(path: string): string {
  const text = path.replace(/^\/|\/$/g, '');
  if (!text.includes('%')) return text;
  const decoded = decodedText(text);
  if (/%(?:2f|3f)/i.test(text)) throw invalid('The path has an escaped / or ?.');
  return decoded;
}

/** Errors: 400 for a `%` that begins no escape, and for escapes that are no UTF-8. */
function decodedText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('The URL has a % that begins no escape: a % itself is %25.');
  }
}

/** Errors: the same, for what stands behind the question mark, or in a form. */
export function requireEscapes(query: string): string {
  if (query.includes('%')) decodedText(query);
  return query;
}
