import { afterEach, describe, expect, it, vi } from 'vitest';
import { records } from '../i18n/es/records.ts';
import { speak, speakFrom } from '../i18n/language.ts';
import { careRole } from './care-role.ts';

const SNOMED = 'http://snomed.info/sct';
const primary = (text?: string) => ({
  coding: [{ system: SNOMED, code: '446050000', display: 'Primary care provider (occupation)' }],
  ...(text ? { text } : {}),
});

describe('who somebody of a care team is', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('is said as it was written, and where it was not in a plain word', () => {
    expect(careRole(primary('Family doctor'))).toBe('Family doctor');
    expect(careRole(primary())).toBe('Primary care');
    expect(careRole({ coding: [{ code: 'x', display: 'Acupuncturist (occupation)' }] })).toBe(
      'Acupuncturist',
    );
  });
  it('is said in Spanish on a Spanish page, whatever was written', async () => {
    vi.stubGlobal('document', { documentElement: {} });
    vi.stubGlobal('navigator', { languages: ['es-MX'] });
    speakFrom(async () => records);
    await speak('es');
    expect(careRole(primary('Primary care'))).toBe('Atención primaria');
    expect(careRole({ coding: [{ code: '163W00000X' }], text: 'Care team nurse' })).toBe('Enfermería');
    await speak('en');
  });
});
