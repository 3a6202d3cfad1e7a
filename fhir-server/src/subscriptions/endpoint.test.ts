/** Where subscriptions may call (rule R15): addresses as they are, not as they are written. */
import { describe, expect, it } from 'vitest';
import { endpointFault, isCallable, isPublic } from './endpoint.ts';

const POLICY = {
  demandsHttps: false,
  allowed: ['hooks.internal', '10.1.0.0/16', '192.168.7.7', 'fd00:1::/32'],
};

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

  it('that is private is called where its name, itself or its network is allowed, and not by another name', () => {
    expect(isCallable('hooks.internal', '10.9.9.9', POLICY)).toBe(true);
    expect(isCallable('other.internal', '10.9.9.9', POLICY)).toBe(false);
    expect(isCallable('other.internal', '10.1.2.3', POLICY)).toBe(true);
    expect(isCallable('[::ffff:10.1.2.3]', '::ffff:10.1.2.3', POLICY)).toBe(true);
    expect(isCallable('x', '192.168.7.7', POLICY)).toBe(true);
    expect(isCallable('x', '192.168.7.8', POLICY)).toBe(false);
    expect(isCallable('x', 'fd00:1::9', POLICY)).toBe(true);
    expect(isCallable('x', 'fd00:2::9', POLICY)).toBe(false);
  });
});

describe('an endpoint', () => {
  it.each([
    ['http://2130706433/', true],
    ['http://0x7f.1/', true],
    ['http://017700000001/', true],
    ['http://[::1]/', true],
    ['https://user:secret@example.org/', true],
    ['ftp://example.org/', true],
    ['javascript:alert(1)', true],
    ['/relative', true],
    ['https://example.org/hook?a=b', false],
    ['http://10.1.0.9:8080/hook', false],
  ])('%s is refused: %s', (endpoint, isRefused) => {
    expect(endpointFault(endpoint, POLICY) !== undefined).toBe(isRefused);
  });

  it('is https where the server itself is', () => {
    expect(endpointFault('http://example.org/', { ...POLICY, demandsHttps: true })).toBe(
      'The endpoint must be https.',
    );
    expect(endpointFault('https://example.org/', { ...POLICY, demandsHttps: true })).toBeUndefined();
  });
});
