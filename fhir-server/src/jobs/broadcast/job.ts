/**
 * The work of `$broadcast`: some patients at a time, in the order of their ids. What they get and how far it is are one transaction, which names the version of the
 * CommunicationRequest that says so: after a crash, and of two that work at once, each patient has it once; and when somebody stops it, nobody else gets it. Where the store
 * has no transactions, what a patient got is found by its identifier and not made again. Whoever it rests on is looked at as it goes: their account, their role, whom they reach.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { FhirError } from '@wellspring/profiles';
import type { AccessContext } from '../../access/access-context.ts';
import { requireWriteScope } from '../../access/check-write.ts';
import { onBehalf } from '../../access/on-behalf.ts';
import { BROADCAST } from '../../access/reach.ts';
import { requireReadCondition } from '../../access/read-condition.ts';
import { withoutEmergency } from '../../access/staff-writes.ts';
import type { Grounds, Reopen } from '../../access/standing.ts';
import { createTrail, type Trail } from '../../audit/trail.ts';
import {
  BROADCAST_JOB,
  type BroadcastOrder,
  type LeftOut,
  type Progress,
  progressOf,
  RECIPIENTS,
  requireBroadcasts,
  withProgress,
} from '../../operations/broadcasts/order.ts';
import { patientsAmong, whyNot } from '../../operations/broadcasts/recipients.ts';
import { ensureStored } from '../../operations/broadcasts/stored-request.ts';
import type { Repository } from '../../repository/repository.ts';
import { type ResourceJson, resourceOf } from '../../repository/text/resource-text.ts';
import type { Write } from '../../repository/writes/write.ts';
import { and } from '../../search/query.ts';
import { tokenNode } from '../../search/types/token.ts';
import type { JobKind, RunningJob } from '../runner.ts';
import { identifierOf, sentTo } from './sent.ts';

export interface BroadcastJobOptions {
  readonly repository: Repository;
  readonly reopen: Reopen;
  readonly now: () => number;
}

/** So many in one commit: it is stopped between two. */
const BATCH = 25;
const SCOPES = 'system/Communication.cs system/Task.cs system/CommunicationRequest.crus';
const ENDED = 'The access of whoever sent it has ended.';
const FAILED = 'It could not be finished.';
const AGAIN_MS = 250;

export function createBroadcastJob(options: BroadcastJobOptions): JobKind {
  return {
    kind: BROADCAST_JOB,
    run: (job) => sendAll(options, job),
    remove: (id) => giveUp(options.repository, id),
  };
}

interface Standing {
  readonly resource: ResourceJson;
  readonly version: number;
  readonly progress: Progress;
}

const serverAccess = (grounds: Grounds): AccessContext =>
  onBehalf({ ...grounds, scopes: [], readsOwnUser: false }, SCOPES);

async function sendAll(options: BroadcastJobOptions, job: RunningJob): Promise<void> {
  const { id, grounds, data } = job.record;
  const ids = JSON.parse((await job.part(RECIPIENTS)) ?? '[]') as string[];
  const { subject, clientId: client, fhirUser: user } = grounds;
  const who = user ? { fhirUser: `${user.type}/${user.id}` } : {};
  const trail = () => createTrail({ subject, client, requestId: id, ...who });
  const server = { ...serverAccess(grounds), trail: trail() };
  const work = { options, id, order: data as BroadcastOrder, ids, server, trail };
  await ensureStored(options.repository, server, work.order.request, id);
  for (;;) {
    job.check();
    const turn = await takeTurn(work).catch(whenAway);
    if (turn === 'over') return;
    // Changed meanwhile, or somebody that is asked is away: it is looked at again, for as long as that lasts.
    if (turn === 'again') await sleep(AGAIN_MS);
    else await job.save(work.order, `${turn} of ${ids.length} patients`);
  }
}

function whenAway(error: unknown): 'again' {
  if (error instanceof FhirError && (error.status === 503 || error.status === 412)) return 'again';
  throw error;
}

interface Work {
  readonly options: BroadcastJobOptions;
  readonly id: string;
  readonly order: BroadcastOrder;
  readonly ids: readonly string[];
  readonly server: AccessContext;
  readonly trail: () => Trail;
}

/** How many have been dealt with now, or that it is over. Throws 412 where it was changed meanwhile. */
async function takeTurn({ options, id, order, ids, server, trail }: Work): Promise<number | 'over'> {
  const standing = await standingOf(options.repository, server, id);
  if (standing.resource.status !== 'active') return 'over';
  const author = await authorOf(options, order);
  const { done } = standing.progress;
  const next = ids.slice(done, done + BATCH);
  if (author && next.length > 0) {
    await sendSome(options, { id, order, standing, next, author: { ...author, trail: trail() } });
    return done + next.length;
  }
  await end(options.repository, server, id, standing, author ? undefined : ENDED);
  return 'over';
}

