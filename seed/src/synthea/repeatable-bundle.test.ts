import type { Bundle, BundleEntry } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { repeatableBundle } from './repeatable-bundle.ts';

const repeat = (entry: BundleEntry) =>
  repeatableBundle({ resourceType: 'Bundle', type: 'transaction', entry: [entry] } satisfies Bundle, 'f')
    .entry?.[0];

describe('an entry that is loaded again', () => {
  it('is an update under its own uuid', () => {
    const entry = repeat({
      fullUrl: 'urn:uuid:0F0E0D0C-0000-4000-8000-00000000000a',
      resource: { resourceType: 'Patient' },
      request: { method: 'POST', url: 'Patient' },
    });
    expect(entry).toMatchObject({
      resource: { id: '0f0e0d0c-0000-4000-8000-00000000000a' },
      request: { method: 'PUT', url: 'Patient/0f0e0d0c-0000-4000-8000-00000000000a' },
    });
    expect(entry?.fullUrl, 'other entries refer to it').toBe('urn:uuid:0F0E0D0C-0000-4000-8000-00000000000a');
  });

  it('stays as it is when it says itself how to be repeated', () => {
    const entry: BundleEntry = {
      fullUrl: 'urn:uuid:0f0e0d0c-0000-4000-8000-00000000000a',
      resource: { resourceType: 'Organization' },
      request: { method: 'POST', url: 'Organization', ifNoneExist: 'identifier=a|b' },
    };
    expect(repeat(entry)).toEqual(entry);
    const update: BundleEntry = {
      resource: { resourceType: 'Patient', id: 'x' },
      request: { method: 'PUT', url: 'Patient/x' },
    };
    expect(repeat(update)).toEqual(update);
    const operation: BundleEntry = {
      resource: { resourceType: 'Patient' },
      request: { method: 'POST', url: 'Patient/$match' },
    };
    expect(repeat(operation)).toEqual(operation);
  });

  it('is known by its content when it has no uuid', () => {
    const bare = (birthDate: string) =>
      repeat({
        resource: { resourceType: 'Patient', birthDate },
        request: { method: 'POST', url: 'Patient' },
      })?.request?.url;
    expect(bare('2000-01-01')).toBe(bare('2000-01-01'));
    expect(bare('2000-01-01')).not.toBe(bare('2000-01-02'));
    expect(bare('2000-01-01')).toMatch(/^Patient\/[0-9a-f]{40}$/);
  });
});
