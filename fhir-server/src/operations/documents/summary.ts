/**
 * `Patient/$summary` (HL7 IPS 2.0, OperationDefinition summary): an International Patient Summary of what is on record now and the caller may read. Everything is
 * read as the caller; nothing is kept.
 */
import { randomUUID } from 'node:crypto';
import { invalid, multipleMatches, noMatch, notSupported, unprocessable } from '@wellspring/profiles';
import { readCondition } from '../../access/read-condition.ts';
import { createBreath } from '../../breath.ts';
import { successorOf, whoIsMeant } from '../../interactions/in-place-of.ts';
import { parse } from '../../interactions/parse.ts';
import type { FhirRequest, Reply, Services } from '../../interactions/request.ts';
import { createPageRoom, PAGE_ROOM } from '../../page-room.ts';
import { type ResourceJson, resourceOf } from '../../repository/text/resource-text.ts';
import { mainDateParameter } from '../../search/main-date.ts';
import type { Cursor } from '../../search/query.ts';
import { isReplaced } from '../../search/replaced.ts';
import { tokenText } from '../../search/values.ts';
import type { StoredVersion } from '../../store/store.ts';
import { inputOf } from '../parameters.ts';
import { nameWhatIsAbsent } from './absent-data.ts';
import {
  type DocumentEntry,
  documentBundle,
  documentText,
  entryOf,
  nameOf,
  requireRoom,
  withToldBy,
} from './document-bundle.ts';
import { IPS_SECTIONS, type IpsSection, type SectionPart, UNKNOWN_TIME } from './ips-sections.ts';
import { keepInside } from './self-contained.ts';
import { type Lookup, narrative, sectionText } from './summary-narrative.ts';
import { conceptWords } from './value-words.ts';

const IPS = 'http://hl7.org/fhir/uv/ips/StructureDefinition';
export const BUNDLE_PROFILE = `${IPS}/Bundle-uv-ips`;
/** LOINC: what this document is. */
export const IPS_TYPE = {
  system: 'http://loinc.org',
  code: '60591-5',
  display: 'Patient summary Document',
} as const;
/** SNOMED CT, as IPS 2.0 has it where nothing is on record: it does not claim that there is nothing. */
const NOTHING_KNOWN = {
  system: 'http://snomed.info/sct',
  code: '1287211007',
  display: 'No information available',
} as const;

/** Entries of one kind in one section; what is beyond is named in its text. */
const MOST = 200;
/** Looked through for the newest of each code. */
const MOST_LOOKED_AT = 2000;
const PAGE = 500;
/** Summaries under way take turns: each is some twenty milliseconds of work in small parts. */
const breath = createBreath();

/** A report is told by its results. */
const RESULTS: ReadonlySet<string> = new Set(['Observation']);

export async function summary(services: Services, request: FhirRequest): Promise<Reply> {
  // `identifer`: as IPS 1.1 spells it.
  const input = inputOf(request, {
    identifier: 'identifier',
    identifer: 'identifier',
    profile: 'text',
    graph: 'text',
  });
  const profile = input.one('profile')?.split('|')[0];
  if (profile !== undefined && profile !== BUNDLE_PROFILE)
    throw notSupported(`The only profile of a summary here is ${BUNDLE_PROFILE}.`);
  if (input.one('graph') !== undefined) throw notSupported('A summary by a graph is not made here.');
  const given = input.value('identifier') ?? input.value('identifer');
  const token = input.one('identifier') ?? input.one('identifer') ?? (given && tokenOf(given));
  const patient = await patientOf(services, request, token);
  const text = await documentText(services, await summarize(services, request, patient));
  return { status: 200, headers: {}, body: text };
}

function tokenOf({ system, value }: { system?: unknown; value?: unknown }): string {
  if (typeof value !== 'string' || value === '') throw invalid("'identifier' needs a value.");
  return tokenText(system === undefined ? undefined : String(system), value);
}

/** The Patient of the address, or the one whom the caller may read by this identifier. Errors: 400, 403, 404, 410, 412. */
async function patientOf(
  services: Services,
  request: FhirRequest,
  identifier: string | undefined,
): Promise<StoredVersion> {
  if (request.id !== '') {
    if (identifier !== undefined) throw invalid('A summary is asked for by id or by identifier.');
    const found = await services.repository.read(request.access, 'Patient', request.id);
    return whoStands(services, request, found);
  }
  if (identifier === undefined) throw invalid("$summary of the type needs an 'identifier'.");
  const asked = await parse(services, request, 'Patient', [
    ['identifier', identifier],
    ['_count', '2'],
  ]);
  const { matches } = await services.repository.search(request.access, { ...asked, total: 'none' });
  const [found, another] = await whoIsMeant(services.repository, request.access, matches);
  if (!found) throw noMatch('Patient');
  if (another) throw multipleMatches('Several Patients have this identifier.');
  return whoStands(services, request, found);
}

