/** Whole numbers that came as `1.0` or `1e3`: JSON's numbers, but no integers of R4 (https://hl7.org/fhir/R4/datatypes.html#integer). */
import type { Issue } from '../../outcome.ts';
import { visitElements } from '../visit-elements.ts';

const WHOLE: ReadonlySet<string> = new Set(['integer', 'positiveInt', 'unsignedInt']);

/** `spelling`: how a number was written, where JavaScript would write it otherwise; `key` is the place in the holder, an object or a list. */
export function misspelledWholeNumbers(
  resource: Readonly<Record<string, unknown>>,
  spelling: (holder: object, key: string) => string | undefined,
): Issue[] {
  const issues: Issue[] = [];
  visitElements(resource, ({ holder, property, index, element, path }) => {
    if (!WHOLE.has(element.type)) return;
    const list = holder[property];
    const written =
      index === undefined ? spelling(holder, property) : spelling(list as object, String(index));
    if (written === undefined || /^-?\d+$/.test(written)) return;
    issues.push({
      severity: 'error',
      code: 'value',
      diagnostics: 'Expected a whole number: digits alone.',
      expression: path,
    });
  });
  return issues;
}
