/** Labels, and who brought them along (docs/decisions/0041). */
import { describe, expect, it } from 'vitest';
import {
  heldFrom,
  type Label,
  marked,
  SENT_LABEL,
  sameLabel,
  securityOf,
  withLabels,
} from './sent-labels.ts';

const LAB = 'lab';
const NOPAT = { system: 'urn:act', code: 'NOPAT' };
const R = { system: 'urn:act', code: 'R' };

const sent = (client: string, label: Label): object => ({
  url: 'urn:wellspring:sent-label',
  extension: [
    { url: 'client', valueString: client },
    { url: 'label', valueCoding: label },
  ],
});
const labelled = (labels: readonly unknown[], ...extension: object[]) => ({
  resourceType: 'Observation',
  meta: { versionId: '1', security: labels, ...(extension.length > 0 ? { extension } : {}) },
});

describe('a label', () => {
  it('is the same by its system and its code, whatever it is called', () => {
    expect(sameLabel(NOPAT, { ...NOPAT, display: 'no patient' } as Label)).toBe(true);
    expect(sameLabel(NOPAT, R)).toBe(false);
    expect(sameLabel(NOPAT, { ...NOPAT, system: 'urn:other' })).toBe(false);
    expect(sameLabel({ code: 'R' }, R)).toBe(false);
  });

  it('is looked for before it is known that what came is R4', () => {
    expect(securityOf(labelled([NOPAT, null, 'NOPAT', R]))).toEqual([NOPAT, R]);
    for (const meta of [undefined, {}, { security: NOPAT }, { security: 'NOPAT' }])
      expect(securityOf({ resourceType: 'Observation', meta })).toEqual([]);
  });
});

describe('what a client may leave out', () => {
  it('is what it brought along itself', () => {
    expect(heldFrom(LAB, labelled([NOPAT, R], sent(LAB, R)))).toEqual([NOPAT]);
    expect(heldFrom(LAB, labelled([NOPAT, R], sent(LAB, R), sent(LAB, NOPAT)))).toEqual([]);
  });

  it('is nothing of the clinic’s, nor of another client’s', () => {
    expect(heldFrom(LAB, labelled([NOPAT]))).toEqual([NOPAT]);
    expect(heldFrom(LAB, labelled([NOPAT], sent('radiology', NOPAT)))).toEqual([NOPAT]);
    expect(heldFrom(LAB, labelled([]))).toEqual([]);
  });

  it.each([
    ['of another address', { ...sent(LAB, NOPAT), url: 'urn:other' }],
    ['without a client', { url: SENT_LABEL, extension: [{ url: 'label', valueCoding: NOPAT }] }],
    ['without a label', { url: SENT_LABEL, extension: [{ url: 'client', valueString: LAB }] }],
    ['of nothing', { url: SENT_LABEL }],
    [
      'whose parts have other names',
      {
        url: SENT_LABEL,
        extension: [
          { url: 'app', valueString: LAB },
          { url: 'of', valueCoding: NOPAT },
        ],
      },
    ],
  ])('is not what a note %s says, which is not kept', (_which, extension) => {
    const there = labelled([NOPAT], extension);
    expect(heldFrom(LAB, there)).toEqual([NOPAT]);
    const others = extension.url === SENT_LABEL ? [] : [extension];
    expect(marked(there, undefined, there)).toEqual(labelled([NOPAT], ...others).meta);
  });

  it('is told by a note in any order', () => {
    const { url, extension } = sent(LAB, NOPAT) as { url: string; extension: object[] };
    expect(heldFrom(LAB, labelled([NOPAT], { url, extension: extension.toReversed() }))).toEqual([]);
  });
});

describe('labels that are carried over', () => {
  it('come after those that are there, each once', () => {
    expect(withLabels(labelled([R]), [NOPAT, R])).toEqual(labelled([R, NOPAT]));
    expect(withLabels({ resourceType: 'Observation' }, [NOPAT])).toEqual({
      resourceType: 'Observation',
      meta: { security: [NOPAT] },
    });
  });

  it('leave what has them as it is', () => {
    const there = labelled([R, NOPAT]);
    expect(withLabels(there, [NOPAT])).toBe(there);
    expect(withLabels(there, [])).toBe(there);
  });
});

describe('the note of who brought a label along', () => {
  const plain = labelled([]);

  it('is made of what a system brings that was not there', () => {
    expect(marked(labelled([R]), LAB, undefined)).toEqual(labelled([R], sent(LAB, R)).meta);
    expect(marked(labelled([R]), LAB, plain)).toEqual(labelled([R], sent(LAB, R)).meta);
    expect(marked(labelled([NOPAT, R]), LAB, labelled([NOPAT]))).toEqual(
      labelled([NOPAT, R], sent(LAB, R)).meta,
    );
  });

  it('is made of nothing that a person writes', () => {
    expect(marked(labelled([R]), undefined, plain)).toEqual(labelled([R]).meta);
    expect(marked(labelled([R]), undefined, undefined)).toEqual(labelled([R]).meta);
  });

  it('stays with the label, whoever writes it again, and says still who it was', () => {
    const before = labelled([R, NOPAT], sent('radiology', R));
    for (const client of [undefined, LAB, 'radiology'])
      expect(marked(labelled([R, NOPAT]), client, before)).toEqual(before.meta);
    expect(marked(labelled([NOPAT]), 'radiology', before)).toEqual(labelled([NOPAT]).meta);
  });

  it('is not made of labels of what it takes the place of', () => {
    expect(marked(labelled([R]), LAB, undefined, [R])).toEqual(labelled([R]).meta);
    expect(marked(labelled([R, NOPAT]), LAB, undefined, [R])).toEqual(
      labelled([R, NOPAT], sent(LAB, NOPAT)).meta,
    );
  });

  it('is not heard of whoever writes, and other extensions are', () => {
    const other = { url: 'urn:other', valueString: 'x' };
    expect(marked(labelled([R], sent(LAB, R), other), undefined, plain)).toEqual(labelled([R], other).meta);
    expect(marked(labelled([], sent(LAB, R)), LAB, plain)).toEqual(plain.meta);
    const wrong = { resourceType: 'Observation', meta: { extension: 'x' } };
    expect(marked(wrong, LAB, undefined)).toEqual({});
  });

  it('says as much of a label as is there', () => {
    for (const label of [{ system: 'urn:act' }, { code: 'R' }, {}])
      expect(marked(labelled([label]), LAB, undefined)).toEqual(labelled([label], sent(LAB, label)).meta);
    expect(Object.keys(labelIn(marked(labelled([{}]), LAB, undefined)))).toEqual([]);
  });

  it('is not begun where there is nothing to say', () => {
    const none = { resourceType: 'Observation' };
    expect(marked(none, LAB, undefined)).toBeUndefined();
    expect(marked({ ...none, meta: {} }, LAB, undefined)).toEqual({});
  });
});

/** The label of its first note. */
function labelIn(meta: object | undefined): object {
  const [note] = (meta as { extension: { extension: { valueCoding?: object }[] }[] }).extension;
  return note?.extension[1]?.valueCoding ?? {};
}