/** Nobody works at it any more: it says so, where it isn't over. */
async function giveUp(repository: Repository, id: string): Promise<void> {
  const nobody = { subject: '', clientId: '', fhirUser: undefined, patient: undefined };
  const server = serverAccess(nobody);
  const standing = await standingOf(repository, server, id).catch((error: unknown) => {
    if (error instanceof FhirError && (error.status === 404 || error.status === 410)) return undefined;
    throw error;
  });
  if (standing?.resource.status === 'active') await end(repository, server, id, standing, FAILED);
}

async function standingOf(repository: Repository, server: AccessContext, id: string): Promise<Standing> {
  const found = await repository.read(server, 'CommunicationRequest', id);
  const resource = resourceOf(found);
  return { resource, version: found.version, progress: progressOf(resource) };
}

/** undefined: it rests on nobody any more. Throws 503 where that can't be said. */
async function authorOf(
  { reopen }: BroadcastJobOptions,
  { access, content }: BroadcastOrder,
): Promise<AccessContext | undefined> {
  const author = await reopen(access);
  if (!author) return undefined;
  const type = content.kind === 'message' ? 'Communication' : 'Task';
  try {
    requireBroadcasts(author);
    requireWriteScope(author, 'c', type);
    requireReadCondition(author, 'Patient', 's');
  } catch (error) {
    if (error instanceof FhirError && error.status === 403) return undefined;
    throw error;
  }
  return withoutEmergency(author);
}

async function end(
  repository: Repository,
  server: AccessContext,
  id: string,
  { resource, version }: Standing,
  why: string | undefined,
): Promise<void> {
  const ended =
    why === undefined
      ? { ...resource, status: 'completed' }
      : { ...resource, status: 'revoked', statusReason: { text: why } };
  await write(repository, server, [{ interaction: 'update', resource: ended, id, expectedVersion: version }]);
}

async function sendSome(
  { repository, now }: BroadcastJobOptions,
  {
    id,
    order,
    standing,
    next,
    author,
  }: {
    readonly id: string;
    readonly order: BroadcastOrder;
    readonly standing: Standing;
    readonly next: readonly string[];
    readonly author: AccessContext;
  },
): Promise<void> {
  const at = new Date(now()).toISOString();
  const found = await patientsAmong(repository, author, next);
  const leftOut = new Map<LeftOut, number>();
  const writes: Write[] = [];
  for (const each of next) {
    const patient = found.get(each)?.patient;
    const resource = patient && sentTo(id, order, { id: each, patient }, at);
    const why =
      whyNot(patient) ?? ((await isTheirs(repository, author, resource)) ? undefined : 'out-of-reach');
    if (why) leftOut.set(why, (leftOut.get(why) ?? 0) + 1);
    else if (resource) writes.push(creation(repository, id, each, resource));
  }
  const { progress } = standing;
  const further: Progress = {
    ...progress,
    done: progress.done + next.length,
    sent: progress.sent + writes.length,
    leftOut: { ...progress.leftOut, ...summed(progress.leftOut, leftOut) },
  };
  const told: Write = {
    interaction: 'update',
    resource: withProgress(standing.resource, further),
    id,
    expectedVersion: standing.version,
  };
  await write(repository, onBehalf(author, SCOPES), [...writes, told]);
}

function summed(
  before: Progress['leftOut'],
  more: ReadonlyMap<LeftOut, number>,
): Partial<Record<LeftOut, number>> {
  return Object.fromEntries([...more].map(([why, count]) => [why, (before[why] ?? 0) + count]));
}

/** Might they write this to this patient themselves? */
async function isTheirs(
  repository: Repository,
  author: AccessContext,
  resource: ResourceJson | undefined,
): Promise<boolean> {
  if (!resource) return false;
  try {
    await repository.settle(author, 'c', resource);
    return true;
  } catch (error) {
    if (error instanceof FhirError && error.status < 500) return false;
    throw error;
  }
}

function creation(repository: Repository, broadcast: string, patient: string, resource: ResourceJson): Write {
  return {
    interaction: 'create',
    resource,
    id: repository.newId(),
    ifNoneExist: and(
      { kind: 'owner', patients: [patient] },
      // What only bears its name is not of it (access/own-marks.ts).
      { kind: 'reference', param: 'based-on', targets: [`CommunicationRequest/${broadcast}`] },
      tokenNode('identifier', `${BROADCAST}|${identifierOf(broadcast, patient).value}`),
    ),
  };
}

async function write(repository: Repository, access: AccessContext, writes: readonly Write[]): Promise<void> {
  const together = repository.supportsTransactions ? [writes] : writes.map((each) => [each]);
  for (const each of together) await repository.write(access, each);
}
