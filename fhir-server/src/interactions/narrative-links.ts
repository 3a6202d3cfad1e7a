/** Links of narratives to other entries of a Bundle (https://hl7.org/fhir/R4/http.html#transaction: "links in the narrative" are replaced too). */

const ATTRIBUTE = /\b(href|src)(\s*=\s*)(["'])(.*?)\3/gi;

/** `names`: fullUrl → `Type/id`. Changes each `div` of the resource in place, and returns what undoes it. */
export function rewriteLinks(resource: object, names: ReadonlyMap<string, string>): () => void {
  const undo: (() => void)[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      if (key !== 'div' || typeof child !== 'string') {
        walk(child);
        continue;
      }
      const next = child.replace(
        ATTRIBUTE,
        (whole, name: string, equals: string, quote: string, url: string) => {
          const target = names.get(url);
          return target === undefined ? whole : `${name}${equals}${quote}${target}${quote}`;
        },
      );
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
