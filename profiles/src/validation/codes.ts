/** Codes and displays of code systems that are held whole here; of others a note says that they were not checked. */
import { isObject } from '../fhirpath/node.ts';
import type { Issue } from '../outcome.ts';
import { terminology } from '../terminology/definitions.ts';
import { visitElements } from './visit-elements.ts';

const R4 = 'http://hl7.org/fhir/';

/** Whether R4's own code systems, which change with R4 alone, have the code; true for all other systems. */
export function isCodeOfR4(system: unknown, code: unknown): boolean {
  if (typeof system !== 'string' || typeof code !== 'string' || !system.startsWith(R4)) return true;
  if (terminology().codeSystem(system)?.content !== 'complete') return true;
  return terminology().lookup(system, code) !== undefined;
}

/** Warnings and notes on the codings of a valid resource: for whoever asks, not for writes. */
export function codeNotes(resource: Readonly<Record<string, unknown>>): Issue[] {
  const issues: Issue[] = [];
  const unknown = new Map<string, string>();
  visitElements(resource, ({ element, value, path }) => {
    if (element.type !== 'Coding' || !isObject(value)) return;
    const { system, code, display } = value;
    if (typeof system !== 'string' || typeof code !== 'string') return;
    if (terminology().codeSystem(system)?.content !== 'complete') {
      if (!unknown.has(system)) unknown.set(system, path);
      return;
    }
    const concept = terminology().lookup(system, code);
    if (!concept)
      issues.push({
        severity: 'warning',
        code: 'code-invalid',
        diagnostics: 'The code system has no such code.',
        expression: `${path}.code`,
      });
    else if (typeof display === 'string' && concept.display && folded(display) !== folded(concept.display))
      issues.push({
        severity: 'warning',
        code: 'value',
        diagnostics: `The code system's display is '${concept.display}'.`,
        expression: `${path}.display`,
      });
  });
  const notes = [...unknown].map(
    ([system, path]): Issue => ({
      severity: 'information',
      code: 'not-supported',
      diagnostics: `Codes of ${system.slice(0, 200)} were not checked: the code system is not held here.`,
      expression: path,
    }),
  );
  return [...issues, ...notes];
}

/** Case and spacing tell no displays apart. */
const folded = (text: string): string => text.toLowerCase().replace(/\s+/g, ' ').trim();
