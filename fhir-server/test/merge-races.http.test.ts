/** `Patient/$merge` beside writers that still mean the record that is merged away: whoever was told that it is stored finds it in the one that stays. Issue 15. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observation, patient } from './resources.ts';
import { hasTransactions, STORES } from './stores.ts';
import type { World } from './world.ts';

// biome-ignore lint/suspicious/noExplicitAny: resources of every shape
type Resource = any;

/** Transactions are what a merge is. */
const ABLE = STORES.filter(([name]) => name === 'SQLite' || hasTransactions);
const WRITERS = 8;

describe.each(ABLE)('merging beside writers on %s', (_store, open) => {
  let world: World;
  const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    world.ask(method, path, { token: world.system, headers, ...(body === undefined ? {} : { body }) });
  const put = async (resource: Resource): Promise<void> => {
    const { status, text } = await ask('PUT', `/${resource.resourceType}/${resource.id}`, resource);
    if (status >= 400) throw new Error(text);
  };
  const parameters = (source: string, target: string) => ({
    resourceType: 'Parameters',
    parameter: [
      { name: 'source-patient', valueReference: { reference: `Patient/${source}` } },
      { name: 'target-patient', valueReference: { reference: `Patient/${target}` } },
    ],
  });
  const merge = (source: string, target: string) =>
    ask('POST', '/Patient/$merge', parameters(source, target));
  const of = async (patientId: string): Promise<string[]> => {
    const { body } = await ask('GET', `/Observation?subject=Patient/${patientId}&_count=1000&_elements=id`);
    return (body.entry ?? []).map(({ resource }: Resource) => resource.id);
  };
  const transaction = (...resources: Resource[]) =>
    ask('POST', '/', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: resources.map((resource) => ({
        resource,
        request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
      })),
    });

  async function two(name: string): Promise<[string, string]> {
    const [source, target] = [`${name}-a`, `${name}-b`];
    await put(patient(source, { active: true, identifier: [{ system: 'urn:mrn', value: `${name}1` }] }));
    await put(patient(target, { identifier: [{ system: 'urn:mrn', value: `${name}2` }] }));
    return [source, target];
  }

  beforeAll(async () => {
    world = await open();
  });
  afterAll(() => world?.close());

  it('leaves nothing that was acknowledged with the record that is replaced, however it was written', async () => {
    for (let run = 0; run < 8; run++) {
      const [source, target] = await two(`r${run}`);
      const acknowledged = new Set<string>();
      const refused: number[] = [];
      let isOver = false;
      const write = (id: string, by: number) => {
        const resource = { ...observation(source, by), id };
        if (by % 3 === 0) return ask('PUT', `/Observation/${id}`, resource);
        if (by % 3 === 1) return transaction(resource, { ...resource, id: `${id}-too` });
        return ask('PUT', `/Observation/${id}`, resource, {
          'X-Provenance': JSON.stringify({
            resourceType: 'Provenance',
            recorded: '2026-01-01T00:00:00Z',
            agent: [{ who: { display: 'ehr' } }],
          }),
        });
      };
      const writer = async (by: number): Promise<void> => {
        for (let i = 0; !isOver; i++) {
          const id = `r${run}-${by}-${i}`;
          const { status } = await write(id, by);
          if (status < 300) acknowledged.add(id);
          else refused.push(status);
        }
      };
      const writers = Array.from({ length: WRITERS }, (_, by) => writer(by));
      while (acknowledged.size < 4 * WRITERS) await new Promise((resolve) => setImmediate(resolve));
      const merged = await merge(source, target);
      const { length: before } = refused;
      // Whoever still sends by the old id is told.
      while (refused.length < before + 2 * WRITERS && acknowledged.size < 1000)
        await new Promise((resolve) => setImmediate(resolve));
      isOver = true;
      await Promise.all(writers);
      expect(merged.status, merged.text).toBe(200);
      expect(await of(source)).toEqual([]);
      expect(await of(target)).toEqual(expect.arrayContaining([...acknowledged]));
      expect(new Set(refused)).toEqual(new Set([422]));
    }
  }, 240_000);

  it('is made, and taken back, of what is left where others delete what it would move', async () => {
    for (let run = 0; run < 6; run++) {
      const [source, target] = await two(`d${run}`);
      const ids = Array.from({ length: 60 }, (_, i) => `d${run}-${i}`);
      const [early, late] = [ids.filter((_, i) => i % 2 === 0), ids.filter((_, i) => i % 2 === 1)];
      for (const id of ids) await put({ ...observation(source, 1), id });
      const deleted = (some: readonly string[]) =>
        Promise.all(some.map((id) => ask('DELETE', `/Observation/${id}`)));
      const [merged] = await Promise.all([merge(source, target), deleted(early)]);
      expect(merged.status, merged.text).toBe(200);
      expect((await of(target)).toSorted()).toEqual(late.toSorted());
      const undo = ask('POST', '/Patient/$undo-merge', parameters(source, target));
      const [undone] = await Promise.all([undo, deleted(late)]);
      expect(undone.status, undone.text).toBe(200);
      expect([await of(source), await of(target)]).toEqual([[], []]);
    }
  }, 240_000);

  it('comes to an end where two merges want the same: each is whole, or refused', async () => {
    const begun = performance.now();
    const statuses = async (...merges: [string, string][]): Promise<number[]> =>
      (await Promise.all(merges.map(([from, to]) => merge(from, to)))).map(({ status }) => status);
    const [a, b] = await two('e1');
    await put({ ...observation(a, 1), id: 'e1-o', performer: [{ reference: `Patient/${b}` }] });
    expect((await statuses([a, b], [b, a])).sort()).toEqual([200, 422]);

    const [c, d] = await two('e2');
    const [e, f] = await two('e3');
    await put({ ...observation(c, 1), id: 'e2-o', performer: [{ reference: `Patient/${e}` }] });
    await put({ ...observation(e, 1), id: 'e3-o', performer: [{ reference: `Patient/${c}` }] });
    expect(await statuses([c, d], [e, f])).toEqual([200, 200]);
    for (const [id, subject, performer] of [
      ['e2-o', d, f],
      ['e3-o', f, d],
    ]) {
      const { body } = await ask('GET', `/Observation/${id}`);
      expect([body.subject.reference, body.performer[0].reference]).toEqual([
        `Patient/${subject}`,
        `Patient/${performer}`,
      ]);
    }

    const [g, h] = await two('e4');
    const [i] = await two('e5');
    await put({ ...observation(g, 1), id: 'e4-o' });
    const [first, second] = await statuses([g, h], [h, i]);
    expect([first, second].filter((status) => status !== 200 && status !== 422)).toEqual([]);
    expect(second).toBe(200);
    const { body } = await ask('GET', '/Observation/e4-o');
    const holder = await ask('GET', `/${body.subject.reference}`);
    // Refused as the target was merged away before, what is the source's stays with it.
    expect((holder.body.link ?? []).map(({ type }: Resource) => type)).not.toContain('replaced-by');
    expect(performance.now() - begun).toBeLessThan(15_000);
  }, 60_000);
});
