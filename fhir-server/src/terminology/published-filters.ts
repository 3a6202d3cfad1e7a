/** What R4 says of the filters of single code systems (https://hl7.org/fhir/R4/snomedct.html#filters, …/rxnorm.html), in the words that all filters are read in. */
import type { Filter } from '@wellspring/profiles';
import { type CodeSource, UnsupportedFilter } from './code-source.ts';

type System = Pick<CodeSource, 'url'>;

export const SNOMED = 'http://snomed.info/sct';
export const SNOMED_CORE_MODULE = '900000000000207008';
export const LOINC = 'http://loinc.org';
export const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';

/** Without those that leave nothing out. Throws UnsupportedFilter. */
export const inOwnWords = (system: System, filters: readonly Filter[]): readonly Filter[] =>
  filters.filter((each) => !isOfExpressions(system, each)).map((each) => ofRelation(system, each));

/** Whether postcoordinated expressions are let in: there are none here. */
const isOfExpressions = ({ url }: System, { property, op, value }: Filter): boolean =>
  url === SNOMED && property === 'expressions' && op === '=' && (value === 'true' || value === 'false');

/** A relation to a concept, `CUI:123`; to an atom it can't be told, as concepts are kept. */
function ofRelation({ url }: System, filter: Filter): Filter {
  const [, kind, code] = /^(CUI|AUI):(.+)$/.exec(filter.value) ?? [];
  if (url !== RXNORM || filter.op !== '=' || code === undefined) return filter;
  if (kind === 'AUI') throw new UnsupportedFilter(filter, 'names an atom');
  return { ...filter, value: code };
}

const USUAL: Readonly<Record<string, string>> = {
  moduleId: SNOMED_CORE_MODULE,
  sufficientlyDefined: 'false',
};

/** What a concept has where nothing is kept of it, as nearly all have it. */
export const usualValue = ({ url }: System, property: string): string | undefined =>
  url === SNOMED ? USUAL[property] : undefined;
