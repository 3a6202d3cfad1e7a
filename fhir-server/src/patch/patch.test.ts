/** Both patch languages on a resource in memory: what goes together, which digits stay, what is empty in between, what it may cost. */
import { describe, expect, it } from 'vitest';
import { parseJson, type ResourceJson, stringifyJson } from '../repository/text/resource-text.ts';
import { applyFhirPathPatch } from './fhirpath-patch.ts';
import { applyJsonPatch, parseJsonPatch } from './json-patch.ts';

type Part = string | number | object;

const parameters = (...operations: Record<string, Part>[]): ResourceJson => ({
  resourceType: 'Parameters',
  parameter: operations.map((operation) => ({
    name: 'operation',
    part: Object.entries(operation).map(([name, value]) => {
      if (typeof value === 'object') return { name, ...value };
      const member =
        typeof value === 'number' ? 'valueInteger' : name === 'type' ? 'valueCode' : 'valueString';
      return { name, [member]: value };
    }),
  })),
});

function fhirPath(resource: object, ...operations: Record<string, Part>[]): object {
  const copy = parseJson(JSON.stringify(resource)) as ResourceJson;
  applyFhirPathPatch(copy, parameters(...operations));
  return copy;
}

function json(text: string, operations: string): string {
  const copy = parseJson(text) as ResourceJson;
  applyJsonPatch(copy, parseJsonPatch(parseJson(operations)));
  return stringifyJson(copy);
}

const EXTENSION = { extension: [{ url: 'urn:x', valueString: 'of b' }] };
const named = (name: object) => ({ resourceType: 'Patient', name: [name] });
const PAIR = named({ given: ['a', 'b'], _given: [null, EXTENSION] });

describe('S9: a primitive and its twin', () => {
  it('go along when something is put before them', () => {
    const done = fhirPath(PAIR, {
      type: 'insert',
      path: 'Patient.name[0].given',
      index: 0,
      value: { valueString: 'new' },
    });
    expect(done).toEqual(named({ given: ['new', 'a', 'b'], _given: [null, null, EXTENSION] }));
  });
  it('move together', () => {
    const done = fhirPath(PAIR, { type: 'move', path: 'Patient.name[0].given', source: 1, destination: 0 });
    expect(done).toEqual(named({ given: ['b', 'a'], _given: [EXTENSION, null] }));
  });
  it('are deleted together', () => {
    expect(fhirPath(PAIR, { type: 'delete', path: 'Patient.name[0].given[1]' })).toEqual(
      named({ given: ['a'] }),
    );
    expect(fhirPath(PAIR, { type: 'delete', path: 'Patient.name[0].given[0]' })).toEqual(
      named({ given: ['b'], _given: [EXTENSION] }),
    );
    const born = { resourceType: 'Patient', active: true, birthDate: '1970-01-01', _birthDate: EXTENSION };
    expect(fhirPath(born, { type: 'delete', path: 'Patient.birthDate' })).toEqual({
      resourceType: 'Patient',
      active: true,
    });
    const unknown = { resourceType: 'Patient', active: true, _birthDate: EXTENSION };
    expect(fhirPath(unknown, { type: 'delete', path: 'Patient.birthDate' })).toEqual({
      resourceType: 'Patient',
      active: true,
    });
  });
  it('are replaced together, and come together', () => {
    expect(
      fhirPath(PAIR, { type: 'replace', path: 'Patient.name[0].given[1]', value: { valueString: 'c' } }),
    ).toEqual(named({ given: ['a', 'c'] }));
    const value = { valueString: 'c', _valueString: EXTENSION };
    expect(
      fhirPath(named({ given: ['a'] }), { type: 'add', path: 'Patient.name[0]', name: 'given', value }),
    ).toEqual(named({ given: ['a', 'c'], _given: [null, EXTENSION] }));
    expect(
      fhirPath(named({ given: ['a'] }), { type: 'replace', path: 'Patient.name[0].given[0]', value }),
    ).toEqual(named({ given: ['c'], _given: [EXTENSION] }));
    expect(
      fhirPath(
        { resourceType: 'Patient' },
        {
          type: 'add',
          path: 'Patient',
          name: 'birthDate',
          value: { valueDate: '1970', _valueDate: EXTENSION },
        },
      ),
    ).toEqual({
      resourceType: 'Patient',
      birthDate: '1970',
      _birthDate: EXTENSION,
    });
  });
  it('are reached by path, one from the other', () => {
    const born = { resourceType: 'Patient', birthDate: '1970-01-01' };
    const value = {
      part: [
        { name: 'url', valueUri: 'urn:x' },
        { name: 'value', valueString: 'of b' },
      ],
    };
    const added = fhirPath(born, { type: 'add', path: 'Patient.birthDate', name: 'extension', value });
    expect(added).toEqual({ ...born, _birthDate: EXTENSION });
    expect(fhirPath(added, { type: 'delete', path: "Patient.birthDate.extension('urn:x')" })).toEqual(born);
    expect(fhirPath(PAIR, { type: 'delete', path: "Patient.name[0].given[1].extension('urn:x')" })).toEqual(
      named({ given: ['a', 'b'] }),
    );
  });
});

