import { expect, it } from 'vitest';
import { linksOf } from './links.ts';

const files = (url: string, type = 'DocumentReference') =>
  linksOf({ resourceType: type, content: [{ attachment: { url } }] } as { resourceType: string });

it.each([
  'Binary/f',
  'Binary/f/_history/2',
  '/fhir/Binary/f',
  'https://clinic.example/fhir/Binary/f',
  'http://clinic.example:8080/fhir/Binary/f/_history/3',
  'Binary/f?_format=json',
  'Binary/f#page=2',
  'Binary/f/',
])('%s is a file of the resource that says it', (url) => {
  expect(files(url)).toEqual([{ by: 'file', target: 'Binary/f' }]);
});

it.each(['see Binary/f', 'Binary/f/more', 'XBinary/f', 'Binary/', 'urn:uuid:1'])('%s is none', (url) => {
  expect(files(url)).toEqual([]);
});

it('each file is named once, wherever it stands', () => {
  const attachment = { url: 'Binary/f' };
  const resource = {
    resourceType: 'Communication',
    payload: [{ contentAttachment: attachment }],
    extension: [{ url: 'https://example.org/x', valueAttachment: attachment }],
    contained: [{ resourceType: 'DocumentReference', content: [{ attachment: { url: 'Binary/g' } }] }],
  };
  expect(linksOf(resource)).toEqual([
    { by: 'file', target: 'Binary/f' },
    { by: 'file', target: 'Binary/g' },
  ]);
});

it('a Reference is to a file where a document is put together of such, or a message has it as its content, else it only speaks of one', () => {
  const content = [{ reference: 'Binary/f' }];
  expect(linksOf({ resourceType: 'DocumentManifest', content } as never)).toHaveLength(1);
  expect(
    linksOf({ resourceType: 'Communication', payload: [{ contentReference: content[0] }] } as never),
  ).toHaveLength(1);
  expect(linksOf({ resourceType: 'Communication', basedOn: content } as never)).toEqual([]);
  expect(linksOf({ resourceType: 'List', entry: [{ item: content[0] }] } as never)).toEqual([]);
});

it('what something is about is told without its version, and a Patient is nothing that it is about', () => {
  const target = ['Observation/o/_history/2', 'Patient/p', 'https://elsewhere.example/Observation/x'];
  const provenance = { resourceType: 'Provenance', target: target.map((reference) => ({ reference })) };
  expect(linksOf(provenance)).toEqual([{ by: 'about', target: 'Observation/o' }]);
  const binary = { resourceType: 'Binary', securityContext: { reference: 'Patient/p' } };
  expect(linksOf(binary)).toEqual([]);
});
