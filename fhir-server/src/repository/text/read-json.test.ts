/** What comes from outside is counted before anything is made of it (attack row 6). */
import { describe, expect, it } from 'vitest';
import { jsonInSteps, jsonOf } from './read-json.ts';
import { stringifyJson } from './resource-text.ts';

const bundle = (entries: number, entry = '{}') =>
  `{"resourceType":"Bundle","entry":[${Array.from({ length: entries }, () => entry).join(',')}]}`;

describe('limits of a body', () => {
  it.each([
    ['empty objects', '{},'],
    ['numbers', '1,'],
    ['lists', '[],'],
    ['members', '"a":1,'],
    ['lists in lists', '[[[]]],'],
  ])('hold for %s, without making them', (kind, text) => {
    const long = `${kind === 'members' ? '{' : '['}${text.repeat(3_000_000)}`;
    const start = process.cpuUsage();
    expect(() => jsonOf(long, { values: 1000 })).toThrow(/1000 members and items at most/);
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(50);
  });

  it('count a Bundle’s entries, and none of the lists inside of them', () => {
    const limits = { values: 1_000_000, entries: 3 };
    expect(() => jsonOf(bundle(4), limits)).toThrow('A Bundle may have 3 entries at most.');
    expect(() => jsonOf(bundle(3, '{"a":[1,2,3,4,5],"b":{"c":[{},{},{},{}]}}'), limits)).not.toThrow();
    expect(() => jsonOf('{"a":1,"b":2,"c":3,"d":4,"e":{"f":1,"g":2,"h":3,"i":4}}', limits)).not.toThrow();
  });

  it('leave alone what stands in strings, and are exact', () => {
    expect(() => jsonOf(`{"a":"${'{},[],1:'.repeat(1000)}"}`, { values: 3 })).not.toThrow();
    expect(jsonOf('{"a":[1,2,3]}', { values: 4 })).toEqual({ a: [1, 2, 3] });
    expect(() => jsonOf('{"a":[1,2,3]}', { values: 3 })).toThrow();
  });

  it('numbers keep their spelling wherever they stand, and digits in a string make no work', async () => {
    const text = '{"a":[1.10,-0,1e3,12345678901234567890,7],"b":{"c":0.50},"d":"1.10"}';
    expect(stringifyJson(jsonOf(text))).toBe(text);
    const long = `{"x":"${'y'.repeat(200_000)}","a":1.10}`;
    expect(stringifyJson(await jsonInSteps(long, { values: 10 }))).toBe(long);
    const start = process.cpuUsage();
    jsonOf(`{"a":"${'111111111111111a'.repeat(500_000)}"}`);
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(150);
  });

  it('numbers that keep their spelling count for four: they cost as much', () => {
    expect(() => jsonOf('[1.5,1.5,1.5,1.5]', { values: 4 })).not.toThrow();
    expect(() => jsonOf('[1.50,1.50]', { values: 8 })).not.toThrow();
    expect(() => jsonOf('[1.50,1.50,1.50]', { values: 8 })).toThrow(/8 members and items at most/);
  });

  it('one entry of a Bundle may hold as much as a resource, and what stands beside the entries, too; how long their texts are does not matter', async () => {
    const limits = { values: 1e6, entry: 1000 };
    const ofItems = (count: number) => `{"a":[${'1,'.repeat(count)}1],"b":"${'x'.repeat(5000)}"}`;
    const many = bundle(100, ofItems(900));
    expect(await jsonInSteps(many, limits)).toEqual(JSON.parse(many));
    await expect(jsonInSteps(bundle(100, ofItems(1100)), limits)).rejects.toMatchObject({ status: 413 });
    await expect(
      jsonInSteps(`${bundle(100).slice(0, -2)},${ofItems(200_000)}]}`, limits),
    ).rejects.toMatchObject({ status: 413 });
    const document = bundle(2, `{"data":"${'x'.repeat(3_000_000)}"}`);
    expect(await jsonInSteps(document, limits)).toEqual(JSON.parse(document));
    const beside = `{"x":[${'{},'.repeat(100_000)}{}],"y":{"z":[${'{},'.repeat(1000)}{}]},"entry":[]}`;
    await expect(jsonInSteps(beside, limits)).rejects.toMatchObject({ status: 413 });
    const inList = `{"x":[${'{},'.repeat(100_000)}{}],"entry":[]}`;
    expect(await jsonInSteps(inList, limits)).toEqual(JSON.parse(inList));
  });

  const pad = `"${'x'.repeat(100_000)}"`;
  it.each([
    `{"p":${pad},"entry":[{"a":1.10},{"b":[1,2,{"c":[]}]} , 3,null,"],[{"],"e":[],"f":[ ],"g":[[1],[2]],"h":[0.50]}`,
    `[${pad},[1],[2,3]]`,
    `{"p":${pad},"__proto__":[1.10,2],"1":[3],"0":[4,5]}`,
    String.raw`{"p":[${pad},${pad},1.0],"q":"\\","r":["\\\"",{"s":"\ud83d\ude00"}]}`,
    ` ${pad} `,
  ])('steps make the same value: %#', async (text) => {
    const value = await jsonInSteps(text, { values: 1000 });
    expect(stringifyJson(value)).toBe(stringifyJson(jsonOf(text)));
  });

  it.each([
    '"e":[1,]',
    '"e":[,1]',
    '"e":[1,,2]',
    '"e":[1}',
    '"e":{"a":1]',
    '"e":[1 2]',
    '"e":[1][2]',
    '[1]:2',
    '"e":[1]]',
    '"e":["\\ud800"]',
    '"e":[{"a":1,"a":2}]',
    '"e":[1],"e":[2]',
    '"e":[1',
    '"e":["1]',
    '"e":[1.1.1]',
    '"e":[{"a":[}]]',
    '"e":[1],',
  ])('steps refuse what is refused in one: %s', async (members) => {
    const text = `{"p":${pad},${members}}`;
    expect(() => jsonOf(text)).toThrow(expect.objectContaining({ status: 400 }));
    await expect(jsonInSteps(text, { values: 1000 })).rejects.toMatchObject({ status: 400 });
  });

  it('what is refused is told as before, in steps too', async () => {
    for (const text of ['{"a":1,"a":2}', '{"a":}', `${'['.repeat(201)}${']'.repeat(201)}`, '{"a":"\\ud800"}'])
      for (const long of [text, `${text}${' '.repeat(100_000)}`]) {
        expect(() => jsonOf(long)).toThrow(expect.objectContaining({ status: 400 }));
        await expect(jsonInSteps(long, { values: 1000 })).rejects.toMatchObject({ status: 400 });
      }
  });
});
