/** Value sets that have a URL and no resource: of SNOMED CT (https://hl7.org/fhir/R4/snomedct.html#implicit) and LOINC (https://hl7.org/fhir/R4/loinc.html#alerts). */
import { type Filter, terminology, type ValueSet } from '@wellspring/profiles';

const SNOMED = /^http:\/\/snomed\.info\/sct(?:\/([\w/]+))?\?fhir_vs(?:=isa\/(\d{6,18}))?$/;
const LOINC = 'http://loinc.org';
const LOINC_LIST = /^http:\/\/loinc\.org\/vs(?:\/(L[LP]\d+-\d))?$/;
const ALL = /^(.*)\?(?:fhir_)?vs$/;

export function implicitValueSet(url: string): ValueSet | undefined {
  const [, edition, root] = SNOMED.exec(url) ?? [];
  if (SNOMED.test(url)) {
    const version = edition === undefined ? {} : { version: `http://snomed.info/sct/${edition}` };
    return setOf(url, 'http://snomed.info/sct', version, isA(root));
  }
  const loinc = LOINC_LIST.exec(url);
  if (loinc) return setOf(url, LOINC, {}, loinc[1] === undefined ? [] : belowList(loinc[1]));
  const system = ALL.exec(url)?.[1];
  return system !== undefined && terminology().codeSystem(system) ? setOf(url, system, {}, []) : undefined;
}

const isA = (root: string | undefined): Filter[] =>
  root === undefined ? [] : [{ property: 'concept', op: 'is-a', value: root }];

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
