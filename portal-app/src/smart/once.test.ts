import type { Communication, QuestionnaireResponse } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { criteriaOf, forgetIdentity, identified, identityOf } from './once.ts';

const HOUR = 3_600_000;

describe('P1: what is sent has an identity', () => {
  it('that a second try of the same words keeps, and other words or another form do not', async () => {
    const first = await identityOf('message', { text: 'Hello' }, 0);
    expect(await identityOf('message', { text: 'Hello' }, HOUR - 1)).toBe(first);
    expect(await identityOf('reply 1', { text: 'Hello' }, 0)).not.toBe(first);
    expect(await identityOf('message', { text: 'Hello!' }, 0)).not.toBe(first);
  });

  it('that ends when it was stored, and after an hour: the same may be meant again', async () => {
    const first = await identityOf('blood pressure', '120/80', 0);
    expect(await identityOf('blood pressure', '120/80', HOUR)).not.toBe(first);
    const second = await identityOf('own medicine', 'Vitamin D', 0);
    forgetIdentity('own medicine');
    expect(await identityOf('own medicine', 'Vitamin D', 1)).not.toBe(second);
  });

  it('that knows one file from another', async () => {
    const file = (text: string) => new File([text], 'card.png', { lastModified: 1 });
    const first = await identityOf('insurance', { front: file('a') }, 0);
    expect(await identityOf('insurance', { front: file('a') }, 1)).toBe(first);
    expect(await identityOf('insurance', { front: file('another') }, 1)).not.toBe(first);
  });

  it('that is written where the type has it, and looked for there', () => {
    const message: Communication = { resourceType: 'Communication', status: 'completed' };
    const answers: QuestionnaireResponse = { resourceType: 'QuestionnaireResponse', status: 'completed' };
    const identifier = { system: 'urn:wellspring:sent', value: 'x' };
    expect(identified(message, 'x').identifier).toEqual([identifier]);
    expect(identified(answers, 'x').identifier).toEqual(identifier);
    expect(criteriaOf('x')).toBe('identifier=urn:wellspring:sent|x');
  });
});