describe('S10: digits', () => {
  const observation =
    '{"resourceType":"Observation","valueQuantity":{"value":1.10},"component":[{"valueQuantity":{"value":2.0}}]}';
  it.each([
    [
      'copy of a number',
      '[{"op":"copy","from":"/valueQuantity/value","path":"/component/0/valueQuantity/value"}]',
      '{"value":1.10}}]',
    ],
    [
      'copy of its holder',
      '[{"op":"copy","from":"/valueQuantity","path":"/component/0/valueQuantity"}]',
      '{"value":1.10}}]',
    ],
    [
      'move',
      '[{"op":"move","from":"/valueQuantity/value","path":"/component/0/valueQuantity/value"}]',
      '"component":[{"valueQuantity":{"value":1.10}}]',
    ],
    [
      'move of its holder',
      '[{"op":"move","from":"/valueQuantity","path":"/component/0/valueQuantity"}]',
      '"component":[{"valueQuantity":{"value":1.10}}]',
    ],
    ['add', '[{"op":"add","path":"/valueQuantity/value","value":3.50}]', '{"value":3.50}'],
    ['replace', '[{"op":"replace","path":"/valueQuantity/value","value":1.0e2}]', '{"value":1.0e2}'],
  ])('stay as they were written: %s', (_, patch, expected) => {
    expect(json(observation, patch)).toContain(expected);
  });
  it('of a list go with their numbers', () => {
    const sequence =
      '{"resourceType":"MolecularSequence","quality":[{"roc":{"precision":[1.10,2.20,3.30]}}]}';
    const of = (patch: string) => json(sequence, patch).match(/\[([\d.,]+)\]/)?.[1];
    expect(of('[{"op":"add","path":"/quality/0/roc/precision/0","value":9.90}]')).toBe('9.90,1.10,2.20,3.30');
    expect(of('[{"op":"remove","path":"/quality/0/roc/precision/0"}]')).toBe('2.20,3.30');
    expect(
      of('[{"op":"move","from":"/quality/0/roc/precision/2","path":"/quality/0/roc/precision/0"}]'),
    ).toBe('3.30,1.10,2.20');
  });
  it('come with a FHIRPath Patch too', () => {
    const resource = { resourceType: 'Observation' } as ResourceJson;
    const patch = parseJson(
      '{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"add"},{"name":"path","valueString":"Observation"},{"name":"name","valueString":"value"},{"name":"value","valueQuantity":{"value":1.10}}]}]}',
    ) as ResourceJson;
    applyFhirPathPatch(resource, patch);
    expect(stringifyJson(resource)).toContain('1.10');
  });
});

