/**
 * Where calls may go. Whoever may make a Subscription names an address, and this server stands inside somebody's network: by default it calls what anybody on the
 * internet could call, and nothing else (rule R15 of docs/SECURITY.md).
 */
import { BlockList, isIP } from 'node:net';
import { isPublic } from '@wellspring/serving/public-address';
import ipaddr from 'ipaddr.js';

export interface EndpointPolicy {
  /** Plain http is for a server that is not reached by https itself. */
  readonly demandsHttps: boolean;
  /** Names, addresses and networks (CIDR) that may be called though they are private. */
  readonly allowed: readonly string[];
}

const MOST_CHARACTERS = 2000;

/** What is wrong with it as it is written; names are looked up when they are called. */
export function endpointFault(endpoint: string, policy: EndpointPolicy): string | undefined {
  if (endpoint.length > MOST_CHARACTERS || !URL.canParse(endpoint)) return 'The endpoint must be a URL.';
  const { protocol, username, password, hash, hostname } = new URL(endpoint);
  if (protocol !== 'https:' && protocol !== 'http:') return 'The endpoint must be https.';
  if (protocol === 'http:' && policy.demandsHttps) return 'The endpoint must be https.';
  if (username !== '' || password !== '' || hash !== '')
    return 'The endpoint may have no name, password or fragment: secrets belong into a header.';
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) !== 0 && !isCallable(hostname, address, policy)) return PRIVATE;
  return undefined;
}

const PRIVATE =
  'The endpoint is not on the public internet. SUBSCRIPTION_ALLOWED_HOSTS names what may be called besides.';

/** Whether this address may be called, by that name. */
export function isCallable(hostname: string, address: string, { allowed }: EndpointPolicy): boolean {
  return isPublic(address) || isNamed(hostname, { allowed }) || allowed.some((each) => within(each, address));
}

/** Whether the configuration names this very host. */
export function isNamed(hostname: string, { allowed }: Pick<EndpointPolicy, 'allowed'>): boolean {
  const name = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return allowed.some((each) => each.toLowerCase() === name);
}

function within(network: string, address: string): boolean {
  const [base = '', bits] = network.split('/');
  const family = isIP(base);
  if (family === 0) return false;
  const plain = ipaddr.process(address);
  const [type, own] = family === 4 ? (['ipv4', 'ipv4'] as const) : (['ipv6', 'ipv6'] as const);
  if (plain.kind() !== own) return false;
  const list = new BlockList();
  if (bits === undefined) list.addAddress(base, type);
  else list.addSubnet(base, Number(bits), type);
  return list.check(plain.toString(), type);
}
