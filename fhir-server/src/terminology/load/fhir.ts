/** CodeSystem resources: of a JSON file (read as it streams by), of NDJSON, of a FHIR package. What is no complete CodeSystem is left out, and said so. */
import { buffer } from 'node:stream/consumers';
import { JSONParser, type JsonTypes } from '@streamparser/json';
import {
  asGiven,
  type CodeSystem,
  type Concept,
  codesOf,
  type Edge,
  edgesOfConcept,
  isSubsuming,
  meaningOfProperties,
  namedAsWritten,
  propertyText,
  readPackage,
  spellingOf,
} from '@wellspring/profiles';
import { AS_WRITTEN, type PropertyRow, type Rows } from '../tables/tables.ts';
import { type Named, type Release, ReleaseError } from './release.ts';
import { linesOf, type ReleaseFiles } from './release-files.ts';

export async function fhirReleases(
  files: ReleaseFiles,
  named: Named,
  say: (text: string) => void,
): Promise<Release[]> {
  const releases: Release[] = [];
  const take = (system: Partial<CodeSystem>, records: () => AsyncIterable<Rows>): void => {
    if (system.resourceType !== 'CodeSystem' || system.content !== 'complete')
      say(
        `Left out: ${system.resourceType} ${system.url ?? ''}${system.content ? ` (${system.content})` : ''}.`,
      );
    else releases.push(releaseOf(system as CodeSystem, named, records));
  };
  for (const name of files.names) {
    if (/\.ndjson$/i.test(name)) {
      for await (const line of linesOf(files, name)) {
        if (line.trim() === '') continue;
        const system = JSON.parse(line) as CodeSystem;
        take(system, () => heldRecords(system));
      }
    } else if (/\.json$/i.test(name)) take(await headOf(files, name), () => streamedRecords(files, name));
    else if (/\.tgz$/i.test(name)) {
      const found = readPackage(await buffer(await files.open(name)));
      const others = found.resources.filter(({ resourceType }) => resourceType !== 'CodeSystem').length;
      for (const each of found.resources)
        if (each.resourceType === 'CodeSystem')
          take(each as never, () => heldRecords(each as unknown as CodeSystem));
      if (others > 0)
        say(
          `Left out: ${others} resources that are no CodeSystem. A package as a whole belongs into PACKAGES_DIR.`,
        );
    }
  }
  return releases;
}

function releaseOf(system: CodeSystem, named: Named, records: () => AsyncIterable<Rows>): Release {
  const url = named.url ?? system.url;
  if (!url) throw new ReleaseError('The CodeSystem has no url: name one by --url.');
  return {
    url,
    version: named.version ?? system.version,
    name: system.name ?? url,
    title: system.title,
    caseSensitive: system.caseSensitive === true,
    hierarchyMeaning: system.hierarchyMeaning,
    valueSet: system.valueSet,
    properties: system.property?.map(({ code }) => code),
    parts: [{ name: url, records }],
  };
}

async function* heldRecords({ concept = [], ...head }: CodeSystem): AsyncGenerator<Rows> {
  const rowsOf = rowsOfConcepts(head, head.caseSensitive ? asGiven : spellingOf(codesOf(concept)));
  for (const each of concept) yield rowsOf(each, undefined);
}

type Head = Pick<CodeSystem, 'language' | 'caseSensitive' | 'hierarchyMeaning' | 'property'>;

