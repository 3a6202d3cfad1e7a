/** Value sets and code systems that a value set contains (https://hl7.org/fhir/R4/references.html#contained): known to it, as `#id` and by their URLs, before all others. */
import type { CodeSystem, ValueSet } from '@wellspring/profiles';
import { heldSource } from './held-source.ts';
import type { Terminologies } from './terminologies.ts';

interface Contained {
  readonly resourceType: string;
  readonly id?: string;
  readonly url?: string;
  readonly version?: string;
}

export function withContained(
  terminologies: Terminologies,
  { url, contained = [] }: ValueSet,
): Terminologies {
  if (contained.length === 0) return terminologies;
  const own = contained as readonly Contained[];
  const named = (type: string, name: string) =>
    own.find(
      (each) =>
        each.resourceType === type &&
        (name.startsWith('#') ? each.id === name.slice(1) : each.url !== undefined && isNamed(each, name)),
    );
  return {
    ...terminologies,
    async valueSet(name) {
      const found = named('ValueSet', name);
      if (found) return { ...(found as unknown as ValueSet), url: found.url ?? `${url}#${found.id}` };
      return terminologies.valueSet(name);
    },
    async codeSystem(system, version) {
      const found = named('CodeSystem', system);
      if (!found || (version !== undefined && found.version !== version))
        return terminologies.codeSystem(system, version);
      return heldSource(found as unknown as CodeSystem);
    },
  };
}

/** By `url` or `url|version`. */
const isNamed = ({ url, version }: Contained, name: string): boolean =>
  name === url || (version !== undefined && name === `${url}|${version}`);
