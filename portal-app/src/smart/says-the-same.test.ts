import type { Patient } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { saysTheSame } from './says-the-same.ts';

const phone = (extension?: object[]): Patient =>
  ({
    resourceType: 'Patient',
    telecom: [{ system: 'phone', value: '1', ...(extension && { extension }) }],
  }) as Patient;

describe('two versions say the same', () => {
  it('in whatever order, of whatever version, with what the server marks', () => {
    expect(
      saysTheSame(
        { resourceType: 'Patient', active: true, gender: 'female', meta: { versionId: '1' } },
        { gender: 'female', meta: { versionId: '2' }, active: true, resourceType: 'Patient' },
      ),
    ).toBe(true);
    const marked = [{ url: 'urn:wellspring:unconfirmed-contact', valueDateTime: '2026-01-02T03:04:05Z' }];
    expect(saysTheSame(phone(marked), phone())).toBe(true);
  });

  it('not where one says more, less or something else', () => {
    expect(saysTheSame(phone([{ url: 'urn:other', valueDate: '2026-01-02' }]), phone())).toBe(false);
    expect(saysTheSame(phone(), { resourceType: 'Patient' })).toBe(false);
    expect(
      saysTheSame(
        { resourceType: 'Patient', name: [{ family: 'A' }, { family: 'B' }] },
        { resourceType: 'Patient', name: [{ family: 'B' }, { family: 'A' }] },
      ),
    ).toBe(false);
  });
});