describe('what is empty in between', () => {
  it('Q9: is filled by a later operation', () => {
    const patient = '{"resourceType":"Patient","telecom":[{"value":"1"}]}';
    expect(
      json(
        patient,
        '[{"op":"remove","path":"/telecom/0"},{"op":"add","path":"/telecom/-","value":{"value":"2"}}]',
      ),
    ).toBe('{"resourceType":"Patient","telecom":[{"value":"2"}]}');
    expect(json(patient, '[{"op":"remove","path":"/telecom/0"}]')).toBe('{"resourceType":"Patient"}');
    expect(
      json(
        patient,
        '[{"op":"remove","path":"/telecom/0/value"},{"op":"add","path":"/telecom/0/system","value":"phone"}]',
      ),
    ).toBe('{"resourceType":"Patient","telecom":[{"system":"phone"}]}');
    expect(json(patient, '[{"op":"remove","path":"/telecom/0/value"}]')).toBe('{"resourceType":"Patient"}');
  });
  it('Q10: a parent goes with its last child', () => {
    const patient = { resourceType: 'Patient', contact: [{ name: { family: 'x' } }], active: true };
    expect(fhirPath(patient, { type: 'delete', path: 'Patient.contact[0].name.family' })).toEqual({
      resourceType: 'Patient',
      active: true,
    });
  });
});

describe('Q10: FHIRPath Patch', () => {
  it('without operations changes nothing', () => {
    const resource = { resourceType: 'Patient', id: 'x' } as ResourceJson;
    applyFhirPathPatch(resource, { resourceType: 'Parameters' });
    applyFhirPathPatch(resource, { resourceType: 'Parameters', parameter: [] });
    expect(resource).toEqual({ resourceType: 'Patient', id: 'x' });
  });
  it('replaces a choice by another type', () => {
    const text = { resourceType: 'Observation', valueString: 'x', _valueString: EXTENSION };
    expect(
      fhirPath(text, { type: 'replace', path: 'Observation.value', value: { valueQuantity: { value: 1 } } }),
    ).toEqual({ resourceType: 'Observation', valueQuantity: { value: 1 } });
    expect(
      fhirPath(text, { type: 'replace', path: 'Observation.value', value: { valueString: 'y' } }),
    ).toEqual({ resourceType: 'Observation', valueString: 'y' });
    expect(() =>
      fhirPath(text, { type: 'add', path: 'Observation', name: 'value', value: { valueInteger: 1 } }),
    ).toThrow(/already/);
  });
  it('finds extensions by their url', () => {
    const resource = {
      resourceType: 'Patient',
      extension: [
        { url: 'urn:a', valueString: 'a' },
        { url: 'urn:b', valueString: 'b' },
      ],
    };
    expect(
      fhirPath(resource, {
        type: 'replace',
        path: "Patient.extension('urn:b').value",
        value: { valueBoolean: true },
      }),
    ).toEqual({
      resourceType: 'Patient',
      extension: [
        { url: 'urn:a', valueString: 'a' },
        { url: 'urn:b', valueBoolean: true },
      ],
    });
    expect(fhirPath(resource, { type: 'delete', path: "Patient.extension.where(url = 'urn:a')" })).toEqual({
      resourceType: 'Patient',
      extension: [{ url: 'urn:b', valueString: 'b' }],
    });
  });
});

describe('a patch', () => {
  it('is left as it was, so that it can be applied again after a lost race (S11)', () => {
    const operations = parseJsonPatch([
      { op: 'add', path: '/telecom', value: [{ value: '1' }] },
      { op: 'add', path: '/telecom/-', value: { value: '2' } },
    ]);
    const twice = [1, 2].map(() => {
      const resource: ResourceJson = { resourceType: 'Patient' };
      applyJsonPatch(resource, operations);
      return resource;
    });
    expect(twice[1]).toEqual(twice[0]);
    const byPath = parameters(
      { type: 'add', path: 'Patient', name: 'name', value: { valueHumanName: { given: ['a'] } } },
      { type: 'insert', path: 'Patient.name[0].given', index: 0, value: { valueString: 'b' } },
    );
    const again = [1, 2].map(() => {
      const resource: ResourceJson = { resourceType: 'Patient' };
      applyFhirPathPatch(resource, byPath);
      return resource;
    });
    expect(again).toEqual(Array(2).fill(named({ given: ['b', 'a'] })));
  });

  it.each([
    'id',
    'Patient.where(true).id',
    '`Patient`.id',
    'Patient . id',
    'meta.first().versionId',
    'Patient.meta[0].lastUpdated',
  ])('changes neither id nor version by any path: %s', (path) => {
    const resource = { resourceType: 'Patient', id: 'p', meta: { versionId: '1', lastUpdated: 'x' } };
    for (const type of ['replace', 'delete'])
      expect(() => fhirPath(resource, { type, path, value: { valueId: 'q' } })).toThrow(/may not change/);
  });

  it('does not count places in a part of a list', () => {
    const patient = { resourceType: 'Patient', name: [{ use: 'usual' }, { use: 'old' }, { use: 'old' }] };
    for (const path of ["Patient.name.where(use = 'old')", 'Patient.name.first()']) {
      expect(() => fhirPath(patient, { type: 'move', path, source: 0, destination: 1 })).toThrow(
        /whole list/,
      );
      const value = { valueHumanName: { text: 'x' } };
      expect(() => fhirPath(patient, { type: 'insert', path, index: 0, value })).toThrow(/whole list/);
    }
  });

  it('tests the whole resource by the empty pointer, and changes it by none (RFC 6901)', () => {
    const patient = '{"resourceType":"Patient","active":true}';
    expect(json(patient, `[{"op":"test","path":"","value":${patient}}]`)).toBe(patient);
    for (const op of ['add', 'replace', 'remove'])
      expect(() => json(patient, `[{"op":"${op}","path":"","value":{}}]`)).toThrow(
        expect.objectContaining({ status: 422 }),
      );
    expect(json(patient, '[{"op":"copy","from":"","path":"/contained"}]')).toBe(
      `{"resourceType":"Patient","active":true,"contained":${patient}}`,
    );
  });
});

