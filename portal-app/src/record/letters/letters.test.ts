import type { DocumentReference, Task } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { answerTo, askForLetter, handedInQuery, letterName, paperState, papersOf } from './letters.ts';

const task = (more: Partial<Task>): Task => ({
  resourceType: 'Task',
  status: 'requested',
  intent: 'order',
  ...more,
});
const paper = (more: Partial<DocumentReference>): DocumentReference =>
  ({ resourceType: 'DocumentReference', status: 'current', content: [], ...more }) as DocumentReference;

describe('a letter that is asked for', () => {
  it('is a Task of the patient, of its kind, once', async () => {
    const sent: [Task, string | undefined][] = [];
    const fhir = {
      self: 'RelatedPerson/mother',
      patient: 'leo',
      create: async (resource: Task, onlyIfNone?: string) => {
        sent.push([resource, onlyIfNone]);
        return resource;
      },
    };
    await askForLetter(fhir as never, { kind: 'vaccinations', what: ' For school ' }, 'id-1');
    expect(sent).toMatchObject([
      [
        {
          status: 'requested',
          code: { coding: [{ system: 'urn:wellspring:task', code: 'letter' }] },
          reasonCode: { coding: [{ code: 'vaccinations' }] },
          for: { reference: 'Patient/leo' },
          requester: { reference: 'RelatedPerson/mother' },
          note: [{ text: 'For school' }],
        },
        expect.stringContaining('id-1'),
      ],
    ]);
    expect(letterName(sent[0]?.[0] as Task)).toBe('Letter about vaccinations');
  });

  it('of a kind of the clinic’s own is called as the clinic calls it', () => {
    const other = { coding: [{ system: 'urn:wellspring:letter', code: 'constructor' }] };
    expect(letterName(task({ reasonCode: other }))).toBeUndefined();
    expect(
      letterName(task({ reasonCode: { coding: [{ system: 'urn:x', code: 'records' }] } })),
    ).toBeUndefined();
    expect(letterName(task({}))).toBeUndefined();
  });

  it('has the papers and the words that it was answered with, not those that it was asked with', () => {
    const answered = task({
      status: 'completed',
      note: [
        { text: 'For school' },
        { text: 'The clinic says: pay' },
        { text: 'Pay', authorReference: { reference: 'RelatedPerson/mother' } },
        { text: 'Here it is', authorReference: { reference: 'Practitioner/p' } },
      ],
      output: [
        { type: {}, valueReference: { reference: 'DocumentReference/d' } },
        { type: {}, valueReference: { reference: 'Binary/b' } },
        { type: {}, valueString: 'x' },
      ],
    });
    expect(papersOf(answered)).toEqual(['d']);
    expect(answerTo(answered)).toEqual(['Here it is']);
    expect(answerTo(task({ statusReason: { text: 'Not ours' }, note: [{ text: 'For school' }] }))).toEqual([
      'Not ours',
    ]);
    expect(answerTo(task({ status: 'cancelled', statusReason: { text: 'The clinic says: pay' } }))).toEqual(
      [],
    );
  });
});

describe('a paper that is handed in', () => {
  it('waits, is kept, or is not', () => {
    expect(paperState(paper({ docStatus: 'preliminary' }))).toBe('waits');
    expect(paperState(paper({ docStatus: 'final' }))).toBe('kept');
    expect(paperState(paper({}))).toBe('kept');
    expect(paperState(paper({ status: 'entered-in-error', docStatus: 'entered-in-error' }))).toBe('not kept');
  });

  it('is read also where it was taken out, so that it is said', async () => {
    const out = paper({ id: 'out', status: 'entered-in-error' });
    const fhir = (isOffered: boolean) => ({
      patient: 'p',
      offers: () => isOffered,
      get: async () => ({ entry: [{ resource: out }, { resource: { resourceType: 'OperationOutcome' } }] }),
    });
    const read = (isOffered: boolean) =>
      (handedInQuery(fhir(isOffered) as never).queryFn as () => Promise<unknown>)();
    expect(await read(true)).toEqual([out]);
    // Of a server without documents nothing is asked.
    expect(await read(false)).toEqual([]);
  });
});