/** What was merged into another record is summarized there: the empty one would say of somebody that nothing is known. Throws 422 for who may not read that. */
async function whoStands(
  { repository }: Services,
  { access }: FhirRequest,
  found: StoredVersion,
): Promise<StoredVersion> {
  const last = await successorOf(repository, access, found);
  if (isReplaced(resourceOf(last)))
    throw unprocessable(
      'This record was merged into another one, which its summary is made of: ask for that.',
    );
  return last;
}

interface Listed {
  readonly section: IpsSection;
  readonly resources: readonly ResourceJson[];
  /** Types that the caller may not read. */
  readonly closed: readonly string[];
  readonly isCut: boolean;
}

/** The document, of a Patient that the caller has read. */
export async function summarize(
  services: Services,
  request: FhirRequest,
  version: StoredVersion,
): Promise<ResourceJson> {
  const patient = resourceOf(version);
  const read = readerOf(services, request, version.id);
  const listed: Listed[] = [];
  for (const section of IPS_SECTIONS) listed.push(await listOf(section, read));
  const stored = await withToldBy(
    services,
    request.access,
    [patient, ...listed.flatMap(({ resources }) => resources)],
    RESULTS,
  );
  const entries = new Map(stored.map((each) => [nameOf(each), entryOf(services, each)]));
  const inUse = new Set(
    stored.flatMap(({ resourceType, device }) =>
      resourceType === 'DeviceUseStatement' ? ((device as { reference?: string })?.reference ?? []) : [],
    ),
  );
  const author = madeEntry({
    resourceType: 'Device',
    deviceName: [{ name: 'Wellspring', type: 'user-friendly-name' }],
  });
  const made: DocumentEntry[] = [];
  const lookup: Lookup = (reference) => entries.get(reference ?? '')?.resource;
  const subject = { reference: `Patient/${version.id}` };
  const sections: object[] = [];
  for (const each of listed) {
    await breath();
    sections.push(...sectionOf(each, { subject, entries, inUse, made, lookup }));
  }
  const composition = compositionOf(services, patient, author, lookup, sections);
  const all = [composition, ...entries.values(), ...made, author];
  requireRoom(services, all.length);
  const fullUrls = new Map(all.map(({ fullUrl, resource }) => [nameOf(resource), fullUrl]));
  for (const { resource } of all) {
    await breath();
    nameWhatIsAbsent(resource);
    keepInside(resource, services.repository.baseUrl, fullUrls);
  }
  return documentBundle(services, all, { profile: [BUNDLE_PROFILE] });
}

type Read = (
  part: SectionPart,
) => Promise<{ readonly found: ResourceJson[]; readonly isCut: boolean } | undefined>;

/** Of one patient, as the caller, newest first; what several sections ask is asked once. undefined: the caller's scopes do not reach the type. */
function readerOf(services: Services, request: FhirRequest, patient: string): Read {
  const answers = new Map<string, ReturnType<Read>>();
  const takes = createPageRoom(PAGE_ROOM);
  return ({ type, query, isNewestOnly = false }) => {
    const key = JSON.stringify([type, query]);
    const known = answers.get(key) ?? readAll(services, request, patient, type, query, isNewestOnly, takes);
    answers.set(key, known);
    return known;
  };
}

async function readAll(
  services: Services,
  request: FhirRequest,
  patient: string,
  type: string,
  query: SectionPart['query'],
  isNewestOnly: boolean,
  takes: (version: StoredVersion) => boolean,
): ReturnType<Read> {
  if (!readCondition(request.access, type, 's')) return undefined;
  const asked = await parse(services, request, type, [
    ['patient', patient],
    ...query.map(([name, value]): [string, string] => [name, value]),
  ]);
  const by = mainDateParameter(type) === undefined ? 'lastUpdated' : 'mainDate';
  const most = isNewestOnly ? MOST_LOOKED_AT : MOST;
  const found: ResourceJson[] = [];
  const seen = new Set<string>();
  let after: Cursor | undefined;
  for (let looked = 0; looked < most; ) {
    const page = await services.repository.search(request.access, {
      ...asked,
      sort: [{ by, descending: true }],
      count: Math.min(PAGE, most),
      total: 'none',
      after,
      room: PAGE_ROOM,
    });
    looked += page.matches.length;
    for (const version of page.matches) {
      await breath();
      const resource = resourceOf(version);
      const key = codeKey(resource);
      if (isNewestOnly && seen.has(key)) continue;
      seen.add(key);
      if (!takes(version)) return { found: found.slice(0, MOST), isCut: true };
      found.push(resource);
    }
    after = page.next;
    if (!after) break;
  }
  return { found: found.slice(0, MOST), isCut: after !== undefined || found.length > MOST };
}

