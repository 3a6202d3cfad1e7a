import type { AuditEvent } from '@medplum/fhirtypes';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spanishOfDesk } from '../../i18n/es/desk-all.ts';
import { spanish } from '../../i18n/es/index.ts';
import { spanishOfPages } from '../../i18n/es/pages.ts';
import { learnTexts } from '../../i18n/language.ts';
import { visitsOf } from '../access/words.ts';
import { deedText, outcomeText, whoseText } from './log.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const ANA = { what: { reference: 'Patient/ana' }, role: { code: '1' } };
const event = (action: string, subtype: string, entity: object[], outcome = '0') =>
  ({
    resourceType: 'AuditEvent',
    recorded: '2026-11-26T12:00:00Z',
    action,
    outcome,
    subtype: [{ code: subtype }],
    entity,
  }) as unknown as AuditEvent;
const search = (asked: string) =>
  event('E', 'search-type', [ANA, { query: base64(asked), role: { code: '24' } }]);

describe('an entry of the audit log', () => {
  it('of a search says what was looked for and by what, never for what', () => {
    const words = deedText(
      search(
        'Observation?patient=ana&code=http%3A%2F%2Floinc.org%7C4548-4&date=ge2026&_sort=-date&_count=50',
      ),
    );
    expect(words).toBe('Searched results by patient, code, date');
    expect(deedText(search('Patient?name%3Acontains=rahman&birthdate=1990-02-03'))).toBe(
      'Searched personal details by name:contains, birthdate',
    );
    expect(deedText(search('Condition?_sort=-date&_include%3Aiterate=Condition%3Asubject'))).toBe(
      'Searched health problems',
    );
  });

  it('of a read or a change says of what; reading the person’s own entry is no reading of everything', () => {
    const touched = (reference: string) => [ANA, { what: { reference }, role: { code: '4' } }];
    expect(deedText(event('R', 'read', touched('Observation/o/_history/2')))).toBe('Looked at results');
    expect(deedText(event('U', 'update', touched('Patient/ana/_history/3')))).toBe(
      'Changed personal details',
    );
    expect(deedText(event('E', '/Patient/:id/$everything', touched('Patient/ana')))).toBe(
      'Used $everything on personal details',
    );
    expect(deedText(event('R', 'read', [ANA]))).toBe('Looked at the record');
  });

  it('says whose record it was, by reference where the name may not be read, and how it went', () => {
    const both = event(
      'R',
      'read',
      [ANA, ANA, { what: { reference: 'Patient/ben' }, role: { code: '1' } }],
      '4',
    );
    expect(whoseText(both, new Map([['Patient/ana', 'Ana Diaz']]))).toBe('Ana Diaz, Patient/ben');
    const outcomes = ['0', '4', '8', '12', 'constructor'].map((outcome) =>
      outcomeText(event('R', 'read', [], outcome)),
    );
    expect(outcomes).toEqual(['succeeded', 'refused', 'failed', 'failed', undefined]);
  });

  it('of what was refused or failed says that it was tried, whatever it was', () => {
    const refused = (action: string, subtype: string, ...entity: object[]) =>
      deedText(event(action, subtype, entity, '4'));
    const results = { name: 'Observation', type: { code: '2' } };
    const said = [
      refused('E', 'transaction'),
      refused('C', ''),
      refused('C', 'create', results),
      refused('C', ':type'),
      refused('U', 'update', { what: { reference: 'Observation/o' }, role: { code: '4' } }),
      refused('U', 'patch', results),
      refused('D', 'delete', results),
      refused('R', 'read', results),
      refused('E', 'search-type', results),
      refused('C', ':type/_search', results),
      refused('E', 'Appointment/$book', { name: 'Appointment' }),
      deedText(event('R', 'read', [results], '8')),
      refused('X', 'unheard-of', results),
    ];
    expect(said).toEqual([
      'Tried to send several requests at once: refused',
      'Tried to send several requests at once: refused',
      'Tried to add results: refused',
      'Tried to add the record: refused',
      'Tried to change results: refused',
      'Tried to change results: refused',
      'Tried to remove results: refused',
      'Tried to look at results: refused',
      'Tried to search results: refused',
      'Tried to search results: refused',
      'Tried to use $book on visits: refused',
      'Tried to look at results: failed',
      'Tried to use results: refused',
    ]);
    expect(deedText(event('C', '', []))).toBe('Sent several requests at once');
  });

  it('is read also as other servers write it', () => {
    expect(deedText(search('https://ehr.example/r4/Condition?code=x'))).toBe(
      'Searched health problems by code',
    );
    expect(deedText(search('GET /r4/Condition/_search?code=x'))).toBe('Searched health problems by code');
    expect(deedText(search('name=who?is=it'))).toBe('Searched the record by name');
    expect(deedText(event('E', 'search-type', [{ query: '%%%' }]))).toBe('Searched the record');
  });

  it('never has a value in its words, whatever was asked', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 30 }), (value) => {
        const words = deedText(search(`Patient?${new URLSearchParams({ name: `secret${value}secret` })}`));
        expect(words).toBe('Searched personal details by name');
      }),
    );
    expect(deedText(search('Patient?secret words'))).toBe('Searched personal details');
  });

  it('tells a patient, who sees the type alone, what was looked for too', () => {
    const own = event('E', 'search-type', [ANA, { name: 'Condition', role: { code: '24' } }]);
    expect(visitsOf([own], 'Patient/ana')[0]?.deeds[0]?.whole).toBe('Looked at health problems');
  });
});

it('an entry of the audit log is said in Spanish', () => {
  learnTexts({ ...spanish, ...spanishOfPages, ...spanishOfDesk });
  expect(deedText(search('Observation?code=x'))).toBe('Buscó resultados por code');
  expect(deedText(search('Patient?_count=1'))).toBe('Buscó datos personales');
  expect(outcomeText(event('R', 'read', [], '4'))).toBe('rechazado');
  expect(deedText(event('U', 'update', [], '4'))).toBe('Intentó cambiar el expediente: rechazado');
  expect(deedText(event('E', 'transaction', [], '4'))).toBe(
    'Intentó enviar varias peticiones a la vez: rechazado',
  );
});
