/** The parameter `context` of value set operations: an element, by its StructureDefinition and its place in that. */
import { boundSetOf, invalid, knownWith, loaded, notKnown } from '@wellspring/profiles';
import type { FhirRequest, Services } from '../../interactions/request.ts';
import { structures } from '../../repository/checks/stored-definitions.ts';

/** The value set's URL. Errors: 400 for another form, 404 where the definition is not known to the caller, or binds the element to nothing. */
export async function boundValueSet(
  { repository }: Pick<Services, 'repository'>,
  { access }: FhirRequest,
  context: string,
): Promise<string> {
  const hash = context.indexOf('#');
  const [url, name] = [context.slice(0, hash), context.slice(hash + 1)];
  if (hash < 1 || name === '')
    throw invalid("'context' takes [URL of a StructureDefinition]#[path of an element].", 'context');
  const { definitions } = await repository.definitions(access, structures([url]));
  const known = definitions.length === 0 ? loaded : knownWith(definitions);
  const { isKnown, valueSet } = boundSetOf(known, url, name);
  if (!isKnown) throw notKnown(`The definition ${url.slice(0, 200)} is not known here.`, 'context');
  if (valueSet === undefined)
    throw notKnown(`${name.slice(0, 200)} is bound to no value set there.`, 'context');
  return valueSet;
}
