/** `notificationShape` of a topic: what goes along with what an event is about (https://hl7.org/fhir/R4B/subscriptiontopic-definitions.html#SubscriptionTopic.notificationShape). */
import { FhirError, resourceTypes } from '@wellspring/profiles';
import { referenceParameters, targetsOf } from '../search/canonicals.ts';
import { type Include, once, parseSearch } from '../search/parse-search.ts';

export interface Shape {
  /** The type of what the event is about. */
  readonly resource: string;
  /** As `_include` and `_revinclude` have them: `Encounter:patient`. */
  readonly includes: readonly string[];
  readonly revIncludes: readonly string[];
}

export interface ReadShape {
  readonly includes: readonly Include[];
  readonly revincludes: readonly Include[];
}

interface ShapeContext {
  readonly baseUrl: string;
  readonly now: () => number;
}

/** Of all shapes for a type; undefined: nothing goes along. */
export function readShape(
  shapes: readonly Shape[],
  type: string,
  context: ShapeContext,
): ReadShape | undefined {
  const read = shapes
    .filter(({ resource }) => resource === type)
    .flatMap(({ includes, revIncludes }) => [
      ...includes.map((text) => ['_include', text] as const),
      ...revIncludes.map((text) => ['_revinclude', text] as const),
    ])
    .flatMap((directive) => readDirective(directive, type, context));
  if (read.length === 0) return undefined;
  return {
    includes: once(read.flatMap(({ includes }) => includes)),
    revincludes: once(read.flatMap(({ revincludes }) => revincludes)),
  };
}

/** Types of what may go along. */
export function typesAlong(shapes: readonly Shape[], context: ShapeContext): ReadonlySet<string> {
  const read = shapes.flatMap(({ resource }) => readShape(shapes, resource, context) ?? []);
  return new Set([
    ...read.flatMap(({ includes }) => includes.flatMap(targetTypes)),
    ...read.flatMap(({ revincludes }) =>
      revincludes.flatMap(({ source }) => (source === '*' ? resourceTypes : [source])),
    ),
  ]);
}

function targetTypes({ source, param, target }: Include): readonly string[] {
  if (target !== undefined) return [target];
  return referenceParameters(source, param).flatMap(targetsOf);
}

/** A topic is written for many servers: what one of them can't follow is not there, and the rest is. `&iterate=` goes on by FHIRPath, which is not followed here. */
function readDirective(
  [name, text]: readonly [string, string],
  type: string,
  { baseUrl, now }: ShapeContext,
): ReadShape[] {
  const [value = ''] = text.replace(/^_(?:rev)?include=/, '').split('&');
  try {
    const limits = { defaultCount: 1, maxCount: 1 };
    return [parseSearch({ baseUrl, now, limits, lenient: false }, type, [[name, value]])];
  } catch (error) {
    if (error instanceof FhirError) return [];
    throw error;
  }
}
