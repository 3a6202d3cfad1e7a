/** Whatever an expression yields: a search parameter of it is refused, or finds it. */
import { addSearchParameter, removeSearchParameter } from '@wellspring/profiles';
import { describe, expect, it } from 'vitest';
import { checkSearchParameter, type SearchParameterResource } from '../repository/custom-parameters.ts';
import { indexEntries } from './index-entries.ts';

const measure = (code: string) => ({ value: 5, unit: code, system: 'http://unitsofmeasure.org', code });
const TEXTS = ['abc', '5', 'true', '2020-01-01', 'YWJj'];
/** Values of each type that an extension may have, each way to write it. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  base64Binary: ['YWJj'],
  boolean: [true, false],
  canonical: ['http://example.org/q|1'],
  code: [...TEXTS, '10:00:00'],
  date: ['2020-01-01'],
  dateTime: ['2020-01-01T10:00:00Z', '2020-01-01'],
  decimal: [1.5, 1],
  id: TEXTS,
  instant: ['2020-01-01T10:00:00Z'],
  integer: [5, 1],
  markdown: [...TEXTS, '10:00:00'],
  oid: ['urn:oid:1.2.3'],
  positiveInt: [5, 1],
  string: [...TEXTS, '10:00:00', '2020-01-01T10:00:00Z', 'Patient/x'],
  time: ['10:00:00'],
  unsignedInt: [5, 1],
  uri: ['http://example.org/Patient/a'],
  url: ['http://example.org/Patient/a'],
  uuid: ['urn:uuid:5f0b7a0c-3e6f-4d3c-9a52-0c2d5c1f9e11'],
  Address: [{ city: 'x' }],
  Age: [measure('a')],
  Annotation: [{ text: 'x' }],
  Attachment: [{ url: 'http://example.org/a' }],
  CodeableConcept: [{ coding: [{ system: 'urn:x', code: 'c' }] }],
  Coding: [{ system: 'urn:x', code: 'c' }],
  ContactDetail: [{ name: 'x' }],
  ContactPoint: [{ system: 'phone', value: '1' }],
  Contributor: [{ type: 'author', name: 'x' }],
  Count: [measure('1')],
  DataRequirement: [{ type: 'Patient' }],
  Distance: [measure('m')],
  Dosage: [{ text: 'x' }],
  Duration: [measure('h')],
  Expression: [{ language: 'text/fhirpath', expression: 'x' }],
  HumanName: [{ family: 'f' }],
  Identifier: [{ system: 'urn:x', value: '1' }],
  Meta: [{ profile: ['http://example.org/p'] }],
  Money: [{ value: 5, currency: 'USD' }],
  ParameterDefinition: [{ use: 'in', type: 'string' }],
  Period: [{ start: '2020-01-01' }],
  Quantity: [measure('mg'), { value: 5 }],
  Range: [{ low: measure('mg') }],
  Ratio: [{ numerator: measure('mg'), denominator: measure('mL') }],
  Reference: [{ reference: 'Patient/x' }, { reference: '#c' }],
  RelatedArtifact: [{ type: 'citation', label: 'x' }],
  SampledData: [{ origin: measure('mg'), period: 1, dimensions: 1, data: '1 2' }],
  Signature: [{ type: [{ code: 'x' }], when: '2020-01-01T10:00:00Z', who: { reference: 'Patient/x' } }],
  Timing: [{ event: ['2020-01-01'] }],
  TriggerDefinition: [{ type: 'periodic', timingDate: '2020-01-01' }],
  UsageContext: [{ code: { code: 'x' }, valueQuantity: measure('mg') }],
};
/** What is asked of a value, `$`. */
const ASKED = [
  ...'resolve() toString() toInteger() toDecimal() toDate() toDateTime() toTime() toBoolean() toQuantity()'.split(
    ' ',
  ),
  ...'upper() length() matches(".*") replace("a","b") split("b") decode("base64") abs() sqrt() lowBoundary()'.split(
    ' ',
  ),
  ...'not() getValue() first() allTrue() type() hourOf() dateOf() sum() avg() memberOf("urn:x") bogus()'.split(
    ' ',
  ),
  ...'extension("urn:y") toString().upper() select($this.resolve()) iif(true,$this.resolve())'.split(' '),
].map((name) => `$.${name.replaceAll('"', "'")}`);
const OPERATORS = ["$ + 'x'", "$ & 'x'", '$ * 2', '$ div 2', '$ = 1', '$ <= $this', '$'];

const LISTS = {
  string: 'strings',
  token: 'tokens',
  date: 'dates',
  number: 'numbers',
  quantity: 'quantities',
  reference: 'references',
  uri: 'uris',
} as const;
type Kind = keyof typeof LISTS;

const URL = 'urn:wellspring:test:by-type';
const parameter = (type: Kind, expression: string): SearchParameterResource => ({
  resourceType: 'SearchParameter',
  url: URL,
  status: 'active',
  code: 'by-type',
  type,
  base: ['Patient'],
  expression,
});

function isRefused(resource: SearchParameterResource): boolean {
  try {
    checkSearchParameter(resource);
    return false;
  } catch (error) {
    expect((error as { status: number }).status).toBe(422);
    return true;
  }
}

function finds(kind: Kind, expression: string, type: string): boolean {
  const member = `value${type.charAt(0).toUpperCase()}${type.slice(1)}`;
  const spec = {
    code: 'by-type',
    url: URL,
    type: kind,
    expression,
    base: ['Patient'],
    target: [],
    components: [],
  };
  addSearchParameter(spec);
  try {
    return (VALUES[type] ?? []).some((value) => {
      const resource = { resourceType: 'Patient', extension: [{ url: 'urn:x', [member]: value }] };
      const { [LISTS[kind]]: entries } = indexEntries(resource, [], new Set(['by-type']));
      return entries.some(({ param }) => param === 'by-type' || param === 'by-type:identifier');
    });
  } finally {
    removeSearchParameter(URL);
  }
}

describe('Of what this yields nothing is lost without a word', () => {
  it.each([...ASKED, ...OPERATORS])('%s', (asked) => {
    const silent: string[] = [];
    let taken = 0;
    for (const type of Object.keys(VALUES)) {
      const expression = `Patient.extension('urn:x').value.ofType(${type}).select(${asked.replace('$', '$this')})`;
      for (const kind of Object.keys(LISTS) as Kind[]) {
        if (isRefused(parameter(kind, expression))) continue;
        taken += 1;
        if (!finds(kind, expression, type)) silent.push(`${kind} of ${type}`);
      }
    }
    expect(silent).toEqual([]);
    // What is computed, or asked of a server, is found by nothing.
    if (
      !/^\$\.(?:resolve|memberOf|bogus|type|toTime|timeOf|toQuantity|toLong|select|iif\(true,\$this\.|extension)/.test(
        asked,
      )
    )
      expect(taken).toBeGreaterThan(0);
  });
});