/** One record for each concept of the highest level, with all that stands below it. `own`: a code that another concept names, as the system writes it. */
function rowsOfConcepts(head: Head, own: (code: string) => string) {
  const { language, caseSensitive } = head;
  const edgesOf = edgesOfConcept(head);
  const meaningOf = meaningOfProperties(head);
  const areKinds = isSubsuming(head);

  /** Each way in which a hierarchy is stated is found by one name; what subsumes a code all the same, where it is not one of kinds, by another. */
  const hierarchyRows = ({ code, parent, isKindOf }: Edge): PropertyRow[] => [
    { code: own(code), name: 'parent', kind: 'code', value: own(parent) },
    ...(isKindOf && !areKinds
      ? [{ code: own(code), name: 'subsumedBy', kind: 'code', value: own(parent) } as const]
      : []),
  ];

  function rowsOf(concept: Concept, outer: string | undefined): Required<Rows> {
    const { code, display, definition, designation = [], property = [] } = concept;
    const has = (name: string, values: readonly string[]): boolean =>
      property.some((each) => meaningOf(each.code) === name && values.includes(propertyText(each) ?? ''));
    const below = (concept.concept ?? []).map((each) => rowsOf(each, code));
    const stated = property.flatMap((each): PropertyRow[] => {
      const value = propertyText(namedAsWritten(each, meaningOf(each.code), own));
      return value === undefined ? [] : [{ code, name: each.code, kind: kindOf(each), value }];
    });
    return {
      concepts: [
        {
          code,
          ...(definition === undefined ? {} : { definition }),
          inactive: has('inactive', ['true']) || has('status', ['retired', 'inactive']),
          abstract: has('notSelectable', ['true']) || has('abstract', ['true']),
        },
        ...below.flatMap(({ concepts }) => concepts),
      ],
      texts: [
        ...(display === undefined
          ? []
          : [{ code, value: display, ...(language ? { language } : {}), rank: 0 } as const]),
        ...designation.map(({ value, language: of, use }) => ({
          code,
          value,
          ...(of ? { language: of } : {}),
          ...(use?.code ? { use: { ...use, code: use.code } } : {}),
          rank: 2 as const,
        })),
        ...below.flatMap(({ texts }) => texts),
      ],
      properties: [
        ...(caseSensitive || code === code.toUpperCase()
          ? []
          : [{ code, name: AS_WRITTEN, kind: 'code', value: code } as const]),
        ...edgesOf(concept, outer).flatMap(hierarchyRows),
        ...stated.filter(({ name }) => name !== 'parent' && (name !== 'subsumedBy' || areKinds)),
        ...below.flatMap(({ properties }) => properties),
      ],
    };
  }
  return rowsOf;
}

const KINDS: Readonly<Record<string, PropertyRow['kind']>> = {
  valueString: 'string',
  valueBoolean: 'boolean',
  valueInteger: 'integer',
  valueDecimal: 'decimal',
  valueDateTime: 'dateTime',
};
const kindOf = (property: object): PropertyRow['kind'] =>
  KINDS[Object.keys(property).find((key) => key.startsWith('value')) ?? ''] ?? 'code';

const HEAD = [
  'resourceType',
  'url',
  'version',
  'name',
  'title',
  'content',
  'caseSensitive',
  'language',
  'hierarchyMeaning',
  'valueSet',
  'property',
];

/** What a resource says of itself, wherever in the file it says so. */
async function headOf(files: ReleaseFiles, name: string): Promise<Partial<CodeSystem>> {
  const head: Record<string, JsonTypes.JsonPrimitive | JsonTypes.JsonStruct | undefined> = {};
  const paths = HEAD.map((member) => `$.${member}`);
  for await (const { key, value } of valuesOf(files, name, paths)) head[String(key)] = value;
  return head as Partial<CodeSystem>;
}

async function* streamedRecords(files: ReleaseFiles, name: string): AsyncGenerator<Rows> {
  const head = (await headOf(files, name)) as Head;
  const rowsOf = rowsOfConcepts(head, head.caseSensitive ? asGiven : await streamedSpelling(files, name));
  for await (const concept of streamedConcepts(files, name)) yield rowsOf(concept, undefined);
}

async function* streamedConcepts(files: ReleaseFiles, name: string): AsyncGenerator<Concept> {
  for await (const { value } of valuesOf(files, name, ['$.concept.*'])) yield value as unknown as Concept;
}

/** Of all codes before the first is kept: a concept may name one that comes later. */
async function streamedSpelling(files: ReleaseFiles, name: string): Promise<(code: string) => string> {
  const codes: string[] = [];
  for await (const concept of streamedConcepts(files, name)) codes.push(...codesOf([concept]));
  return spellingOf(codes);
}

interface Found {
  readonly key: string | number | undefined;
  readonly value: JsonTypes.JsonPrimitive | JsonTypes.JsonStruct | undefined;
}

/** The values at these places, as the file streams by. */
async function* valuesOf(files: ReleaseFiles, name: string, paths: string[]): AsyncGenerator<Found> {
  const parser = new JSONParser({ paths, keepStack: false });
  let found: Found[] = [];
  parser.onValue = ({ key, value }) => {
    found.push({ key, value });
  };
  try {
    for await (const chunk of await files.open(name)) {
      parser.write(chunk as Buffer);
      yield* found;
      found = [];
    }
    if (!parser.isEnded) throw new Error('it ends too early');
  } catch (error) {
    throw new ReleaseError(`${name} is not JSON: ${(error as Error).message}`);
  }
}
