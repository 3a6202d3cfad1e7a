/** Value sets that have a URL and no resource: of SNOMED CT (all of an edition, below a concept, reference sets, expression constraints: https://hl7.org/fhir/R4/snomedct.html#implicit) and LOINC (https://hl7.org/fhir/R4/loinc.html#alerts). */
import { type Filter, terminology, type ValueSet } from '@wellspring/profiles';

const SNOMED =
  /^http:\/\/snomed\.info\/sct(?:\/([\w/]+))?\?fhir_vs(?:=(?:isa\/(\d{6,18})|(refset)(?:\/(\d{6,18}))?|ecl\/(.{1,2000})))?$/s;
const LOINC = 'http://loinc.org';
const LOINC_LIST = /^http:\/\/loinc\.org\/vs(?:\/(L[LP]\d+-\d))?$/;
const ALL = /^(.*)\?(?:fhir_)?vs$/;

/** `isSystem`: whether a code system of this URL is known, wherever. */
export async function implicitValueSet(
  url: string,
  isSystem: (url: string) => Promise<boolean>,
): Promise<ValueSet | undefined> {
  const snomed = SNOMED.exec(url);
  if (snomed) {
    const edition = snomed[1];
    const version = edition === undefined ? {} : { version: `http://snomed.info/sct/${edition}` };
    return setOf(url, 'http://snomed.info/sct', version, snomedFilters(snomed));
  }
  const loinc = LOINC_LIST.exec(url);
  if (loinc) return setOf(url, LOINC, {}, loinc[1] === undefined ? [] : belowList(loinc[1]));
  const whole = terminology()
    .codeSystems()
    .find(({ valueSet }) => valueSet === url);
  const system = whole?.url ?? ALL.exec(url)?.[1];
  return system !== undefined && (await isSystem(system)) ? setOf(url, system, {}, []) : undefined;
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
