/**
 * https://hl7.org/fhir/R4/http.html#transaction: all entries or none. Deletes, creates, updates, then what is asked (reads, searches, operations that change nothing),
 * whatever their order in the Bundle; transaction-plan.ts settles what each entry means before anything is stored.
 */
import { FhirError, inEntry, invalid } from '@wellspring/profiles';
import { createBreath } from '../breath.ts';
import type { WrittenVersion } from '../repository/repository.ts';
import type { Write } from '../repository/writes/write.ts';
import type { StoredVersion } from '../store/store.ts';
import { batch, bundleText, createRoom, failureText, type Room } from './batch.ts';
import {
  asOfNow,
  type Entry,
  entryRequest,
  isForNobody,
  parseEntries,
  parseEntry,
  responseText,
} from './bundle-entry.ts';
import { successorOf } from './in-place-of.ts';
import { isPinned } from './preconditions.ts';
import { PROVENANCE_HEADER, provenanceOf, provenanceWrites, type Told, toldOf } from './provenance-header.ts';
import { againUntilWon } from './races.ts';
import { type FhirRequest, type Reply, returnPreference, type Services } from './request.ts';
import { checkEntries, type Planned, plan } from './transaction-plan.ts';
import { writtenReply } from './version-reply.ts';
import { adviceOn } from './write-advice.ts';

/** A conditional create that lost a race is planned again this often. */
const MAX_ATTEMPTS = 3;
/** What was changed between its reading and its writing is read again this often: with others that do the same, each has its turn. */
const MAX_RACES = 30;
const ORDER: Readonly<Record<Entry['method'], number>> = {
  DELETE: 0,
  POST: 1,
  PUT: 2,
  PATCH: 2,
  GET: 3,
  HEAD: 3,
};

const isRead = ({ route }: Entry): boolean => route.inTransaction === 'read';

/** `POST [base]` with a Bundle. */
export async function batchOrTransaction(services: Services, request: FhirRequest): Promise<Reply> {
  const { kind, entries } = parseEntries(services, request);
  return kind === 'batch' ? batch(services, request, entries) : transaction(services, request, entries);
}

async function transaction(
  services: Services,
  request: FhirRequest,
  values: readonly unknown[],
): Promise<Reply> {
  const breath = createBreath();
  const entries: Entry[] = [];
  for (const [index, value] of values.entries()) {
    await breath();
    entries.push(inTransaction(parseEntry(services, value, index)));
  }
  const reads = entries.filter(isRead);
  const writes = entries
    .filter((entry) => !isRead(entry))
    .sort((a, b) => ORDER[a.method] - ORDER[b.method] || a.index - b.index);
  checkEntries(writes);
  const isConditional = writes.some((entry) => entry.ifNoneExist !== undefined || entry.id === undefined);
  // A patch without If-Match, or a condition that may hold of several versions: nobody named the version that was read.
  const readsVersions = writes.some(
    ({ patch, ifMatch, ifNoneMatch }) =>
      (patch || ifMatch || ifNoneMatch) && !isPinned({ 'if-match': ifMatch, 'if-none-match': ifNoneMatch }),
  );
  const provenance = provenanceOf(request);
  let attempts = 0;
  let undo = (): void => {};
  const attempt = async (): Promise<Reply> => {
    attempts += 1;
    undo();
    undo = () => {};
    const made = await plan(services, await asOfNow(request), writes, reads);
    undo = made.undo;
    const done = made.planned.filter((each) => each.write !== undefined);
    const planned = done.map((each) => each.write as Write);
    const told = provenance ? provenanceWrites(services, provenance, done.flatMap(toldIn)) : [];
    const results = await services.repository
      .write(
        (await asOfNow(request)).access,
        [...planned, ...told],
        (index) => done[index]?.entry.index ?? PROVENANCE_HEADER,
      )
      .catch((error: unknown) => {
        throw new NotWritten(error);
      });
    return respond(
      services,
      request,
      reads,
      made.planned,
      new Map(done.map((each, i) => [each.entry, results[i]])),
    );
  };
  const isLost = (error: unknown): boolean =>
    error instanceof NotWritten &&
    ((isConditional && attempts < MAX_ATTEMPTS && mayBeLostRace(error.cause)) ||
      (readsVersions &&
        attempts < MAX_RACES &&
        error.cause instanceof FhirError &&
        error.cause.status === 412));
  return againUntilWon(attempt, isLost).catch((error: unknown) => {
    throw error instanceof NotWritten ? error.cause : error;
  });
}

