/** Value sets of required bindings → their codes, where the definitions suffice to list them. */
export interface Resource {
  readonly resourceType: string;
}

interface Concept {
  readonly code: string;
  readonly concept?: readonly Concept[];
}

interface CodeSystem extends Resource {
  readonly url: string;
  readonly content: string;
  readonly concept?: readonly Concept[];
}

interface Include {
  readonly system?: string;
  readonly concept?: readonly { readonly code: string }[];
  readonly filter?: readonly { readonly property: string; readonly op: string; readonly value: string }[];
  readonly valueSet?: readonly string[];
}

interface ValueSet extends Resource {
  readonly url: string;
  readonly compose?: { readonly include: readonly Include[]; readonly exclude?: readonly Include[] };
}

/** Returns `system|code` strings, or undefined where the set can't be listed (BCP-47, MIME types, UCUM …). */
export function createValueSetExpander(
  resources: readonly Resource[],
): (url: string) => readonly string[] | undefined {
  const codeSystems = new Map<string, CodeSystem>();
  const valueSets = new Map<string, ValueSet>();
  for (const resource of resources) {
    if (resource.resourceType === 'CodeSystem')
      codeSystems.set((resource as CodeSystem).url, resource as CodeSystem);
    if (resource.resourceType === 'ValueSet') valueSets.set((resource as ValueSet).url, resource as ValueSet);
  }

  function expand(url: string, seen: ReadonlySet<string>): Set<string> | undefined {
    const compose = valueSets.get(url)?.compose;
    if (!compose || seen.has(url)) return undefined;
    const inside = new Set([...seen, url]);
    const codes = new Set<string>();
    for (const include of compose.include) {
      const found = expandInclude(include, inside);
      if (!found) return undefined;
      for (const code of found) codes.add(code);
    }
    for (const exclude of compose.exclude ?? []) {
      for (const code of expandInclude(exclude, inside) ?? []) codes.delete(code);
    }
    return codes;
  }

  function expandInclude(include: Include, seen: ReadonlySet<string>): Set<string> | undefined {
    const fromSystem = include.system === undefined ? undefined : expandSystem(include);
    if (include.system !== undefined && !fromSystem) return undefined;
    let codes = fromSystem;
    for (const url of include.valueSet ?? []) {
      const other = expand(url.split('|')[0] as string, seen);
      if (!other) return undefined;
      codes = codes ? codes.intersection(other) : other;
    }
    return codes;
  }

  function expandSystem(include: Include): Set<string> | undefined {
    const system = include.system as string;
    if (include.concept) return new Set(include.concept.map(({ code }) => `${system}|${code}`));
    const codeSystem = codeSystems.get(system);
    if (codeSystem?.content !== 'complete' || !codeSystem.concept) return undefined;
    let concepts = flatten(codeSystem.concept);
    for (const { property, op, value } of include.filter ?? []) {
      if (property !== 'concept' || (op !== 'is-a' && op !== 'descendent-of')) return undefined;
      const root = concepts.find((concept) => concept.code === value);
      if (!root) return undefined;
      concepts = op === 'is-a' ? flatten([root]) : flatten(root.concept ?? []);
    }
    return new Set(concepts.map(({ code }) => `${system}|${code}`));
  }

  return (url) => {
    const codes = expand(url, new Set());
    return codes && codes.size > 0 ? [...codes] : undefined;
  };
}

function flatten(concepts: readonly Concept[]): Concept[] {
  return concepts.flatMap((concept) => [concept, ...flatten(concept.concept ?? [])]);
}