describe('X3: a patch has a budget', () => {
  const costly = (work: () => unknown, most = 413): void => {
    const start = performance.now();
    expect(work).toThrow(expect.objectContaining({ status: most }));
    // Not a timed test: minutes and gigabytes are what it stands against.
    expect(performance.now() - start).toBeLessThan(2000);
  };
  const patient =
    '{"resourceType":"Patient","extension":[{"url":"urn:x","valueString":"x"}],"name":[{"given":["a"]}]}';
  const times = (count: number, ...operations: object[]) =>
    JSON.stringify(Array.from({ length: count }, () => operations).flat());

  it.each([
    [
      'copies into itself',
      [
        { op: 'copy', from: '/extension', path: '/extension/0/extension' },
        { op: 'copy', from: '/extension/0', path: '/extension/-' },
      ],
    ],
    [
      'copies beside itself',
      [
        { op: 'copy', from: '/extension', path: '/contained' },
        { op: 'copy', from: '/contained', path: '/extension/-' },
      ],
    ],
    ['copies deeper', [{ op: 'copy', from: '/name', path: '/name/0/period' }]],
  ])('that %s', (_, operations) => {
    costly(() => json(patient, times(400, ...operations)));
  });

  it('that nests', () => {
    const operations = Array.from({ length: 900 }, (_, i) => ({
      op: 'add',
      path: `/extension/0${'/extension/0'.repeat(i)}/extension`,
      value: [{}],
    }));
    costly(() => json(patient, JSON.stringify(operations)));
  });

  it('that walks a long list again and again', () => {
    const many = {
      resourceType: 'Patient',
      telecom: Array.from({ length: 5000 }, (_, i) => ({ system: 'phone', value: String(i) })),
    };
    const operations = Array.from({ length: 900 }, () => ({
      type: 'replace',
      path: "Patient.telecom.where(value = '4999' and system = 'phone').value",
      value: { valueString: '4999' },
    }));
    costly(() => fhirPath(many, ...operations));
  });

  it.each([
    ['parentheses', `${'('.repeat(5000)}Patient${')'.repeat(5000)}`],
    ['signs', `Patient.name[${'-'.repeat(5000)}1]`],
    ['steps', `Patient${'.name'.repeat(3000)}`],
    ['indexes', `Patient${'[0]'.repeat(5000)}`],
    ['arguments', `${'Patient.where('.repeat(3000)}true${')'.repeat(3000)}`],
    ['what looks at all of it', 'Patient.name.where(%resource.descendants().exists())'],
    ['patterns', "Patient.name.where(family.matches('(a+)+b'))"],
  ])('a path with many or dear %s is no path', (_, path) => {
    costly(
      () =>
        fhirPath({ resourceType: 'Patient', name: [{ family: 'a'.repeat(40) }] }, { type: 'delete', path }),
      400,
    );
  });
});
