/** Links of narratives to other entries of a Bundle (https://hl7.org/fhir/R4/http.html#transaction: "links in the narrative" are replaced too). */

/** A tag as a whole: the text between tags is text, whatever it looks like. */
const TAG = /<(?:a|img|area)\s(?:[^<>"']|"[^"]*"|'[^']*')*>/gi;
const ATTRIBUTE = /([\w:.-]+)(\s*=\s*)("[^"]*"|'[^']*')/g;

const withTargets = (tag: string, names: ReadonlyMap<string, string>): string =>
  tag.replace(ATTRIBUTE, (whole, name: string, equals: string, quoted: string) => {
    const target = /^(?:href|src)$/i.test(name) ? names.get(quoted.slice(1, -1)) : undefined;
    const quote = quoted[0];
    return target === undefined ? whole : `${name}${equals}${quote}${target}${quote}`;
  });

const isBundle = (value: object): boolean => 'resourceType' in value && value.resourceType === 'Bundle';

/** `names`: fullUrl → `Type/id`. Changes each `div` of the resource in place, and returns what undoes it. */
export function rewriteLinks(resource: object, names: ReadonlyMap<string, string>): () => void {
  const undo: (() => void)[] = [];
  const walk = (value: unknown): void => {
    // A Bundle's links lead to its own entries.
    if (typeof value !== 'object' || value === null || isBundle(value)) return;
    for (const key of Object.keys(value)) {
      const child: unknown = (value as Record<string, unknown>)[key];
      if (key !== 'div' || typeof child !== 'string') {
        walk(child);
        continue;
      }
      const next = child.replace(TAG, (tag) => withTargets(tag, names));
      if (next === child) continue;
      undo.push(() => {
        (value as { div: string }).div = child;
      });
      (value as { div: string }).div = next;
    }
  };
  walk(resource);
  return () => {
    for (const restore of undo) restore();
  };
}
