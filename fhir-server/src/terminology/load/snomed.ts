/**
 * SNOMED CT, Release Format 2, snapshot (https://confluence.ihtsdotools.org/display/DOCRELFMT): concepts, descriptions of all languages, inferred relationships, simple reference sets.
 * What a concept is called is the synonym that the language reference set of US English prefers, or, where the release has none, the largest one.
 */
import { SNOMED, SNOMED_CORE_MODULE } from '../published-filters.ts';
import type { PropertyRow, TextRow } from '../tables/tables.ts';
import { type Named, type Part, type Release, ReleaseError } from './release.ts';
import { linesOf, nameOf, type ReleaseFiles } from './release-files.ts';

const IS_A = '116680003';
const FSN = '900000000000003001';
const DEFINED = '900000000000073002';
const PREFERRED = '900000000000548007';
const US_ENGLISH = '900000000000509007';
/** Files are of an edition: the module that its version names (https://hl7.org/fhir/R4/snomedct.html#uri). */
const EDITIONS: Readonly<Record<string, string>> = { INT: SNOMED_CORE_MODULE, US1000124: '731000124108' };

const CONCEPT = /sct2_Concept_Snapshot_(\w+)_(\d{8})\.txt$/;
const DESCRIPTION = /sct2_Description_Snapshot[-\w]*_\d{8}\.txt$/;
const RELATIONSHIP = /sct2_Relationship_Snapshot_\w+\.txt$/;
const SIMPLE_SETS = /der2_Refset_Simple(?:Refset)?Snapshot[-\w]*_\d{8}\.txt$/;
const LANGUAGE = /der2_cRefset_LanguageSnapshot[-\w]*\.txt$/;

export const isSnomed = (files: ReleaseFiles): boolean => nameOf(files, CONCEPT) !== undefined;

export async function snomedRelease(files: ReleaseFiles, named: Named): Promise<Release> {
  const concepts = nameOf(files, CONCEPT) as string;
  const relationships = nameOf(files, RELATIONSHIP);
  const descriptions = files.names.filter((name) => DESCRIPTION.test(name)).sort();
  if (descriptions.length === 0 || !relationships)
    throw new ReleaseError('The release has no snapshot of descriptions and relationships.');
  const preferred = await preferredDescriptions(files);
  return {
    url: named.url ?? SNOMED,
    version: named.version ?? versionOf(concepts),
    name: 'SNOMED_CT',
    title: 'SNOMED CT',
    caseSensitive: true,
    parts: [
      { name: concepts, records: () => conceptRecords(files, concepts) },
      ...descriptions.map(
        (name): Part => ({ name, records: () => descriptionRecords(files, name, preferred) }),
      ),
      { name: relationships, records: () => relationshipRecords(files, relationships) },
      ...files.names
        .filter((name) => SIMPLE_SETS.test(name))
        .sort()
        .map((name): Part => ({ name, records: () => memberRecords(files, name) })),
    ],
  };
}

function versionOf(name: string): string {
  const [, edition = '', date] = CONCEPT.exec(name) ?? [];
  const module = EDITIONS[edition];
  if (!module)
    throw new ReleaseError(
      `Which module the edition ${edition} is of is not known: name it by --version http://snomed.info/sct/[module]/version/${date}.`,
    );
  return `${SNOMED}/${module}/version/${date}`;
}

/** Lines as their columns, without the head. */
async function* columnsOf(files: ReleaseFiles, name: string): AsyncGenerator<string[]> {
  let isHead = true;
  for await (const line of linesOf(files, name)) {
    if (!isHead && line !== '') yield line.split('\t');
    isHead = false;
  }
}

/** id effectiveTime active moduleId definitionStatusId */
async function* conceptRecords(files: ReleaseFiles, name: string) {
  for await (const [code = '', , active, module, status] of columnsOf(files, name)) {
    const properties: PropertyRow[] = [
      ...(status === DEFINED
        ? [{ code, name: 'sufficientlyDefined', kind: 'boolean', value: 'true' } as const]
        : []),
      ...(module && module !== SNOMED_CORE_MODULE
        ? [{ code, name: 'moduleId', kind: 'code', value: module } as const]
        : []),
    ];
    yield { concepts: [{ code, inactive: active === '0' }], properties };
  }
}

