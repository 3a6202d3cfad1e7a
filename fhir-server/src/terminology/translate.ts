/** Codes by ConceptMaps (https://hl7.org/fhir/R4/conceptmap-operation-translate.html), in either direction. */
import type { ConceptMap, MapGroup, MapTarget, OtherElement } from '@wellspring/profiles';
import { isSameCode } from './code-source.ts';
import { isOfVersion, type Terminologies } from './terminologies.ts';

export interface Dependency {
  readonly element: string;
  readonly codings: readonly { readonly system?: string; readonly code?: string }[];
}

export interface TranslateRequest {
  readonly system: string | undefined;
  /** Of the code system; undefined: any. */
  readonly version?: string | undefined;
  readonly code: string;
  readonly targetSystem: string | undefined;
  readonly dependencies: readonly Dependency[];
  readonly reverse: boolean;
}

export interface Match {
  readonly equivalence: string;
  readonly system: string | undefined;
  readonly code: string | undefined;
  readonly display: string | undefined;
  readonly comment: string | undefined;
  readonly product: readonly OtherElement[];
  /** URL of the map. */
  readonly source: string;
}

/** Maps that refer to others for what they do not map. */
const MAX_OTHERS = 5;

/** Read from the other end (https://hl7.org/fhir/R4/valueset-concept-map-equivalence.html). */
const REVERSED: Readonly<Record<string, string>> = {
  wider: 'narrower',
  narrower: 'wider',
  subsumes: 'specializes',
  specializes: 'subsumes',
};

/** No translation, whatever else they say. */
const NONE: ReadonlySet<string> = new Set(['unmatched', 'disjoint']);
export const isTranslation = ({ equivalence }: Match): boolean => !NONE.has(equivalence);

export async function translateBy(
  terminologies: Terminologies,
  map: ConceptMap,
  request: TranslateRequest,
  depth = 0,
): Promise<Match[]> {
  const found: Match[] = [];
  for (const group of map.group ?? []) {
    if (!isFrom(group, request)) continue;
    const from = (request.reverse ? group.target : group.source) ?? request.system;
    const source = from === undefined ? undefined : await terminologies.codeSystem(from);
    const isAsked: IsAsked = (code) => code !== undefined && isSameCode(source, code, request.code);
    const mapped = request.reverse ? backwards(map, group, isAsked) : forwards(map, group, request, isAsked);
    if (mapped.length > 0 || request.reverse || group.element.some(({ code }) => isAsked(code)))
      found.push(...mapped);
    else found.push(...(await unmapped(terminologies, map, group, request, depth)));
  }
  return found;
}

/** The systems are those of the request, as far as it or the group names any. */
function isFrom(group: MapGroup, { system, version, targetSystem, reverse }: TranslateRequest): boolean {
  const { source, target, sourceVersion, targetVersion } = group;
  const [from, to] = reverse ? [target, source] : [source, target];
  const ofVersion = reverse ? targetVersion : sourceVersion;
  return (
    (version === undefined || ofVersion === undefined || isOfVersion(version, ofVersion)) &&
    (system === undefined || from === undefined || from === system) &&
    (targetSystem === undefined || to === undefined || to === targetSystem)
  );
}

/** Whether it is the code that is to be translated, in the case in which its system counts it. */
type IsAsked = (code: string | undefined) => boolean;

function forwards(
  map: ConceptMap,
  group: MapGroup,
  { dependencies }: TranslateRequest,
  isAsked: IsAsked,
): Match[] {
  return group.element
    .filter(({ code }) => isAsked(code))
    .flatMap(({ target }) => target ?? [])
    .filter((target) => dependsHold(target, dependencies))
    .map((target) => match(map, target.equivalence, group.target, target.code, target));
}

function backwards(map: ConceptMap, group: MapGroup, isAsked: IsAsked): Match[] {
  return group.element.flatMap((element) =>
    (element.target ?? [])
      .filter(({ code }) => isAsked(code))
      .map((target) => {
        const equivalence = REVERSED[target.equivalence] ?? target.equivalence;
        return match(map, equivalence, group.source, element.code, {
          ...(element.display ? { display: element.display } : {}),
          ...(target.comment ? { comment: target.comment } : {}),
        });
      }),
  );
}

function match(
  map: ConceptMap,
  equivalence: string,
  system: string | undefined,
  code: string | undefined,
  { display, comment, product }: Partial<MapTarget>,
): Match {
  return { equivalence, system, code, display, comment, product: product ?? [], source: map.url };
}

/** Each element that the target depends on is given, with that value. */
function dependsHold({ dependsOn }: MapTarget, given: readonly Dependency[]): boolean {
  return (dependsOn ?? []).every(({ property, system, value }) =>
    given.some(
      ({ element, codings }) =>
        element === property &&
        codings.some(
          (each) =>
            each.code === value &&
            (system === undefined || each.system === undefined || each.system === system),
        ),
    ),
  );
}

async function unmapped(
  terminologies: Terminologies,
  map: ConceptMap,
  group: MapGroup,
  request: TranslateRequest,
  depth: number,
): Promise<Match[]> {
  const other = group.unmapped;
  if (!other) return [];
  if (other.mode === 'provided') return [match(map, 'equal', group.target, request.code, {})];
  if (other.mode === 'fixed')
    return [match(map, 'inexact', group.target, other.code, other.display ? { display: other.display } : {})];
  if (other.mode !== 'other-map' || !other.url || depth >= MAX_OTHERS) return [];
  const next = await terminologies.conceptMap(other.url);
  return next ? translateBy(terminologies, next, request, depth + 1) : [];
}