function codeKey({ code }: ResourceJson): string {
  const { coding: [first] = [] } = (code ?? {}) as { coding?: { system?: string; code?: string }[] };
  return first ? `${first.system}|${first.code}` : conceptWords(code);
}

async function listOf(section: IpsSection, read: Read): Promise<Listed> {
  const closed: string[] = [];
  const resources: ResourceJson[] = [];
  let isCut = false;
  for (const part of section.parts) {
    const answer = await read(part);
    if (!answer) closed.push(part.type);
    isCut ||= answer?.isCut === true;
    resources.push(...(answer?.found.filter(part.keeps ?? (() => true)) ?? []));
  }
  return { section, resources, closed, isCut };
}

interface Making {
  readonly subject: { readonly reference: string };
  readonly entries: ReadonlyMap<string, DocumentEntry>;
  /** Devices that a statement tells of. */
  readonly inUse: ReadonlySet<string>;
  /** What is said in the document only. */
  readonly made: DocumentEntry[];
  readonly lookup: Lookup;
}

/** Left out where it has nothing to tell, unless it is one of the three that are always there. */
function sectionOf({ section, resources, closed, isCut }: Listed, making: Making): object[] {
  const { title, unknown } = section;
  const shown = resources.flatMap((each) => inSection(each, making));
  if (shown.length === 0 && !unknown) return [];
  const notes = [
    ...(closed.length > 0 && unknown ? ['Not all of it was open to whoever asked for this summary.'] : []),
    ...(isCut ? ['There is more on record: the newest are listed here.'] : []),
    ...(shown.some(({ resource }) => resource?.modifierExtension)
      ? ['An entry has a modifier extension, which may change what is said here: read the entry.']
      : []),
  ];
  if (shown.length === 0 && unknown) {
    notes.unshift(`No information about ${title.toLowerCase()} is available.`);
    const code = { coding: [NOTHING_KNOWN], text: NOTHING_KNOWN.display };
    const entry = madeEntry(unknown({ ...making.subject }, code));
    making.made.push(entry);
    shown.push({ entry, resource: undefined });
  }
  const told = shown.flatMap(({ resource }) => resource ?? []);
  return [
    {
      title,
      code: { coding: [{ system: 'http://loinc.org', code: section.code, display: section.display }] },
      text: sectionText(told, making.lookup, notes.length === 0 ? undefined : notes.join(' ')),
      entry: shown.map(({ entry }) => ({ reference: nameOf(entry.resource) })),
    },
  ];
}

/** A Device is told by a statement of its use: one that has none gets one here. */
function inSection(
  resource: ResourceJson,
  { entries, inUse, made, subject }: Making,
): { entry: DocumentEntry; resource: ResourceJson | undefined }[] {
  const entry = entries.get(nameOf(resource)) as DocumentEntry;
  if (resource.resourceType !== 'Device') return [{ entry, resource }];
  if (inUse.has(nameOf(resource))) return [];
  const use = madeEntry({
    resourceType: 'DeviceUseStatement',
    status: 'active',
    subject: { ...subject },
    device: { reference: nameOf(resource) },
    _timingDateTime: UNKNOWN_TIME,
  });
  made.push(use);
  return [{ entry: use, resource: use.resource }];
}

function madeEntry(resource: ResourceJson): DocumentEntry {
  const id = randomUUID();
  const { resourceType, ...rest } = resource;
  return { fullUrl: `urn:uuid:${id}`, resource: { resourceType, id, ...rest } };
}

function compositionOf(
  { now }: Services,
  patient: ResourceJson,
  author: DocumentEntry,
  lookup: Lookup,
  section: readonly object[],
): DocumentEntry {
  const clinic = patient.managingOrganization as { reference?: string } | undefined;
  const name = lookup(clinic?.reference)?.name;
  return madeEntry({
    resourceType: 'Composition',
    meta: { profile: [`${IPS}/Composition-uv-ips`] },
    language: 'en-US',
    text: narrative('<p>International Patient Summary, made by a computer from what is on record.</p>'),
    status: 'final',
    type: { coding: [IPS_TYPE] },
    subject: { reference: nameOf(patient) },
    date: new Date(now()).toISOString(),
    author: [{ reference: nameOf(author.resource), display: 'Wellspring' }],
    title: 'International Patient Summary',
    confidentiality: 'N',
    ...(clinic ? { custodian: { ...(name ? { display: name } : {}), ...clinic } } : {}),
    section,
  });
}
