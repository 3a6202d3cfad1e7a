/** What anybody on the internet could call: addresses that others write down (of subscribers, of clients' keys) lead there, and nowhere else. */
import { type LookupAddress, type LookupOptions, promises } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry; multicast; what is reserved. */
const SPECIAL = listOf(
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24'],
  ...['192.168.0.0/16', '192.175.48.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
  ...['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'],
);
/** Of IPv6 all that IANA has given out (https://www.iana.org/assignments/ipv6-address-space): what is beside it, such as ::127.0.0.1, is nobody's. */
const GIVEN_OUT = listOf('2000::/3');
/** IPv4 inside of IPv6 is looked at as what it is. */
const MAPPED = listOf('::ffff:0.0.0.0/96');

function listOf(...networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [base = '', bits] = network.split('/');
    list.addSubnet(base, Number(bits), familyOf(base));
  }
  return list;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}

/** An address that IANA gives out to anybody. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 0 || SPECIAL.check(address, familyOf(address))) return false;
  return family === 4 || GIVEN_OUT.check(address, 'ipv6') || MAPPED.check(address, 'ipv6');
}

const TRY = { timeout: 1000, tries: 2 };

/** The same for a name that is not known and for one whose address may not be called: which names there are inside is not told. */
class LeadsNowhere extends Error {
  readonly code = 'ENOTFOUND';
  constructor() {
    super('The name leads to no address that may be called.');
  }
}

/**
 * How a name is looked up that somebody else wrote down: all of its addresses must be ones that may be called, and the connection goes to one of those. The name server
 * is asked over the network, and given three seconds. The system's own way (getaddrinfo) waits in one of the process's few threads: a name server that never answers, for six
 * names, kept everybody from being connected to for half a minute. Names of /etc/hosts are not known here. `servers`: name servers (`address:port`); the system's where none are given.
 */
export function outwardLookup(
  mayCall: (address: string) => boolean,
  servers?: readonly string[],
): LookupFunction {
  return (name, options, callback) => {
    void addressesOf(name, options, servers).then((found) => {
      const [first] = found;
      if (!first || !found.every(({ address }) => mayCall(address)))
        return callback(new LeadsNowhere(), '', 0);
      if (options.all) return callback(null, found);
      return callback(null, first.address, first.family);
    });
  };
}

async function addressesOf(
  name: string,
  { family }: LookupOptions,
  servers: readonly string[] | undefined,
): Promise<LookupAddress[]> {
  const resolver = new promises.Resolver(TRY);
  if (servers) resolver.setServers(servers);
  const of = async (version: 4 | 6, addresses: Promise<string[]>): Promise<LookupAddress[]> =>
    (await addresses.catch(() => [])).map((address) => ({ address, family: version }));
  const found = await Promise.all([
    family === 6 || family === 'IPv6' ? [] : of(4, resolver.resolve4(name)),
    family === 4 || family === 'IPv4' ? [] : of(6, resolver.resolve6(name)),
  ]);
  return found.flat();
}
