/** Parts of resources (https://hl7.org/fhir/R4/search.html#elements, #summary): elements are named as R4 names them, whatever their JSON property is called. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

describe.each(STORES)('on %s', (_store, open) => {
  let world: World;
  const ask = (method: string, path: string, body?: unknown) =>
    world.ask(method, path, { token: world.system, ...(body === undefined ? {} : { body }) });
  const ALWAYS = ['resourceType', 'id', 'meta'];
  const OF_OBSERVATION = [...ALWAYS, 'status', 'code'];
  const shown = async (path: string): Promise<string[]> => {
    const { body } = await ask('GET', path);
    return Object.keys(body.entry ? body.entry[0].resource : body).toSorted();
  };
  const expected = (...names: string[]) => names.toSorted();

  beforeAll(async () => {
    world = await open();
    await ask('PUT', '/Patient/e', {
      resourceType: 'Patient',
      id: 'e',
      deceasedBoolean: false,
      gender: 'male',
      name: [{ family: 'E' }],
    });
    await ask('PUT', '/Observation/e', {
      resourceType: 'Observation',
      id: 'e',
      status: 'final',
      code: { text: 'x' },
      subject: { reference: 'Patient/e' },
      valueInteger: 5,
      _valueInteger: { extension: [{ url: 'http://example.org/x', valueString: 'y' }] },
      note: [{ text: 'n' }],
      effectiveDateTime: '2026-01-01',
    });
  });
  afterAll(() => world.close());

  it.each(['/Observation/e?', '/Observation?_id=e&', '/?_type=Observation&_id=e&'])(
    'a choice is named by its name, or by its property: %s',
    async (path) => {
      const whole = expected(...OF_OBSERVATION, 'valueInteger', '_valueInteger');
      for (const name of ['value', 'value[x]', 'valueInteger', 'Observation.value', 'note.text,value'])
        expect([name, await shown(`${path}_elements=${name}`)]).toEqual([name, whole]);
      expect(await shown(`${path}_elements=effective,note`)).toEqual(
        expected(...OF_OBSERVATION, 'effectiveDateTime', 'note'),
      );
    },
  );

  it('those of one type leave others whole', async () => {
    const { body } = await ask('GET', '/Observation/e?_elements=Patient.deceased');
    expect(body.note).toEqual([{ text: 'n' }]);
    expect(body.meta.tag).toBeUndefined();
    expect(await shown('/Patient/e?_elements=Patient.deceased,Observation.value')).toEqual(
      expected(...ALWAYS, 'deceasedBoolean'),
    );
  });

  it('a summary has the choices that R4 marks', async () => {
    const names = await shown('/Observation/e?_summary=true');
    expect(names).toContain('valueInteger');
    expect(names).toContain('_valueInteger');
    expect(names).not.toContain('note');
    expect(await shown('/Patient/e?_summary=true')).toContain('deceasedBoolean');
  });
});
