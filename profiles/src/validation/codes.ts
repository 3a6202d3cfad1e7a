/** The codes of a resource, for who knows their code systems; of R4's own they are checked here. */
import { isObject } from '../fhirpath/node.ts';
import { terminology } from '../terminology/definitions.ts';
import { visitElements } from './visit-elements.ts';

const R4 = 'http://hl7.org/fhir/';

/** Whether R4's own code systems, which change with R4 alone, have the code; true for all other systems. */
export function isCodeOfR4(system: unknown, code: unknown): boolean {
  if (typeof system !== 'string' || typeof code !== 'string' || !system.startsWith(R4)) return true;
  if (terminology().codeSystem(system)?.content !== 'complete') return true;
  return terminology().lookup(system, code) !== undefined;
}

export interface FoundCoding {
  readonly system: string;
  readonly code: string;
  readonly display: string | undefined;
  /** FHIRPath. */
  readonly path: string;
}

/** The Codings of a valid resource that name a system and a code. */
export function codingsIn(resource: Readonly<Record<string, unknown>>): FoundCoding[] {
  const found: FoundCoding[] = [];
  visitElements(resource, ({ element, value, path }) => {
    if (element.type !== 'Coding' || !isObject(value)) return;
    const { system, code, display } = value;
    if (typeof system !== 'string' || typeof code !== 'string') return;
    found.push({ system, code, display: typeof display === 'string' ? display : undefined, path });
  });
  return found;
}
