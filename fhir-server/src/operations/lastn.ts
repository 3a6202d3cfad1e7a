/** `Observation/$lastn` (https://hl7.org/fhir/R4/observation-operation-lastn.html): the newest of each kind, of one patient. */
import { invalid, tooCostly } from '@wellspring/profiles';
import { createBreath } from '../breath.ts';
import { parse } from '../interactions/parse.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { bundle } from '../interactions/searchset.ts';
import { createPageRoom, PAGE_ROOM } from '../page-room.ts';
import { localReference, patientId } from '../search/own-references.ts';
import { datedFirst, type SearchRequest } from '../search/parse-search.ts';
import type { StoredVersion } from '../store/store.ts';
import { searchTexts } from './parameters.ts';

/** Looked through for groups; a patient has seldom so many of what they ask for. */
const MAX_LOOKED_AT = 20_000;
const PAGE = 1000;

export async function lastn(services: Services, request: FhirRequest): Promise<Reply> {
  const asked = searchTexts(request);
  const most = Number(asked.find(([name]) => name === 'max')?.[1] ?? 1);
  if (!Number.isInteger(most) || most < 1 || most > 100)
    throw invalid("'max' takes a number from 1 to 100.", 'Parameters.parameter');
  const query = asked.filter(([name]) => name !== 'max');
  if (!query.some(([name]) => /^(?:patient|subject)\b/.test(name)))
    throw invalid("$lastn needs a 'patient' or a 'subject'.", 'Parameters.parameter');
  if (!query.some(([name]) => /^(?:code|category)\b/.test(name)))
    throw invalid("$lastn needs a 'category' or a 'code'.", 'Parameters.parameter');
  requirePatients(services, query);
  const search = await parse(services, request, 'Observation', query);
  const newestFirst: SearchRequest = { ...search, sort: [{ by: 'mainDate', descending: true }] };
  const kinds = createKinds(most);
  const breath = createBreath();
  const takes = createPageRoom(PAGE_ROOM);
  let seen = 0;
  // Of what has no date nobody knows that it is the newest.
  for (const part of datedFirst(newestFirst, 'date')) {
    for (let { after } = part; seen < MAX_LOOKED_AT; ) {
      const page = await services.repository.search(request.access, {
        ...part,
        count: PAGE,
        total: 'none',
        after,
        room: PAGE_ROOM,
      });
      seen += page.matches.length;
      for (const version of page.matches) {
        await breath();
        if (kinds.put(version) && !takes(version))
          throw tooCostly('The newest of each kind are too much for one answer: ask for fewer.');
      }
      if (!page.next) break;
      after = page.next;
    }
  }
  const matches = kinds.newest();
  return bundle(
    services,
    { ...search, applied: asked },
    'Observation/$lastn',
    { matches, included: [], next: undefined, previous: undefined, total: matches.length },
    search.ignored,
  );
}

/** A search would find nothing in the record of another type; whoever asks so has asked for the wrong one. Throws 400. */
function requirePatients({ repository }: Services, query: readonly [string, string][]): void {
  const named = query.filter(([name]) => name === 'patient').flatMap(([, value]) => value.split(','));
  const other = named.find((each) => {
    const local = localReference(each, repository.baseUrl);
    return local.includes('/') && patientId(local) === undefined;
  });
  if (other !== undefined) throw invalid("'patient' takes a reference to a Patient.", 'Parameters.parameter');
}

interface Codes {
  readonly code?: { readonly text?: string; readonly coding?: readonly { system?: string; code?: string }[] };
}

/** Two Observations are of one kind when they share a coding, or else their text. */
function createKinds(most: number) {
  const byName = new Map<string, StoredVersion[]>();
  const all: StoredVersion[][] = [];
  return {
    /** Whether it is one of those that are told. */
    put(version: StoredVersion): boolean {
      const names = namesOf(version);
      let kind = names.map((name) => byName.get(name)).find((known) => known !== undefined);
      if (!kind) {
        kind = [];
        all.push(kind);
      }
      // What comes after may share any of its codings.
      for (const name of names) if (!byName.has(name)) byName.set(name, kind);
      const isNew = kind.length < most;
      if (isNew) kind.push(version);
      return isNew;
    },
    newest: (): StoredVersion[] => all.flat(),
  };
}

function namesOf({ body }: StoredVersion): string[] {
  const { code } = JSON.parse(body ?? '{}') as Codes;
  const names = code?.coding?.map(({ system = '', code: value = '' }) => `${system}|${value}`) ?? [];
  return names.length === 0 ? [`"${code?.text ?? ''}`] : names;
}
