/** What is asked of the server to find a patient: enough that a slip finds them, in bodies and not in addresses. */
import type { Patient } from '@medplum/fhirtypes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BatchAnswer, FhirApi } from '../../smart/fhir.ts';
import { findPatients } from './find.ts';
import { folded } from './fit.ts';

const patient = (id: string, family: string, given: string): Patient => ({
  resourceType: 'Patient',
  id,
  name: [{ family, given: [given] }],
});

/** Answers as the server does, as far as names go: `name` by the beginning, `name:contains` by any part, all of them together. */
function serverWith(patients: readonly Patient[]) {
  const asked: string[] = [];
  const batch = async (searches: readonly string[]): Promise<readonly BatchAnswer[]> => {
    asked.push(...searches);
    return searches.map((search) => {
      const criteria = [...new URLSearchParams(search.split('?')[1])].filter(([key]) => !key.startsWith('_'));
      return {
        resources: patients.filter((each) => criteria.every(([key, value]) => fits(each, key, value))),
      };
    });
  };
  return { fhir: { batch } as unknown as FhirApi, asked };
}

function fits({ name = [] }: Patient, key: string, value: string): boolean {
  const words = name.flatMap(({ family = '', given = [] }) => [family, ...given]).map(folded);
  if (key === 'name') return words.some((word) => word.startsWith(value));
  return key === 'name:contains' && value.split(',').some((one) => words.some((word) => word.includes(one)));
}

describe('finding patients', () => {
  it('asks no more than once where what was typed fits', async () => {
    const { fhir, asked } = serverWith([patient('a', 'Alvarez', 'Maria')]);
    expect((await findPatients(fhir, 'alvarez maria')).map(({ id }) => id)).toEqual(['a']);
    expect(asked).toHaveLength(1);
  });

  it('shows who was merged into another only where the record that goes on is not found', async () => {
    const gone: Patient = {
      ...patient('a', 'Alvarez', 'Maria'),
      active: false,
      link: [{ type: 'replaced-by', other: { reference: 'Patient/b' } }],
    };
    const found = async (...patients: Patient[]): Promise<readonly unknown[]> =>
      (await findPatients(serverWith(patients).fhir, 'alvarez maria')).map(({ id }) => id);
    expect(await found(gone, patient('b', 'Alvarez', 'Maria'))).toEqual(['b']);
    expect(await found(gone, patient('c', 'Alvarez', 'Maria'))).toEqual(['a', 'c']);
    expect(await found(gone, patient('b', 'Smith', 'Alice'))).toEqual(['a']);
  });

  it('finds a name with hyphens by a slip in each of its parts', async () => {
    const { fhir } = serverWith([patient('a', 'Schmidt-Hohenlohe-Langenburg', 'Walter')]);
    expect((await findPatients(fhir, 'schmit-hohenloe')).map(({ id }) => id)).toEqual(['a']);
  });

  it('finds a name of five letters or more by any one slip in it, whoever else is there', async () => {
    const others = [patient('b', 'Okafor', 'Grace'), patient('c', 'Begay', 'Linda')];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('alvarez', 'whitfield', 'hohenlohe', 'raman'),
        fc.nat(),
        fc.nat(3),
        async (name, place, kind) => {
          const at = place % name.length;
          const [before, here, rest] = [name.slice(0, at), name[at] ?? '', name.slice(at + 1)];
          const slipped = [
            `${before}x${rest}`,
            before + rest,
            `${before}x${here}${rest}`,
            before + (rest[0] ?? '') + here + rest.slice(1),
          ][kind] as string;
          const { fhir } = serverWith([patient('a', name, 'Ana'), ...others]);
          expect(
            (await findPatients(fhir, slipped)).map(({ id }) => id),
            slipped,
          ).toContain('a');
        },
      ),
    );
  });

  it.each(['coel', 'rahman-coel', 'rahman coel', 'lopze', 'garcia lopze'])(
    'finds whoever has several family names by “%s”, with a slip in the second',
    async (text) => {
      const { fhir } = serverWith([
        patient('a', 'Rahman-Cole', 'Aisha'),
        patient('b', 'García López', 'Luz'),
      ]);
      expect((await findPatients(fhir, text)).map(({ id }) => id)).toEqual([
        text.includes('lop') ? 'b' : 'a',
      ]);
    },
  );

  it('sends no character of what was typed as an operator', async () => {
    const { fhir, asked } = serverWith([]);
    await findPatients(fhir, 'o,r|x$ &_count=1');
    expect(asked.every((each) => new URLSearchParams(each.split('?')[1]).getAll('_count').length === 1)).toBe(
      true,
    );
  });
});
