/** Where this server calls because somebody else wrote an address down. The name server is a socket of the test's own. */
import { createSocket, type Socket } from 'node:dgram';
import { type LookupOptions, promises } from 'node:dns';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPublic, outwardLookup } from './public-address.ts';

describe('an address', () => {
  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.9.9.9',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.168.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::a9fe:a9fe',
    '::2',
    '4000::1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    'fc00::1',
    'fe80::1',
    'fe80::1%eth0',
    '2001::1',
    '3fff::1',
    '192.88.99.1',
    '203.0.113.9',
    '240.0.0.1',
    'ff02::1',
    '64:ff9b::a00:1',
    '2002:7f00:1::1',
    '2001:db8::1',
    'nonsense',
  ])('%s is not on the public internet', (address) => {
    expect(isPublic(address)).toBe(false);
  });

  it.each(['93.184.216.34', '8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8'])('%s is', (address) => {
    expect(isPublic(address)).toBe(true);
  });
});

/** RFC 1035, section 4.1: the question back, with one record of 4 or 16 bytes for each address; of a name of which nothing is known there are none. */
function answerTo(question: Buffer, addresses: readonly (readonly number[])[]): Buffer {
  const asked = question.subarray(12, question.indexOf(0, 12) + 5);
  const head = Buffer.from([
    question[0] ?? 0,
    question[1] ?? 0,
    0x81,
    0x80,
    0,
    1,
    0,
    addresses.length,
    0,
    0,
    0,
    0,
  ]);
  const records = addresses.map((address) =>
    Buffer.from([
      0xc0,
      12,
      0,
      address.length === 4 ? 1 : 28,
      0,
      1,
      0,
      0,
      0,
      0,
      0,
      address.length,
      ...address,
    ]),
  );
  return Buffer.concat([head, asked, ...records]);
}

const IPV6 = 28;
const INSIDE = [10, 0, 0, 1];
const OUTSIDE = [93, 184, 216, 34];
const OUTSIDE_SIX = [0x26, 0x06, 0x47, 0, ...Array<number>(11).fill(0), 1];

describe('a name', () => {
  let server: Socket;
  let servers: string[];
  const asked: string[] = [];

  beforeAll(async () => {
    server = createSocket('udp4');
    server.on('message', (question, { port, address }) => {
      const name = question.subarray(13, 13 + (question[12] ?? 0)).toString();
      asked.push(name);
      const isSix = question[question.indexOf(0, 12) + 2] === IPV6;
      const of: Readonly<Record<string, readonly (readonly number[])[]>> = {
        outside: isSix ? [OUTSIDE_SIX] : [OUTSIDE],
        inside: isSix ? [] : [INSIDE],
        both: isSix ? [] : [OUTSIDE, INSIDE],
        nobody: [],
      };
      const addresses = of[name];
      if (addresses) server.send(answerTo(question, addresses), port, address);
    });
    await new Promise<void>((done) => server.bind(0, '127.0.0.1', done));
    servers = [`127.0.0.1:${(server.address() as AddressInfo).port}`];
  });
  afterAll(() => void server.close());

  const lookUp = (name: string, options: LookupOptions = {}): Promise<unknown> =>
    new Promise((done) => {
      outwardLookup(isPublic, servers)(name, options, (error, ...found) => done(error?.message ?? found));
    });

  it('leads to the addresses that its name server gives', async () => {
    expect(await lookUp('outside.example')).toEqual(['93.184.216.34', 4]);
    expect(await lookUp('outside.example', { family: 6 })).toEqual(['2606:4700::1', 6]);
    expect(await lookUp('outside.example', { all: true })).toEqual([
      [
        { address: '93.184.216.34', family: 4 },
        { address: '2606:4700::1', family: 6 },
      ],
    ]);
  });

  it('leads nowhere where one of its addresses may not be called, or there is none: both are told alike', async () => {
    const told = await Promise.all(['inside', 'both', 'nobody'].map((name) => lookUp(`${name}.example`)));
    expect(new Set(told)).toEqual(new Set(['The name leads to no address that may be called.']));
  });

  it('whose name server never answers keeps nobody else from being called', async () => {
    const silent = Array.from({ length: 12 }, (_, i) => lookUp(`silent-${i}.example`));
    const localhost = await Promise.race([promises.lookup('localhost'), Promise.all(silent)]);
    expect(localhost).toHaveProperty('address');
    expect(new Set(await Promise.all(silent)).size).toBe(1);
    expect(asked).toContain('silent-11');
  });
});
