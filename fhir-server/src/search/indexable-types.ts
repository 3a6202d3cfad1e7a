/** Which types of values each type of search parameter finds (https://hl7.org/fhir/R4/search.html#table): what its file in types/ makes entries of. */
import type { SearchParameter } from '@wellspring/profiles';

const TEXTS = ['string', 'markdown', 'code', 'id'];
const URIS = ['uri', 'url', 'canonical', 'oid', 'uuid'];
const NUMBERS = ['integer', 'positiveInt', 'unsignedInt'];
const MEASURES = ['Quantity', 'SimpleQuantity', 'MoneyQuantity', 'Age', 'Count', 'Distance', 'Duration'];

const INDEXABLE: Readonly<Partial<Record<SearchParameter['type'], ReadonlySet<string>>>> = {
  string: new Set([...TEXTS, ...URIS, 'HumanName', 'Address']),
  token: new Set([
    ...['Coding', 'CodeableConcept', 'Identifier', 'ContactPoint', 'boolean'],
    ...[...TEXTS, ...URIS, ...NUMBERS],
  ]),
  date: new Set(['date', 'dateTime', 'instant', 'Period', 'Timing']),
  number: new Set([...NUMBERS, 'decimal', 'Range']),
  quantity: new Set([...MEASURES, 'Money', 'Range', 'SampledData']),
  // An entry of a Bundle, too: a chain looks into it (contained.ts).
  reference: new Set(['Reference', 'canonical', 'uri', 'url', 'Resource']),
  uri: new Set(URIS),
  // `near`; no other is implemented.
  special: new Set(['Location.position']),
};

/** False where nothing of these types can be found by it. `types` undefined: they can't be told. */
export function isIndexable(type: SearchParameter['type'], types: readonly string[] | undefined): boolean {
  const known = INDEXABLE[type];
  return known === undefined || types === undefined || types.some((each) => known.has(each));
}