/** Errors: 400 for what changes something by itself. */
function inTransaction(entry: Entry): Entry {
  if (entry.route.inTransaction !== 'never') return entry;
  throw invalid(
    'This changes something by itself: ask for it in a request of its own, or in a batch.',
    `Bundle.entry[${entry.index}].request.url`,
  );
}

/** What X-Provenance is about: what is written, and not what is taken away, or was there. */
const toldIn = ({ write, isThere }: Planned): Told[] =>
  write === undefined || isThere || write.interaction === 'delete' ? [] : [toldOf(write)];

/** What planning found was refused when it was to be written. */
class NotWritten extends Error {
  constructor(cause: unknown) {
    super('the transaction was not written', { cause });
    this.name = 'NotWritten';
  }
}

/**
 * Between planning and writing somebody else may have made, or deleted, the resource of a condition: then a reference to the planned id leads
 * to nothing, the store has refused the whole, and planning again finds the right one.
 */
function mayBeLostRace(error: unknown): boolean {
  return (
    error instanceof FhirError &&
    error.issues.some(({ code }) => code === 'business-rule' || code === 'conflict')
  );
}

async function respond(
  services: Services,
  request: FhirRequest,
  reads: readonly Entry[],
  planned: readonly Planned[],
  results: ReadonlyMap<Entry, WrittenVersion | undefined>,
): Promise<Reply> {
  const answers: string[] = new Array(reads.length + planned.length);
  const breath = createBreath();
  for (const { entry } of planned) {
    await breath();
    answers[entry.index] = await writeAnswer(services, request, entry, results.get(entry));
  }
  const room = createRoom(services, request);
  for (const entry of reads) {
    if (isForNobody(request, entry)) break;
    const answer = await readAnswer(services, request, entry, room, planned.length > 0);
    answers[entry.index] = answer;
    await breath();
  }
  return { status: 200, headers: {}, body: bundleText('transaction-response', answers) };
}

/** What was written stands by now: a read that fails says so in its own place. Where nothing was, the whole fails. */
async function readAnswer(
  services: Services,
  request: FhirRequest,
  entry: Entry,
  room: Room,
  isWritten: boolean,
): Promise<string> {
  try {
    room.require();
    const reply = await entry.route.interaction(
      services,
      entryRequest(services, await asOfNow(request), entry),
    );
    return room.take(responseText(undefined, reply.status, reply));
  } catch (error) {
    if (isWritten) return failureText(error);
    throw error instanceof FhirError ? inEntry(error, entry.index) : error;
  }
}

const STATUS = { created: 201, updated: 200, found: 200, deleted: 204, absent: 204 } as const;

/** What was there already is read, as of now: where the access has ended meanwhile, the answer says which it is and no more. */
async function answered(
  services: Services,
  request: FhirRequest,
  result: WrittenVersion | undefined,
): Promise<{ version: StoredVersion | undefined; isShown: boolean }> {
  if (result?.outcome !== 'found' || !result.version) return { version: result?.version, isShown: true };
  try {
    const { access } = await asOfNow(request);
    return { version: await successorOf(services.repository, access, result.version), isShown: true };
  } catch (error) {
    if (!(error instanceof FhirError)) throw error;
    return { version: result.version, isShown: false };
  }
}

async function writeAnswer(
  services: Services,
  request: FhirRequest,
  entry: Entry,
  result: WrittenVersion | undefined,
): Promise<string> {
  const { version, isShown } = await answered(services, request, result);
  if (!result || !version?.body) return responseText(undefined, 204, { headers: {}, body: undefined });
  const { baseUrl } = services.repository;
  // A transaction's answer repeats the resources only where Prefer asks for them: clients know what they sent.
  const wanted = returnPreference(request) === 'representation';
  const asked = entryRequest(services, request, entry);
  const advice = await adviceOn(services, asked, version);
  const reply = writtenReply(asked, STATUS[result.outcome], version, baseUrl, advice);
  const headers = {
    ...reply.headers,
    Location: `${baseUrl}/${version.type}/${version.id}/_history/${version.version}`,
  };
  const fullUrl = `${baseUrl}/${version.type}/${version.id}`;
  const outcome = reply.isOutcome ? reply.body : undefined;
  const body = wanted && isShown ? version.body : undefined;
  return responseText(
    fullUrl,
    STATUS[result.outcome],
    { headers, body, lastUpdated: version.lastUpdated },
    outcome,
  );
}
