/** `Observation/$lastn` (https://hl7.org/fhir/R4/observation-operation-lastn.html): the newest of each kind, of one patient. */
import { invalid, tooCostly } from '@wellspring/profiles';
import { createBreath } from '../breath.ts';
import { parse } from '../interactions/parse.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { bundle } from '../interactions/searchset.ts';
import { createPageRoom, PAGE_ROOM } from '../page-room.ts';
import type { StoredVersion } from '../store/store.ts';

/** Looked through for groups; a patient has seldom so many of what they ask for. */
const MAX_LOOKED_AT = 20_000;
const PAGE = 1000;

export async function lastn(services: Services, request: FhirRequest): Promise<Reply> {
  const asked = [...request.query];
  const parameters = (request.resource?.parameter ?? []) as { name?: string; [value: string]: unknown }[];
  for (const { name, ...rest } of parameters) asked.push([String(name), String(Object.values(rest)[0])]);
  const most = Number(asked.find(([name]) => name === 'max')?.[1] ?? 1);
  if (!Number.isInteger(most) || most < 1 || most > 100) throw invalid("'max' takes a number from 1 to 100.");
  const query = asked.filter(([name]) => name !== 'max');
  if (!query.some(([name]) => /^(?:patient|subject)\b/.test(name)))
    throw invalid("$lastn needs a 'patient' or a 'subject'.");
  if (!query.some(([name]) => /^(?:code|category)\b/.test(name)))
    throw invalid("$lastn needs a 'category' or a 'code'.");
  const search = await parse(services, request, 'Observation', query);
  const groups = new Map<string, StoredVersion[]>();
  let { after } = search;
  const breath = createBreath();
  const takes = createPageRoom(PAGE_ROOM);
  for (let seen = 0; seen < MAX_LOOKED_AT; ) {
    const page = await services.repository.search(request.access, {
      ...search,
      sort: [{ by: 'mainDate', descending: true }],
      count: PAGE,
      total: 'none',
      after,
      room: PAGE_ROOM,
    });
    seen += page.matches.length;
    for (const version of page.matches) {
      await breath();
      if (put(groups, version, most) && !takes(version))
        throw tooCostly('The newest of each kind are too much for one answer: ask for fewer.');
    }
    if (!page.next) break;
    after = page.next;
  }
  const matches = [...groups.values()].flat();
  return bundle(
    services,
    { ...search, applied: asked },
    'Observation/$lastn',
    { matches, included: [], next: undefined, previous: undefined, total: matches.length },
    search.ignored,
  );
}

interface Codes {
  readonly code?: { readonly text?: string; readonly coding?: readonly { system?: string; code?: string }[] };
}

/** Whether it is one of those that are told. Two Observations are of one kind when they share a coding, or else their text. */
function put(groups: Map<string, StoredVersion[]>, version: StoredVersion, most: number): boolean {
  const { code } = JSON.parse(version.body ?? '{}') as Codes;
  const names = code?.coding?.map(({ system = '', code: value = '' }) => `${system}|${value}`) ?? [];
  if (names.length === 0) names.push(`"${code?.text ?? ''}`);
  const known = names.map((name) => groups.get(name)).find((group) => group !== undefined);
  const group = known ?? [];
  if (!known) groups.set(names[0] as string, group);
  const isNew = group.length < most;
  if (isNew) group.push(version);
  return isNew;
}
