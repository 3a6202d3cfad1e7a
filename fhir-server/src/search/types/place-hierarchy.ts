/** `:below` and `:above` of references to what has a `partOf`: places and organizations (https://hl7.org/fhir/R4/search.html#recursive). */
import { type SearchParameter, searchParameter } from '@wellspring/profiles';
import type { ParseContext } from '../parse-context.ts';
import { or, type QueryNode } from '../query.ts';
import { unescapeValue } from '../values.ts';
import { referenceNode } from './reference.ts';

/** How far a hierarchy of places or organizations is followed. */
const MAX_LEVELS = 6;

/** `:below`, `:above` of a reference: through the target's own `partOf` (https://hl7.org/fhir/R4/search.html#recursive). */
export function placeNode(
  context: ParseContext,
  parameter: SearchParameter,
  value: string,
  direction: 'below' | 'above',
): QueryNode {
  const { code: param, targets } = parameter;
  const self = referenceNode(context, parameter, unescapeValue(value), targets);
  if (self.kind !== 'reference' || self.targets.length === 0) return self;
  const nodes: QueryNode[] = [self];
  for (const target of self.targets) {
    const [type = '', id = ''] = target.split('/');
    const part = searchParameter(type, 'partof') ?? searchParameter(type, 'part-of');
    if (!part?.targets.includes(type)) continue;
    let where: QueryNode = { kind: 'id', ids: [id] };
    for (let level = 1; level <= MAX_LEVELS; level++) {
      where =
        direction === 'below'
          ? { kind: 'chained', param: part.code, type, where }
          : { kind: 'reverseChained', type, param: part.code, where };
      nodes.push({ kind: 'chained', param, type, where });
    }
  }
  return or(...nodes);
}
