/** How values are spelled as interned texts: written by index-rows.ts and asked for by compile-search.ts, so that they can't drift apart. */

/** Every resource of the type. */
export const typeKey = (type: string): string => `${type}`;

/** Resources of the type in a Patient's record. */
export const ownerKey = (type: string, patient: string): string => `${type}~${patient}`;

/** This system ('' = none) and code. A system holds no space, so the first one parts the two. Ranged: `system ` is a prefix of it. */
export const tokenKey = (type: string, param: string, system: string, code: string): string =>
  `${tokenPrefix(type, param)}${system} ${code}`;

/** A second name of the same key, for who asks for the code in any system. A system holds no line break, so the last one parts the two, whatever the code holds. */
export const codeName = (type: string, param: string, system: string, code: string): string =>
  `${codePrefix(type, param, code)}${system}`;

/** What the names of a code in all its systems begin with. Those of another code that goes on after a line break do, too: their rest has one more. */
export const codePrefix = (type: string, param: string, code: string): string =>
  `${type}.${param}=${code}${PARTS}`;

const PARTS = '\n';

/** The least text greater than every name with this prefix. */
export const afterCodePrefix = (prefix: string): string => `${prefix.slice(0, -PARTS.length)}\u000b`;

export const isOfCode = (name: string, prefix: string): boolean => !name.includes(PARTS, prefix.length);

/** What the keys of all its tokens begin with. */
export const tokenPrefix = (type: string, param: string): string => `${type}.${param}:`;

/** A token inside one Patient's record: the common clinical question (patient and code) as one key. */
export const ownedTokenKey = (
  type: string,
  patient: string,
  param: string,
  system: string,
  code: string,
): string => `${type}~${patient}.${param}:${system} ${code}`;

/** A `:text` string (display of a code): many resources share few of them, so they are interned and found by prefix. */
export const textKey = (type: string, param: string, text: string): string => `${type}.${param}"${text}`;

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
