/** Below a patient's name stands what an item names of that patient, and nothing else. */
import type { Resource, Task } from '@medplum/fhirtypes';
import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import type { Fhir } from '../../smart/fhir.ts';
import { handedInQuery } from './coverage.ts';
import { documentQuery, responseQuery } from './other.ts';
import { prescriptionQuery } from './refill.ts';
import { releaseQuery } from './result.ts';
import { visitQuery } from './visit.ts';

type Asked = Readonly<Record<string, string>>;

/** As the server answers: an empty `_id` says nothing, and without a condition all of a type is found (docs/SEARCH.md). */
function server(stored: readonly (Resource & { readonly whose: string })[]) {
  const asked: Asked[] = [];
  const fhir = {
    patient: 'a',
    async search(type: string, params: Asked) {
      asked.push(params);
      const resources = stored.filter(
        ({ resourceType, id, whose }) =>
          resourceType === type &&
          (!params._id || params._id === id) &&
          (!params.patient || params.patient === whose),
      );
      return { resources, included: [], next: undefined };
    },
  } as unknown as Fhir;
  return { fhir, asked };
}

const task = (change: Partial<Task>): Task => ({
  resourceType: 'Task',
  id: 't',
  status: 'requested',
  intent: 'order',
  for: { reference: 'Patient/a' },
  ...change,
});

const one = (resourceType: string, id: string, whose: string) =>
  ({ resourceType, id, whose, code: {}, payor: [] }) as unknown as Resource & { readonly whose: string };

const QUERIES = [
  ['MedicationRequest', prescriptionQuery],
  ['DiagnosticReport', releaseQuery],
  ['Observation', releaseQuery],
  ['Appointment', visitQuery],
  ['QuestionnaireResponse', responseQuery],
  ['DocumentReference', documentQuery],
  ['Coverage', handedInQuery],
] as const;

describe.each(QUERIES)('an item about a %s', (type, query) => {
  const stored = [one(type, 'theirs', 'b'), one(type, 'own', 'a')];
  const read = async (change: Partial<Task>) => {
    const { fhir, asked } = server(stored);
    const { queryFn, queryKey, select } = query(fhir, task(change)) as never as {
      readonly queryKey: readonly unknown[];
      readonly queryFn: () => Promise<unknown>;
      readonly select?: (data: never) => unknown;
    };
    const data = await new QueryClient().fetchQuery({ queryKey, queryFn, retry: false });
    return { found: select ? select(data as never) : data, asked };
  };

  it('that names none shows none, and asks for no other in its place', async () => {
    for (const focus of [undefined, {}, { reference: '' }, { reference: `${type}/` }, { display: 'x' }]) {
      const { found, asked } = await read(focus ? { focus } : {});
      expect(found).toBeNull();
      expect(asked.filter(({ patient }) => patient !== 'a')).toEqual([]);
    }
  });

  it('that names another patient’s, or none that is there, shows none', async () => {
    expect((await read({ focus: { reference: `${type}/theirs` } })).found).toBeNull();
    expect((await read({ focus: { reference: `${type}/gone` } })).found).toBeNull();
  });

  it('shows the one that it names', async () => {
    const { found } = await read({ focus: { reference: `${type}/own` } });
    expect(JSON.stringify(found)).toContain('"own"');
    expect(JSON.stringify(found)).not.toContain('"theirs"');
  });
});