/** id effectiveTime active moduleId conceptId languageCode typeId term caseSignificanceId */
async function* descriptionRecords(files: ReleaseFiles, name: string, preferred: Preferred) {
  for await (const [id = '', , active, , code = '', language = '', type, value = ''] of columnsOf(
    files,
    name,
  )) {
    if (active !== '1') {
      yield {};
      continue;
    }
    const isFull = type === FSN;
    const use = {
      system: SNOMED,
      code: isFull ? FSN : '900000000000013009',
      display: isFull ? 'Fully specified name' : 'Synonym',
    };
    const rank: TextRow['rank'] = isFull ? 2 : preferred.usual.has(id) ? 0 : preferred.others.has(id) ? 1 : 2;
    yield { texts: [{ code, value, language, use, rank }] };
  }
}

/** id effectiveTime active moduleId sourceId destinationId relationshipGroup typeId characteristicTypeId modifierId */
async function* relationshipRecords(files: ReleaseFiles, name: string) {
  for await (const [, , active, , code = '', value = '', , type = ''] of columnsOf(files, name))
    yield active === '1'
      ? { properties: [{ code, name: type === IS_A ? 'parent' : type, kind: 'code', value } as const] }
      : {};
}

/** id effectiveTime active moduleId refsetId referencedComponentId. Of a set itself is kept that it is one. */
async function* memberRecords(files: ReleaseFiles, name: string) {
  const told = new Set<string>();
  for await (const [, , active, , set = '', code = ''] of columnsOf(files, name)) {
    if (active !== '1') {
      yield {};
      continue;
    }
    const member: PropertyRow = { code, name: 'memberOf', kind: 'code', value: set };
    yield {
      properties: told.has(set)
        ? [member]
        : [member, { code: set, name: 'isReferenceSet', kind: 'boolean', value: 'true' } as const],
    };
    told.add(set);
  }
}

interface Preferred {
  readonly usual: Ids;
  readonly others: Ids;
}

/** id effectiveTime active moduleId refsetId referencedComponentId acceptabilityId */
async function preferredDescriptions(files: ReleaseFiles): Promise<Preferred> {
  const bySet = new Map<string, Ids>();
  for (const name of files.names.filter((each) => LANGUAGE.test(each)))
    for await (const [, , active, , set = '', description = '', acceptability] of columnsOf(files, name)) {
      if (active !== '1' || acceptability !== PREFERRED) continue;
      const ids = bySet.get(set) ?? new Ids();
      bySet.set(set, ids);
      ids.add(description);
    }
  const largest = [...bySet].sort(([, a], [, b]) => b.size - a.size)[0]?.[0];
  const usual = bySet.has(US_ENGLISH) ? US_ENGLISH : largest;
  const others = new Ids();
  for (const [set, ids] of bySet) if (set !== usual) others.addAll(ids);
  return { usual: bySet.get(usual ?? '') ?? new Ids(), others };
}

/** A set of numbers of up to 18 digits, eight bytes each: there are two for each concept, in each language. */
class Ids {
  #ids = new BigInt64Array(1024);
  #size = 0;
  #isSorted = true;
  get size(): number {
    return this.#size;
  }
  add(id: string): void {
    this.#push(BigInt(id));
  }
  addAll(other: Ids): void {
    for (let i = 0; i < other.#size; i++) this.#push(other.#ids[i] as bigint);
  }
  #push(id: bigint): void {
    if (this.#size === this.#ids.length) {
      const larger = new BigInt64Array(2 * this.#size);
      larger.set(this.#ids);
      this.#ids = larger;
    }
    this.#ids[this.#size] = id;
    this.#size += 1;
    this.#isSorted = false;
  }
  has(id: string): boolean {
    if (!this.#isSorted) this.#ids.subarray(0, this.#size).sort();
    this.#isSorted = true;
    const wanted = BigInt(id);
    let [low, high] = [0, this.#size];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ids[middle] as bigint) < wanted) low = middle + 1;
      else high = middle;
    }
    return low < this.#size && this.#ids[low] === wanted;
  }
}
