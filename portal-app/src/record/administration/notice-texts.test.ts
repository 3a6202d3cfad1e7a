/** The clinic's own words for notices, as an extension of its Organization. */
import type { Organization } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { type FhirApi, FhirFailure } from '../../smart/fhir.ts';
import { saveText, withText } from './notice-texts.ts';

const zone = { url: 'urn:wellspring:time-zone', valueString: 'America/New_York' };
const clinic: Organization = { resourceType: 'Organization', id: 'c', name: 'Clinic', extension: [zone] };
const words = ({ extension = [] }: Organization) =>
  extension
    .filter(({ url }) => url === 'urn:wellspring:notice-text')
    .map(({ extension: parts = [] }) => parts.map(({ valueCode, valueString }) => valueCode ?? valueString));

describe('own words of a kind', () => {
  it('replace those before, in both languages, and leave everything else', () => {
    const first = withText(clinic, 'message', { en: ' Hello ', es: 'Hola' });
    const both = withText(first, 'visit', { en: '', es: 'Su cita' });
    expect(words(both)).toEqual([
      ['message', 'en', 'Hello'],
      ['message', 'es', 'Hola'],
      ['visit', 'es', 'Su cita'],
    ]);
    const changed = withText(both, 'message', { en: 'Hi', es: '' });
    expect(words(changed)).toEqual([
      ['visit', 'es', 'Su cita'],
      ['message', 'en', 'Hi'],
    ]);
    expect(changed).toMatchObject({ id: 'c', name: 'Clinic', extension: [zone, {}, {}] });
  });

  it('that are empty are the standard ones: nothing is left of them', () => {
    const own = withText(clinic, 'message', { en: 'Hi', es: 'Hola' });
    expect(withText(own, 'message', { en: '', es: ' ' })).toEqual(clinic);
    const { extension: _, ...bare } = clinic;
    expect(withText(bare, 'message', { en: '', es: '' })).not.toHaveProperty('extension');
  });
});

describe('own words are saved', () => {
  const before = { en: 'Hi', es: '' };
  const stored = withText(withText(clinic, 'message', before), 'visit', { en: 'Come', es: 'Venga' });
  const saved: Organization[] = [];
  const fhir = {
    read: async () => stored,
    update: async (organization: Organization) => saved.push(organization),
  } as unknown as FhirApi;

  it('over those that were looked at, whatever else the clinic says of itself', async () => {
    await saveText(fhir, 'c', 'message', { words: { en: 'Hello', es: '' }, before });
    expect(saved.map(words)).toEqual([
      [
        ['visit', 'en', 'Come'],
        ['visit', 'es', 'Venga'],
        ['message', 'en', 'Hello'],
      ],
    ]);
  });

  it('and over no others, which a colleague wrote meanwhile', async () => {
    const save = saveText(fhir, 'c', 'visit', {
      words: { en: 'See you', es: '' },
      before: { en: '', es: '' },
    });
    await expect(save).rejects.toThrow(FhirFailure);
    expect(saved).toHaveLength(1);
  });
});
