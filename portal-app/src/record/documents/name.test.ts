import { describe, expect, it } from 'vitest';
import { documentName } from './name.ts';

const type = { text: 'Discharge letter', coding: [{ code: '51855-5' }] };
const description = 'Signed letter of Dr Ruiz';

describe('the name of a document', () => {
  it.each(['Patient/maria', 'RelatedPerson/mum'])('that %s handed in says who gave it', (reference) => {
    const author = [{ reference, display: 'Maria Alvarez' }];
    expect(documentName({ author, description, type })).toBe(
      'Handed in by Maria Alvarez, who calls it “Signed letter of Dr Ruiz”',
    );
    expect(documentName({ author, type })).toBe('Handed in by Maria Alvarez');
    expect(documentName({ author, type, description: '  ' })).toBe('Handed in by Maria Alvarez');
    expect(documentName({ author: [{ reference }], description })).toMatch(/^Handed in by the patient, who/);
    const both = [{ reference: 'Practitioner/ruiz', display: 'Dr Ruiz' }, ...author];
    expect(documentName({ author: both, description })).toMatch(/^Handed in by Maria/);
  });

  it('of the clinic’s is the clinic’s: what it wrote over it, else its kind', () => {
    const author = [{ reference: 'Practitioner/ruiz', display: 'Dr Ruiz' }];
    expect(documentName({ author, description, type })).toBe(description);
    expect(documentName({ author, type })).toBe('Discharge letter');
    expect(documentName({ description })).toBe(description);
    expect(documentName({})).toBeUndefined();
  });
});
