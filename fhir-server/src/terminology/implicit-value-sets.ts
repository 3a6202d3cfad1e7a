/** Value sets that have a URL and no resource: of SNOMED CT (all of an edition, below a concept, reference sets, expression constraints: https://hl7.org/fhir/R4/snomedct.html#implicit) and LOINC (https://hl7.org/fhir/R4/loinc.html#alerts). */
import type { Filter, ValueSet } from '@wellspring/profiles';

const SNOMED =
  /^http:\/\/snomed\.info\/sct(?:\/([\w/]+))?\?fhir_vs(?:=(?:isa\/(\d{6,18})|(refset)(?:\/(\d{6,18}))?|ecl\/(.{1,2000})))?$/s;
const SNOMED_SYSTEM = 'http://snomed.info/sct';
const LOINC = 'http://loinc.org';
const LOINC_LIST = /^http:\/\/loinc\.org\/vs(?:\/(L[LP]\d+-\d))?$/;
const ALL = /^(.*)\?(?:fhir_)?vs$/;

export interface AllCodesOf {
  readonly system: string;
  /** Where the system names this version of the set. */
  readonly version?: string | undefined;
}

interface KnownSystems {
  /** Whether a code system of this URL, and version, is known, wherever. */
  isSystem(url: string, version: string | undefined): Promise<boolean>;
  /** The system whose CodeSystem.valueSet this is; `name` may have a version. */
  systemOfAllCodes(name: string): Promise<AllCodesOf | undefined>;
}

/** By `url` or `url|version`: the version is one of the code system, as the set has none of its own. */
export async function implicitValueSet(name: string, known: KnownSystems): Promise<ValueSet | undefined> {
  const [url, asked] = withVersion(name);
  const version = asked === undefined ? {} : { version: asked };
  const snomed = SNOMED.exec(url);
  if (snomed) {
    const edition = snomed[1] === undefined ? undefined : `${SNOMED_SYSTEM}/${snomed[1]}`;
    if (edition !== undefined && asked !== undefined && !isOfEdition(asked, edition)) return undefined;
    const ofEdition = edition === undefined ? version : { version: asked ?? edition };
    return setOf(url, SNOMED_SYSTEM, ofEdition, snomedFilters(snomed));
  }
  const loinc = LOINC_LIST.exec(url);
  if (loinc) return setOf(url, LOINC, version, loinc[1] === undefined ? [] : belowList(loinc[1]));
  const all = await known.systemOfAllCodes(name);
  const system = all?.system ?? ALL.exec(url)?.[1];
  // `version` in what was found: the system calls the set by the very version that is asked for.
  const wanted = all && 'version' in all ? all.version : asked;
  if (system === undefined || !(await known.isSystem(system, wanted))) return undefined;
  return { ...setOf(url, system, wanted === undefined ? {} : { version: wanted }, []), ...version };
}

const isOfEdition = (version: string, edition: string): boolean =>
  version === edition || version.startsWith(`${edition}/`);

/** A constraint has bars of its own, around terms. */
function withVersion(name: string): readonly [url: string, version: string | undefined] {
  const bar = name.lastIndexOf('|');
  if (bar < 0 || name.includes('?fhir_vs=ecl/')) return [name, undefined];
  return [name.slice(0, bar), name.slice(bar + 1)];
}

function snomedFilters([, , root, sets, set, constraint]: readonly (string | undefined)[]): Filter[] {
  if (root !== undefined) return [{ property: 'concept', op: 'is-a', value: root }];
  if (set !== undefined) return [{ property: 'concept', op: 'in', value: set }];
  if (sets !== undefined) return [{ property: 'isReferenceSet', op: '=', value: 'true' }];
  return constraint === undefined ? [] : [{ property: 'constraint', op: '=', value: unescaped(constraint) }];
}

/** In a canonical that is written as a URI a constraint has its spaces and signs escaped. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** An answer list holds answers; a part holds what stands below it. */
const belowList = (code: string): Filter[] => [
  code.startsWith('LL')
    ? { property: 'LIST', op: '=', value: code }
    : { property: 'concept', op: 'is-a', value: code },
];

const setOf = (
  url: string,
  system: string,
  version: { readonly version?: string },
  filter: readonly Filter[],
): ValueSet => ({
  resourceType: 'ValueSet',
  url,
  status: 'active',
  compose: { include: [{ system, ...version, ...(filter.length > 0 ? { filter } : {}) }] },
});
