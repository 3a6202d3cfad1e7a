/** The work of `Group/$bulk-member-match`: each member is looked for and judged by themselves; those who match become a Group that is stored, under the id of the job. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccessContext } from '../../access/access-context.ts';
import type { Reopen } from '../../access/standing.ts';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { ExportedFile } from '../../operations/bulk/export-order.ts';
import {
  MEMBER_MATCH,
  MEMBERS,
  type MemberMatchData,
  type Named,
  type SubmittedMember,
} from '../../operations/member-match/order.ts';
import { withoutRefusing } from '../../operations/member-match/refusals.ts';
import type { Repository } from '../../repository/repository.ts';
import { createDisclosure } from '../export/disclosure.ts';
import { createExportFile } from '../export/export-file.ts';
import { createKeptAccess } from '../kept-access.ts';
import type { JobKind, RunningJob } from '../runner.ts';
import { complies, isOf, recipientOf } from './complies.ts';
import { findMember } from './find-member.ts';
import { type Judged, matchGroup, withoutAddresses } from './match-groups.ts';

export interface MemberMatchOptions {
  readonly repository: Repository;
  readonly reopen: Reopen;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly folder: string;
  readonly now: () => number;
  readonly standsMs: number;
  readonly elapsed: () => number;
}

const FILE = 'Group-1.ndjson';
const SAVED_EACH = 50;

export function createMemberMatchJob(options: MemberMatchOptions): JobKind {
  const folderOf = (id: string): string => join(options.folder, id);
  return {
    kind: MEMBER_MATCH,
    keepsFiles: true,
    run: (job) => runMatch(options, folderOf(job.record.id), job),
    remove: (id) => rm(folderOf(id), { recursive: true, force: true }),
  };
}

async function runMatch(options: MemberMatchOptions, folder: string, job: RunningJob): Promise<void> {
  const { repository, now } = options;
  const data = job.record.data as MemberMatchData;
  const members = JSON.parse((await job.part(MEMBERS)) ?? '[]') as SubmittedMember[];
  const access = createKeptAccess(options, job.record, data.access);
  const judged: Judged[] = [];
  for (const [index, member] of members.entries()) {
    job.check();
    judged.push(await judge(options, await access(), member));
    if (index % SAVED_EACH === 0) await job.save(data, `${index} of ${members.length} members`);
  }
  const disclosure = createDisclosure(options, job.record, '$bulk-member-match');
  disclosure.add(judged.flatMap(({ patient }) => patient ?? []));
  const about = { requester: requesterOf(job, judged), repeated: repeatedIn(members), now: now() };
  const of = (result: Judged['result']): Judged[] => judged.filter((each) => each.result === result);
  // Always there, for its id is what an export is asked by; of the others those that have somebody.
  const matched = matchGroup('match', of('match'), about);
  const { id } = job.record;
  const [written] = await repository.write(await access(), [
    { interaction: 'create', resource: matched, id, ifNoneExist: { kind: 'id', ids: [id] } },
  ]);
  await disclosure.keep();
  const others = (['nomatch', 'consentconstraint'] as const)
    .filter((result) => of(result).length > 0)
    .map((result) => JSON.stringify(matchGroup(result, of(result), about)));
  const file = await writeFile(folder, [
    written?.version?.body ?? JSON.stringify({ ...matched, id }),
    ...others,
  ]);
  await job.save({ ...data, at: 1, resources: file.count, files: [file] }, 'done');
}

/** A consent that can't be kept to is told of one that matches, and of nobody else. */
async function judge(
  { repository, now }: MemberMatchOptions,
  access: AccessContext,
  member: SubmittedMember,
): Promise<Judged> {
  const patient = await findMember(repository, access, member);
  if (patient === undefined) return { member, result: 'nomatch' };
  const today = new Date(now()).toISOString().slice(0, 10);
  const isAllowed =
    isOf(member.consent, member.patient) &&
    complies(member.consent, today) &&
    (await withoutRefusing(repository, access, new Set([patient]), now())).size > 0;
  return isAllowed ? { member, result: 'match', patient } : { member, result: 'consentconstraint' };
}

/** Who asks: the payer that the consents name, or the client itself. */
function requesterOf({ record }: RunningJob, judged: readonly Judged[]): Named {
  const told = judged.map(({ member }) => recipientOf(member.consent)).find((each) => each?.identifier);
  if (told) return withoutAddresses(told) as Named;
  return { identifier: { system: 'urn:wellspring:client', value: record.grounds.clientId } };
}

function repeatedIn(members: readonly SubmittedMember[]): ReadonlySet<string> {
  const ids = members.map(({ patient }) => patient.id);
  return new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
}

async function writeFile(folder: string, lines: readonly string[]): Promise<ExportedFile> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = createExportFile(join(folder, `${FILE}.gz`));
  await file.write(lines, lines.length);
  return { name: FILE, list: 'output', type: 'Group', count: file.count, ...(await file.close()) };
}
