/** What is given as a resource or a coding is read as text in these places, whatever R4 has them as: what is none there is told before anything is read. */
import { invalid, unprocessable } from '@wellspring/profiles';
import type { OperationInput } from '../parameters.ts';

/** Members that hold a text, or, in other places, a list. */
const TEXTS: ReadonlySet<string> = new Set([
  'code',
  'comment',
  'content',
  'definition',
  'display',
  'equivalence',
  'hierarchyMeaning',
  'language',
  'mode',
  'name',
  'op',
  'property',
  'source',
  'sourceCanonical',
  'sourceUri',
  'sourceVersion',
  'status',
  'supplements',
  'system',
  'target',
  'targetCanonical',
  'targetUri',
  'targetVersion',
  'title',
  'uri',
  'url',
  'value',
  'valueCanonical',
  'valueSet',
  'version',
]);
/** Lists of texts. */
const LISTS: ReadonlySet<string> = new Set(['valueSet']);

/** Errors: 422 for a resource that has something else there, 400 for a coding. */
export function requireTexts(input: OperationInput): void {
  for (const name of input.names)
    for (const given of input.values(name)) {
      const place = placeOfOther(given, name);
      if (place === undefined) continue;
      const text = `A text was expected at ${place}.`;
      throw typeof given.resourceType === 'string'
        ? unprocessable(text, 'Parameters.parameter')
        : invalid(text, 'Parameters.parameter');
    }
}

/** The first place, as a path; undefined: there is none. Walks a list of what is left, as what is given may be deep. */
function placeOfOther(given: object, name: string): string | undefined {
  const waiting: [value: object, path: string][] = [[given, name]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [value, path] = next;
    const isList = Array.isArray(value);
    for (const [key, member] of Object.entries(value)) {
      // Its code is a coding, and nothing here reads it.
      if (key === 'useContext') continue;
      const place = isList ? `${path}[${key}]` : `${path}.${key}`;
      const isText = isList ? LISTS.has(path.slice(path.lastIndexOf('.') + 1)) : TEXTS.has(key);
      if (isText && !isFit(member)) return place.slice(0, 200);
      if (typeof member === 'object' && member !== null) waiting.push([member, place]);
    }
  }
  return undefined;
}

const isFit = (member: unknown): boolean =>
  member === undefined || typeof member === 'string' || Array.isArray(member);
