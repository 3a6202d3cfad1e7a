import { expect, it } from 'vitest';
import { createCardRevocations } from './health-card-revocations.ts';

function notes() {
  const held = new Map<string, string>();
  return {
    held,
    getNote: async (name: string) => held.get(name),
    async swapNote(name: string, expected: string | undefined, value: string) {
      if (held.get(name) !== expected) return false;
      held.set(name, value);
      return true;
    },
  };
}

it('two processes that take cards back at once lose neither, and count each change', async () => {
  const store = notes();
  const [one, two] = [createCardRevocations(store), createCardRevocations(store)];
  const people = Array.from({ length: 10 }, (_, index) => `p${index}`);
  await Promise.all(people.map((id, index) => (index % 2 ? one : two).revoke(['k'], id, 100 + index)));
  const { ctr, rids } = JSON.parse(await one.file('k'));
  const expected = await Promise.all(
    people.map(async (id, index) => `${await two.identifier('k', id)}.${100 + index}`),
  );
  expect([ctr, rids.sort()]).toEqual([11, expected.sort()]);
});

it('whoever is taken back again is listed once, by the later time, and under each key by another identifier', async () => {
  const revocations = createCardRevocations(notes());
  await revocations.revoke(['k', 'l'], 'ana', 200);
  await revocations.revoke(['k'], 'ana', 100);
  const rid = await revocations.identifier('k', 'ana');
  // Nothing has changed by the second: the list keeps its number.
  expect(JSON.parse(await revocations.file('k'))).toMatchObject({ ctr: 2, rids: [`${rid}.200`] });
  expect(await revocations.identifier('l', 'ana')).not.toBe(rid);
  expect([await revocations.before('l', 'ana'), await revocations.before('l', 'ben')]).toEqual([200, 0]);
});
