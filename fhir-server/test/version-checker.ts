/**
 * F13: many clients read and write few resources, and every answer is held against what a single copy with numbered versions would have said. For such resources the
 * check is exact (no search over orders is needed): a write names its version, and so does a read.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, AskOptions } from './world.ts';

export type Ask = (method: string, path: string, options?: AskOptions) => Promise<Answer>;

interface Done {
  readonly kind: 'read' | 'write';
  readonly id: string;
  readonly began: number;
  readonly ended: number;
  /** What the answer said; 0: that there is nothing. */
  readonly version: number;
  readonly text: string;
  /** Of a write with If-Match. */
  readonly expected: number | undefined;
}

export interface Run {
  readonly done: readonly Done[];
  readonly refused: Readonly<Record<number, number>>;
}

/** Statuses of which nothing follows: it was not done, or nobody knows. A connection that was cut counts as 0. */
const OPEN: ReadonlySet<number> = new Set([0, 409, 412, 429, 503, 504]);

export interface RunOptions {
  readonly token: string;
  readonly clients: number;
  readonly resources: number;
  readonly milliseconds: number;
  /** So many writes are answered before it ends, however long that takes on a busy machine. */
  readonly writes?: number;
}

/** Each client reads, writes, and writes by If-Match, in random turns, until the time is over and enough is written. */
export async function runClients(ask: Ask, options: RunOptions): Promise<Run> {
  const { token, clients, resources, milliseconds, writes = 0 } = options;
  const done: Done[] = [];
  const refused: Record<number, number> = {};
  const end = performance.now() + milliseconds;
  const clock = () => performance.now();
  const isOver = () => clock() >= end && done.filter(({ kind }) => kind === 'write').length >= writes;

  async function client(number: number): Promise<void> {
    const known = new Map<string, number>();
    for (let turn = 0; !isOver(); turn++) {
      const id = `one-${Math.floor(Math.random() * resources)}`;
      const kind = Math.random() < 0.5 ? 'read' : 'write';
      const expected = kind === 'write' && Math.random() < 0.5 ? known.get(id) : undefined;
      const text = `${number}-${turn}`;
      const began = clock();
      const answer = await ask(kind === 'read' ? 'GET' : 'PUT', `/Basic/${id}`, {
        token,
        ...(kind === 'write' ? { body: { resourceType: 'Basic', id, code: { text } } } : {}),
        ...(expected === undefined ? {} : { headers: { 'If-Match': `W/"${expected}"` } }),
      }).catch(() => ({ status: 0 }) as Answer);
      const ended = clock();
      if (kind === 'read' && answer.status === 404) {
        done.push({ kind, id, began, ended, version: 0, text: '', expected });
        continue;
      }
      if (answer.status >= 300 || answer.status === 0) {
        refused[answer.status] = (refused[answer.status] ?? 0) + 1;
        if (answer.status === 0 || answer.status === 503) await sleep(20);
        continue;
      }
      const version = Number(answer.body.meta.versionId);
      known.set(id, version);
      done.push({ kind, id, began, ended, version, text: answer.body.code.text, expected });
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  return { done, refused };
}

/** In words, each; none where all answers are those of one copy. `history`: texts by version, of each resource. */
export function violations(
  { done, refused }: Run,
  history: ReadonlyMap<string, readonly string[]>,
): string[] {
  const found: string[] = Object.keys(refused)
    .filter((status) => !OPEN.has(Number(status)))
    .map((status) => `answered ${status}`);
  for (const [id, texts] of history) {
    const own = done.filter((each) => each.id === id);
    const writers = new Map<number, string>();
    for (const { kind, version, text, expected } of own) {
      if (version > 0 && texts[version - 1] !== text)
        found.push(`${id}: version ${version} is not what was answered`);
      if (kind === 'read') continue;
      if (writers.has(version)) found.push(`${id}: version ${version} was given to two writes`);
      writers.set(version, text);
      if (expected !== undefined && version !== expected + 1)
        found.push(`${id}: If-Match ${expected} made version ${version}`);
    }
    found.push(...goneBack(id, own));
  }
  return found;
}

/** What was known to somebody when an operation began, it can't be behind; a write is after it. */
function goneBack(id: string, own: readonly Done[]): string[] {
  const byBegin = [...own].sort((a, b) => a.began - b.began);
  const byEnd = [...own].sort((a, b) => a.ended - b.ended);
  let newest = 0;
  let next = 0;
  return byBegin.flatMap(({ kind, began, version }) => {
    for (let each = byEnd[next]; each && each.ended < began; each = byEnd[next]) {
      newest = Math.max(newest, each.version);
      next += 1;
    }
    const isBehind = kind === 'read' ? version < newest : version <= newest;
    return isBehind ? [`${id}: a ${kind} of version ${version} began after ${newest} was answered`] : [];
  });
}

/** Texts by version, from the server's own history; throws where a version is missing. */
export async function historyOf(ask: Ask, token: string, resources: number): Promise<Map<string, string[]>> {
  const history = new Map<string, string[]>();
  for (let i = 0; i < resources; i++) {
    const texts: string[] = [];
    let url: string | undefined = `/Basic/one-${i}/_history?_count=500`;
    while (url) {
      const { body, status }: Answer = await ask('GET', url, { token });
      // A database that has just come back may refuse once more; the test's own end is the end of that.
      if (status === 503) {
        await sleep(250);
        continue;
      }
      for (const { resource } of body.entry ?? [])
        texts[Number(resource.meta.versionId) - 1] = resource.code.text;
      url = body.link.find(({ relation }: { relation: string }) => relation === 'next')?.url;
    }
    if (Array.from(texts).includes(undefined as never)) throw new Error(`one-${i}: a version is missing`);
    history.set(`one-${i}`, texts);
  }
  return history;
}
