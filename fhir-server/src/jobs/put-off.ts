/**
 * What the care team put off until a day. A result that is to be released then is kept from the patient by a label (R18) until the Task that says so is due; then the labels
 * go, the Task is done, and the notice of a new result follows. Any other work (decision 39) is back in the queue. Each is one transaction that names the versions it
 * was made for: of several servers one does it, and what somebody changes at the same moment stands.
 */
import { backInQueue, isPutOff, modifiedAt } from '@wellspring/profiles/put-off';
import type { Logger } from 'pino';
import { NOT_FOR_PATIENTS } from '../access/labels.ts';
import { WORK_KINDS } from '../access/write-rules.ts';
import { ownUpdate, type Stored, storedResource } from '../repository/own-writes.ts';
import { type ResourceJson, resourceOf } from '../repository/text/resource-text.ts';
import { isMarkedPutOff } from '../repository/work/put-off.ts';
import { and, or, type QueryNode } from '../search/query.ts';
import { tokenNode } from '../search/types/token.ts';
import type { ResourceStore, StoredVersion, WriteOperation } from '../store/store.ts';
import { createRounds } from './rounds.ts';

const BATCH = 50;
/** Results of one report, with those that are members of a panel. */
const MOST_RESULTS = 500;

export interface PutOff {
  /** One round. Returns how many Tasks were due. */
  run(): Promise<number>;
  start(): void;
  stop(): Promise<void>;
}

export function createPutOff({
  store,
  everyMs,
  now,
  log,
}: {
  readonly store: ResourceStore;
  readonly everyMs: number;
  readonly now: () => number;
  readonly log: Logger;
}): PutOff {
  async function run(): Promise<number> {
    const due: QueryNode = and(
      or(tokenNode('code', `${WORK_KINDS}|result-release`), isMarkedPutOff),
      tokenNode('status', 'on-hold'),
      {
        kind: 'date',
        param: 'period',
        test: 'le',
        range: { low: now(), high: now() + 1 },
      },
    );
    const { matches } = await store.search({
      type: 'Task',
      where: due,
      sort: [{ by: 'mainDate', descending: false }],
      count: BATCH,
      total: 'none',
    });
    let done = 0;
    for (const task of matches) {
      try {
        await store.transact(await operationsOf(task));
        done += 1;
      } catch (error) {
        // Changed meanwhile, here or by another server: the next round sees what is left.
        log.info(
          { failure: (error as Error).message },
          'what was put off and is due waits for the next round',
        );
      }
    }
    return done;
  }

  async function operationsOf(found: StoredVersion): Promise<WriteOperation[]> {
    const task = resourceOf(found);
    if (isPutOff(task)) return [ownUpdate(backInQueue(task, now()), found.id, found.version)];
    const at = new Date(now()).toISOString();
    const focus = referenceOf(task.focus);
    const report = focus === undefined ? undefined : await storedResource(store, focus);
    const results = report ? await resultsOf(report.resource) : [];
    return [
      ...(report ? [update(report, { ...unlabelled(report.resource), issued: at })] : []),
      ...results.map((each) => update(each, unlabelled(each.resource))),
      ownUpdate(
        { ...task, status: 'completed', lastModified: modifiedAt(task, now()) },
        found.id,
        found.version,
      ),
    ];
  }

  async function resultsOf(report: ResourceJson): Promise<Stored<ResourceJson>[]> {
    const known = new Map<string, Stored<ResourceJson>>();
    // Those of a panel are read in one go, then their members.
    for (let names = referencesOf(report.result); names.length > 0 && known.size < MOST_RESULTS; ) {
      const asked = [...new Set(names)]
        .filter((name) => !known.has(name))
        .slice(0, MOST_RESULTS - known.size);
      const found = await Promise.all(asked.map((name) => storedResource(store, name)));
      names = [];
      for (const [i, result] of found.entries()) {
        if (!result) continue;
        known.set(asked[i] as string, result);
        names.push(...referencesOf(result.resource.hasMember));
      }
    }
    return [...known.values()];
  }

  const rounds = createRounds(run, everyMs, (error) =>
    log.warn(
      { failure: (error as Error).message },
      'what was put off and is due waits: the store did not answer',
    ),
  );

  return { run, ...rounds };
}

const LOCAL = /^[A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/;

function referenceOf(value: unknown): string | undefined {
  const reference = (value as { reference?: unknown } | undefined)?.reference;
  return typeof reference === 'string' && LOCAL.test(reference) ? reference : undefined;
}

const referencesOf = (list: unknown): string[] =>
  (Array.isArray(list) ? list : []).flatMap((each) => referenceOf(each) ?? []);

function unlabelled(resource: ResourceJson): ResourceJson {
  const { security = [], ...meta } = (resource.meta ?? {}) as {
    security?: readonly { system?: string; code?: string }[];
  };
  const left = security.filter(
    ({ system, code }) => system !== NOT_FOR_PATIENTS.system || code !== NOT_FOR_PATIENTS.code,
  );
  return { ...resource, meta: { ...meta, ...(left.length > 0 ? { security: left } : {}) } };
}

const update = (
  { version, resource: { id } }: Stored<ResourceJson>,
  resource: ResourceJson,
): WriteOperation => ownUpdate(resource, String(id), version);
