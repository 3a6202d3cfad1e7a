/** The codes of a resource, for who knows their code systems; of R4's own they are checked here. */
import { isObject } from '../../fhirpath/node.ts';
import { terminology } from '../../terminology/definitions.ts';
import { listOf } from '../authoring/authoring-report.ts';
import { visitElements } from '../visit-elements.ts';

const R4 = 'http://hl7.org/fhir/';

/** Whether R4's own code systems, which change with R4 alone, have the code; true for all other systems. */
export function isCodeOfR4(system: unknown, code: unknown): boolean {
  if (typeof system !== 'string' || typeof code !== 'string' || !system.startsWith(R4)) return true;
  if (terminology().codeSystem(system)?.content !== 'complete') return true;
  return terminology().lookup(system, code) !== undefined;
}

export interface FoundCoding {
  readonly system: string;
  /** Of the code system. */
  readonly version?: string;
  readonly code: string;
  readonly display: string | undefined;
  /** FHIRPath. */
  readonly path: string;
  /** Of the code itself: `[path].code`, or a filter's value. */
  readonly codePath: string;
}

/** The Codings of a valid resource that name a system and a code, and the codes that its value sets gather. */
export function codingsIn(resource: Readonly<Record<string, unknown>>): FoundCoding[] {
  const found: FoundCoding[] = [];
  visitElements(resource, ({ element, value, path }) => {
    if (!isObject(value)) return;
    if (element.type === INCLUDE) found.push(...codesOfInclude(value, path));
    if (element.type !== 'Coding') return;
    const { display, version } = value;
    const text = typeof display === 'string' ? display : undefined;
    const ofVersion = typeof version === 'string' ? { version } : {};
    const own = coding(value.system, value.code, text, path, `${path}.code`);
    found.push(...own.map((each) => ({ ...each, ...ofVersion })));
  });
  return found;
}

const INCLUDE = 'ValueSet.compose.include';
/** Operators whose value is a code. */
const BY_CODE: ReadonlySet<unknown> = new Set(['is-a', 'descendent-of', 'is-not-a', 'generalizes']);

/** Of the version that is in use; a set may call them what it likes. */
function codesOfInclude(
  { system, version, concept, filter }: Readonly<Record<string, unknown>>,
  path: string,
): FoundCoding[] {
  if (version !== undefined) return [];
  const concepts = listOf(concept).flatMap(({ code }, i) => {
    const place = `${path}.concept[${i}]`;
    return coding(system, code, undefined, place, `${place}.code`);
  });
  const values = listOf(filter).flatMap(({ property, op, value }, i) => {
    const isCode = BY_CODE.has(op) || (op === '=' && property === 'concept');
    const place = `${path}.filter[${i}]`;
    return isCode ? coding(system, value, undefined, place, `${place}.value`) : [];
  });
  return [...concepts, ...values];
}

const coding = (
  system: unknown,
  code: unknown,
  display: string | undefined,
  path: string,
  codePath: string,
): FoundCoding[] =>
  typeof system === 'string' && typeof code === 'string' ? [{ system, code, display, path, codePath }] : [];
