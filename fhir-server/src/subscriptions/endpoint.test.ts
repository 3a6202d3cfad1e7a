/** Where subscriptions may call (rule R15): addresses as they are, not as they are written. */
import { describe, expect, it } from 'vitest';
import { endpointFault, isCallable } from './endpoint.ts';

const POLICY = {
  demandsHttps: false,
  allowed: ['hooks.internal', '10.1.0.0/16', '192.168.7.7', 'fd00:1::/32'],
};

describe('an address', () => {
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
