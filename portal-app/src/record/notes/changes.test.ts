/** What an amendment of a signed note takes over of it. */
import type { DocumentReference } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import type { Fhir } from '../../smart/fhir.ts';
import { amendNote, kindOf, rewriteDraft } from './changes.ts';

const scan = { attachment: { contentType: 'application/pdf', url: 'Binary/scan' } };
const before = {
  resourceType: 'DocumentReference',
  id: 'old',
  meta: { versionId: '3', security: [{ code: 'R' }, { code: 'NOPAT' }] },
  status: 'current',
  docStatus: 'final',
  type: { coding: [{ system: 'http://loinc.org', code: '11524-6' }], text: 'Electrocardiogram (ECG)' },
  category: [{ text: 'Heart' }],
  securityLabel: [{ text: 'Restricted' }],
  content: [{ attachment: { contentType: 'text/plain', data: 'QQ==' } }, scan],
} as unknown as DocumentReference;

it('an amended note is the kind of document that it was, as kept from others as it was, with what came with it', async () => {
  const sent: DocumentReference[] = [];
  const fhir = {
    patient: 'a',
    transact: (changes: readonly { resource: DocumentReference }[]) => {
      sent.push(...changes.map(({ resource }) => resource));
      return Promise.resolve([]);
    },
  } as unknown as Fhir;
  const written = { kind: '11506-3', title: 'ECG', text: 'Sinus rhythm' };
  await amendNote(fhir, { reference: 'Practitioner/me' }, before, written, 'x');
  const [amended, old] = sent;
  expect(amended).toMatchObject({
    docStatus: 'amended',
    meta: { security: before.meta?.security },
    type: before.type,
    category: before.category,
    securityLabel: before.securityLabel,
    relatesTo: [{ code: 'replaces', target: { reference: 'DocumentReference/old' } }],
    authenticator: { reference: 'Practitioner/me' },
  });
  expect(amended?.content.slice(1)).toEqual([scan]);
  expect(atob(amended?.content[0]?.attachment.data ?? '')).toBe('Sinus rhythm');
  expect(amended?.meta).not.toHaveProperty('versionId');
  expect(old).toEqual({ ...before, status: 'superseded' });
});

describe('a draft that is gone on with', () => {
  const draft = { ...before, docStatus: 'preliminary', author: [{ reference: 'Practitioner/me' }] } as never;
  const rewritten = async (of: DocumentReference, kind: string, isSigned = true) => {
    const fhir = { patient: 'a', update: async (note: DocumentReference) => note } as unknown as Fhir;
    const written = { kind, title: 'ECG', text: 'Sinus rhythm' };
    return rewriteDraft(fhir, { reference: 'Practitioner/me' }, of, written, isSigned);
  };

  it('stays the kind of document that it is unless another is chosen, with what came with it', async () => {
    expect(kindOf(before)).toBe('');
    const signed = await rewritten(draft, '');
    expect(signed).toMatchObject({ docStatus: 'final', type: before.type, category: before.category });
    expect(signed.meta?.security).toEqual([{ code: 'R' }]);
    expect(signed.content.slice(1)).toEqual([scan]);
    expect((await rewritten(draft, '34746-8')).type?.coding?.[0]?.code).toBe('34746-8');
  });

  it('that is a file has its text beside it', async () => {
    const file = { ...(draft as DocumentReference), content: [scan] };
    const kept = await rewritten(file as DocumentReference, '', false);
    expect(kept.content).toHaveLength(2);
    expect(kept.content[1]).toEqual(scan);
  });
});
