/** How values are spelled as interned texts: written by index-rows.ts and asked for by compile-search.ts, so that they can't drift apart. */

/** Every resource of the type. */
export const typeKey = (type: string): string => `${type}`;

/** Resources of the type in a Patient's record. */
export const ownerKey = (type: string, patient: string): string => `${type}~${patient}`;

/**
 * A part whose end is told by its length: names of parameters hold codes (composites) and colons, codes and systems whatever R4 lets through, and no two of them may become one
 * text. Of any other it would be found with it; of two names of a token (`codeName`) the index takes each once.
 */
const sized = (part: string): string => `${part.length}.${part}`;

const paramOf = (type: string, param: string): string => `${type}.${sized(param)}`;

/** This system ('' = none) and code. Ranged: with the code '' it is a prefix of all of the system. */
export const tokenKey = (type: string, param: string, system: string, code: string): string =>
  `${tokenPrefix(type, param)}${sized(system)} ${code}`;

/** A second name of the same key, for who asks for the code in any system. */
export const codeName = (type: string, param: string, system: string, code: string): string =>
  `${codePrefix(type, param, code)} ${system}`;

export const codePrefix = (type: string, param: string, code: string): string =>
  `${paramOf(type, param)}=${sized(code)}`;

/** The names of a code in all its systems lie from here up to there. */
export const codeNames = (prefix: string): readonly [string, string] => [`${prefix} `, `${prefix}!`];

/** What the keys of all its tokens begin with. */
export const tokenPrefix = (type: string, param: string): string => `${paramOf(type, param)}:`;

/** What stands behind that prefix. */
export function partsOfToken(rest: string): { readonly system: string; readonly code: string } {
  const dot = rest.indexOf('.');
  const end = dot + 1 + Number(rest.slice(0, dot));
  return { system: rest.slice(dot + 1, end), code: rest.slice(end + 1) };
}

/** A token inside one Patient's record: the common clinical question (patient and code) as one key. */
export const ownedTokenKey = (
  type: string,
  patient: string,
  param: string,
  system: string,
  code: string,
): string => `${type}~${patient}.${sized(param)}:${sized(system)} ${code}`;

/** A `:text` string (display of a code): many resources share few of them, so they are interned and found by prefix. */
export const textKey = (type: string, param: string, text: string): string =>
  `${paramOf(type, param)}"${text}`;

/** A reference's target: `Type/id` or a URL. */
export const targetKey = (target: string): string => `@${target}`;

/** The parameter under which links lie among the texts: found by the row that has them, and by what they lead to. */
export const linkParam = (type: string, by: 'about' | 'file'): string => `${type}.~${by}`;

/** `code` and `category` questions inside one record get a key of their own. */
const OWNED_PARAMS: ReadonlySet<string> = new Set(['code', 'category']);

export function hasOwnedKey(param: string): boolean {
  return OWNED_PARAMS.has(param);
}

export function isTextParam(param: string): boolean {
  return param.endsWith(':text');
}

/** The least text greater than every text with this prefix. */
export function afterPrefix(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}
