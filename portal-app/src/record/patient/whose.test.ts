import type { Communication, Patient, RelatedPerson } from '@medplum/fhirtypes';
import { afterEach, describe, expect, it } from 'vitest';
import { senderName } from '../../format/message.ts';
import { t } from '../../i18n/text.ts';
import { speakOfAnother } from '../../i18n/voice.ts';
import { whoseOf } from './whose.ts';

const LEO: Patient = {
  resourceType: 'Patient',
  name: [{ given: ['Leo'], family: 'Okafor' }],
  photo: [
    { contentType: 'image/svg+xml', data: 'PHN2Zy8+' },
    { contentType: 'image/png', data: 'AAAA' },
  ],
};
const GRACE: RelatedPerson = {
  resourceType: 'RelatedPerson',
  patient: { reference: 'Patient/leo' },
  name: [{ given: ['Grace'], family: 'Okafor' }],
  relationship: [{ coding: [{ display: 'mother' }] }],
};

describe('P2: whose record is open', () => {
  it('is the patient’s, and who reads it is greeted: themself, or who looks after them', () => {
    expect(whoseOf(LEO, undefined, true)).toMatchObject({
      name: 'Leo Okafor',
      isOwn: true,
      reader: { firstName: 'Leo' },
    });
    expect(whoseOf(LEO, GRACE, false)).toMatchObject({
      name: 'Leo Okafor',
      isOwn: false,
      reader: { firstName: 'Grace', relation: 'mother' },
    });
  });

  it('greets nobody by the patient’s name where the reader’s is not known', () => {
    expect(whoseOf(LEO, undefined, false).reader.firstName).toBeUndefined();
    expect(whoseOf(undefined, undefined, true)).toMatchObject({ name: '', reader: { firstName: undefined } });
  });

  it('is the official name of the patient and of the reader, never one they have given up', () => {
    const names: NonNullable<Patient['name']> = [
      { use: 'old', given: ['Anna'], family: 'Weiss' },
      { use: 'nickname', given: ['Anni'] },
      { use: 'official', given: ['Anna Maria'], family: 'Okafor' },
    ];
    expect(whoseOf({ ...LEO, name: names }, { ...GRACE, name: names.slice(0, 2) }, false)).toMatchObject({
      name: 'Anna Maria Okafor',
      reader: { firstName: 'Anni' },
    });
    expect(whoseOf({ ...LEO, name: names }, undefined, true).reader.firstName).toBe('Anna Maria');
  });

  it('has a picture of a kind that runs nothing, where there is one', () => {
    expect(whoseOf(LEO, undefined, true).picture).toBe('data:image/png;base64,AAAA');
    expect(whoseOf({ resourceType: 'Patient' }, undefined, true).picture).toBeUndefined();
  });
});

describe('P2: who wrote a message', () => {
  const from = (reference: string, display?: string) =>
    ({ resourceType: 'Communication', status: 'completed', sender: { reference, display } }) as Communication;

  it('is "You" for oneself and for nobody else, also in a record that several look at', () => {
    expect(senderName(from('RelatedPerson/grace'), 'RelatedPerson/grace')).toBe('You');
    expect(senderName(from('RelatedPerson/father'), 'RelatedPerson/grace')).toBe('A relative or carer');
    expect(senderName(from('Patient/leo', 'Leo Okafor'), 'RelatedPerson/grace')).toBe('Leo Okafor');
    expect(senderName(from('Patient/leo'), 'RelatedPerson/grace')).toBe('The patient');
    expect(senderName(from('Practitioner/x'), 'Patient/leo')).toBe('Care team');
  });
});

describe('P2: the voice of the pages', () => {
  afterEach(() => speakOfAnother(false));

  it('does not call another’s record the reader’s own', () => {
    expect(t('Who looked at my record')).toBe('Who looked at my record');
    speakOfAnother(true);
    expect(t('Who looked at my record')).toBe('Who looked at this record');
    expect(t('Home')).toBe('Home');
  });
});
