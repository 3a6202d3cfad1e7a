/** FHIRPath: compiled exactly, interpreted, or refused; and what each expression means. http://hl7.org/fhirpath/N1/ */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSearchParameter, removeSearchParameter, searchParameter } from '../search-parameters.ts';
import { tables } from '../tables.ts';
import { validateResource } from '../validation/validate-resource.ts';
import { within } from './deadline.ts';
import { compiledExactly, compileFhirPath, evaluateFhirPath } from './fhirpath.ts';
import { EvaluationError, interpreted } from './interpret.ts';
import { type Node, resourceNode } from './node.ts';

type Json = Record<string, unknown>;

const UCUM = 'http://unitsofmeasure.org';
const quantity = (value: number, code: string) => ({ value, unit: code, system: UCUM, code });

const RESOURCES: readonly Json[] = [
  {
    resourceType: 'Patient',
    id: 'p',
    active: true,
    gender: 'female',
    birthDate: '1970-05-01',
    _birthDate: { extension: [{ url: 'urn:time', valueDateTime: '1970-05-01T10:00:00Z' }] },
    deceasedBoolean: false,
    name: [
      {
        use: 'official',
        family: 'Alvarez',
        given: ['Ana', 'Maria'],
        period: { start: '2001', end: '2002-03' },
      },
      { use: 'usual', given: ['Annie'] },
    ],
    telecom: [
      { system: 'phone', value: '1', rank: 2 },
      { system: 'email', value: 'a@b.example' },
    ],
    contact: [{ name: { text: 'X' } }],
    link: [{ other: { reference: 'Patient/q' }, type: 'seealso' }],
    extension: [{ url: 'urn:a', extension: [{ url: 'b', valueString: 'c' }] }],
    contained: [{ resourceType: 'Organization', id: 'o', name: 'O' }],
    managingOrganization: { reference: '#o' },
  },
  {
    resourceType: 'Observation',
    status: 'final',
    category: [{ coding: [{ system: 'urn:c', code: 'lab' }] }],
    code: { coding: [{ system: 'http://loinc.org', code: '4548-4' }], text: 'HbA1c' },
    subject: { reference: 'Patient/p' },
    effectivePeriod: { start: '2024-01-01', end: '2024-01-02' },
    valueQuantity: quantity(5.4, '%'),
    referenceRange: [
      {
        low: quantity(4, '%'),
        high: quantity(6, '%'),
        age: { low: quantity(1, 'a'), high: quantity(90, 'a') },
      },
    ],
    component: [
      { code: { text: 'x' }, valueQuantity: quantity(1, 'mg') },
      { code: { text: 'y' }, dataAbsentReason: { text: 'z' } },
    ],
  },
  {
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: { coding: [{ system: 'urn:m', code: 'm' }], text: 'M' },
    subject: { reference: 'Patient/p' },
    authoredOn: '2024-02-03T04:05:06.789+02:00',
    dosageInstruction: [
      {
        timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd', boundsPeriod: { start: '2024' } } },
        doseAndRate: [{ doseRange: { low: quantity(1, '{t}'), high: quantity(2, '{t}') } }],
      },
    ],
    dispenseRequest: {
      validityPeriod: { start: '2024-01-01', end: '2024-06-01' },
      numberOfRepeatsAllowed: 3,
    },
  },
  {
    resourceType: 'Bundle',
    type: 'collection',
    entry: [
      {
        fullUrl: 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520',
        resource: { resourceType: 'Basic', id: 'b', code: { text: 'x' } },
      },
    ],
  },
  {
    resourceType: 'Questionnaire',
    status: 'active',
    item: [
      {
        linkId: '1',
        type: 'group',
        item: [{ linkId: '1.1', type: 'choice', answerOption: [{ valueString: 'a' }], required: true }],
      },
      { linkId: '2', type: 'display', text: 't' },
    ],
  },
  {
    resourceType: 'ValueSet',
    status: 'draft',
    compose: { include: [{ system: 'urn:x', concept: [{ code: 'a' }] }] },
    expansion: { timestamp: '2024', contains: [{ code: 'a', system: 'urn:x' }] },
  },
  {
    resourceType: 'Appointment',
    status: 'booked',
    start: '2024-01-01T10:00:00Z',
    end: '2024-01-01T10:20:00Z',
    participant: [{ actor: { reference: 'Patient/p' }, status: 'accepted' }],
  },
];

const environment = (resource: Json) => {
  const root = resourceNode(resource);
  return { resource: root, rootResource: root, context: root };
};
const values = (nodes: readonly Node[]): unknown[] =>
  nodes.map(({ value }) => value).filter((each) => each !== undefined && each !== null);
const ask = (text: string, resource: Json = RESOURCES[0] as Json): unknown[] =>
  values(evaluateFhirPath(text, resource));

/** What other places check, or what needs a server. */
const ELSEWHERE = /resolve\(|htmlChecks|memberOf/;

function ownExpressions(type: string): string[] {
  const invariants = (tables.types[type]?.invariants ?? []).map(({ expression }) => expression);
  const parameters = tables.searchParameters.filter(
    ({ base, expression }) => base.includes(type) && expression,
  );
  return [...invariants, ...parameters.map(({ expression }) => expression)].filter(
    (text) => !ELSEWHERE.test(text),
  );
}

/** The resource with some of its parts left out. */
const thinned = (value: unknown): fc.Arbitrary<unknown> => {
  if (Array.isArray(value)) return fc.subarray(value).chain((kept) => fc.tuple(...kept.map(thinned)));
  if (typeof value !== 'object' || value === null) return fc.constant(value);
  const entries = Object.entries(value);
  return fc
    .subarray(entries.filter(([name]) => name !== 'resourceType'))
    .chain((kept) =>
      fc.tuple(...kept.map(([name, child]) => thinned(child).map((each) => [name, each] as const))),
    )
    .map((kept) => ({
      ...('resourceType' in value ? { resourceType: value.resourceType } : {}),
      ...Object.fromEntries(kept.filter(([, each]) => !Array.isArray(each) || each.length > 0)),
    }));
};

describe('the two engines', () => {
  it('agree on every invariant and search parameter of R4, over resources with parts left out', () => {
    const engines = new Map<
      string,
      readonly [ReturnType<typeof interpreted>, ReturnType<typeof interpreted>]
    >();
    const of = (text: string) => {
      const known = engines.get(text);
      if (known) return known;
      const compiled = compiledExactly(text);
      expect(compiled, text).toBeDefined();
      const made = [compiled as ReturnType<typeof interpreted>, interpreted(text, 5000)] as const;
      engines.set(text, made);
      return made;
    };
    const any = fc.constantFrom(...RESOURCES).chain((each) => thinned(each) as fc.Arbitrary<Json>);
    const check = (resource: Json): void => {
      for (const text of ownExpressions(String(resource.resourceType))) {
        const [compiled, library] = of(text);
        const around = environment(resource);
        const found = values(compiled([around.resource], around));
        expect(found, `${text} ${JSON.stringify(resource)}`).toEqual(
          values(library([around.resource], around)),
        );
      }
    };
    for (const resource of RESOURCES) check(resource);
    fc.assert(fc.property(any, check), { numRuns: 12 });
  }, 60_000);

  it('leave nothing of R4 to anybody else', () => {
    for (const [type, { invariants, elementInvariants }] of Object.entries(tables.types))
      for (const { key, expression } of [...invariants, ...Object.values(elementInvariants).flat()])
        expect(compiledExactly(expression), `${type} ${key}`).toBeDefined();
  });

  it('refuse what is no FHIRPath by name', () => {
    for (const text of ['Patient.', 'name..given', "name.where('", 'Patient.name.given.nothing(', '(('])
      expect(() => compileFhirPath(text)).toThrow(SyntaxError);
    expect(() => compileFhirPath("extension.ofType(Extension).url.matches('a')")).toThrow('Extension');
    expect(() => ask('name.unheardOf()')).toThrow(EvaluationError);
    expect(() => ask("name.given.matches('(a)\\\\1')")).toThrow(EvaluationError);
  });
});

describe('an expression of anybody', () => {
  const MEMBERS =
    'name name.given name.family active gender birthDate deceased multipleBirth telecom.rank extension extension.value id contained %resource.name $this name.period.start nothing'.split(
      ' ',
    );
  const LITERALS = ["'Ana'", '1', 'true', 'false', '{}', "''", '1.5', '@1970'];
  const TYPES = ['HumanName', 'Patient', 'Extension', 'Element', 'Resource', 'BackboneElement', 'boolean'];
  const CALLS =
    'exists empty count first last tail distinct isDistinct hasValue not children descendants'.split(' ');
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom(...MEMBERS, ...LITERALS),
      fc.tuple(tie('expression'), fc.constantFrom(...CALLS)).map(([of, name]) => `(${of}).${name}()`),
      fc
        .tuple(tie('expression'), fc.constantFrom('where', 'exists', 'all', 'select'), tie('expression'))
        .map(([of, name, arg]) => `(${of}).${name}(${arg})`),
      fc
        .tuple(tie('expression'), fc.constantFrom('ofType', 'as', 'is'), fc.constantFrom(...TYPES))
        .map(([of, name, type]) => `(${of}).${name}(${type})`),
      fc
        .tuple(
          tie('expression'),
          fc.constantFrom('and', 'or', 'xor', 'implies', '|', '=', '!='),
          tie('expression'),
        )
        .map(([a, operator, b]) => `(${a}) ${operator} (${b})`),
      fc
        .tuple(tie('expression'), fc.constantFrom('is', 'as'), fc.constantFrom(...TYPES))
        .map(([of, operator, type]) => `((${of}) ${operator} ${type})`),
    ),
  }));

  /** It gives extensions no type, and nothing instead of false for a number and a date, in that order. */
  const LIBRARY_ERRS = /Extension\)|\b1(\.5)?\)+ !?= \(/;

  it('is compiled only where it means what it means to the interpreter', () => {
    let compiledOnes = 0;
    fc.assert(
      fc.property(expression, (text) => {
        const compiled = compiledExactly(text);
        if (!compiled || LIBRARY_ERRS.test(text)) return;
        compiledOnes += 1;
        const library = interpreted(text, 5000);
        for (const resource of [RESOURCES[0] as Json, { resourceType: 'Patient' }]) {
          const around = environment(resource);
          const found = values(compiled([around.resource], around));
          expect(found, text).toEqual(values(library([around.resource], around)));
        }
      }),
      { numRuns: 1500 },
    );
    expect(compiledOnes).toBeGreaterThan(300);
  }, 60_000);
});

describe('the meaning of', () => {
  it.each<[string, unknown[]]>([
    ['name.given.empty()', [false]],
    ['extension.ofType(Extension).url', ['urn:a']],
    ['extension.first() is Extension', [true]],
    ['1 = birthDate', [false]],
    ["birthDate = '1970-05-01'", [false]],
    ["'1970-05-01' != birthDate", [true]],
    ['name.suffix.empty()', [true]],
    ['{}.empty()', [true]],
    ["name.given.first().matches('n')", [true]],
    ["name.given.first().matches('^n$')", [false]],
    ["'alm'.substring(1)", ['lm']],
    ["'almond'.substring(1, 3)", ['lmo']],
    ["'alm'.substring(7)", []],
    ["'alm'.substring(0, 99)", ['alm']],
    ['{} and true', []],
    ['{} and false', [false]],
    ['{} or true', [true]],
    ['{} or false', []],
    ['{} implies true', [true]],
    ['{} implies false', []],
    ['true xor {}', []],
    ['@2012 = @2012-01', []],
    ['@2012 < @2013-05', [true]],
    ['@2012-01-01 <= @2012', []],
    ['birthDate = @1970-05-01', [true]],
    ["4 'g' = 4000 'mg'", [true]],
    ["4 'g' > 3 'mg'", [true]],
    ['gender is code', [true]],
    ['name.first() is HumanName', [true]],
    ['name.first() is Address', [false]],
    ['(name.first() as HumanName).family', ['Alvarez']],
    ['active.type().name', ['boolean']],
    ['%resource.id', ['p']],
    ['name.where(use = %resource.name.first().use).given', ['Ana', 'Maria']],
    ['%context.id', ['p']],
    ['%sct', ['http://snomed.info/sct']],
    ['%`vs-administrative-gender`', ['http://hl7.org/fhir/ValueSet/administrative-gender']],
    ['@2014.lowBoundary(6)', ['2014-01']],
    ['@2014.highBoundary(6)', ['2014-12']],
    ['1.587.lowBoundary(2)', [1.58]],
    ['1.587.highBoundary(2)', [1.59]],
    ["(1.5 'cm').lowBoundary(3) = 1.45 'cm'", [true]],
    ["(1.5 'cm').highBoundary(3) = 1.55 'cm'", [true]],
    ["(1.5 'cm').lowBoundary(99)", []],
    ['@2014-01-01T08:05.lowBoundary(17)', ['2014-01-01T08:05:00.000+14:00']],
    ['@2014-01-01T08:05.highBoundary(17)', ['2014-01-01T08:05:59.999-12:00']],
    ['@2014-01-01T08:05+02:00.highBoundary(17)', ['2014-01-01T08:05:59.999+02:00']],
    ['@2014-01-01T08:05.lowBoundary(8)', ['2014-01-01']],
    ['@T08:05.highBoundary(9)', ['08:05:59.999']],
    // Which of two is earlier can't be told where one of them does not say in which zone it is.
    ['@2012-04-15T15:00:00Z = @2012-04-15T15:00:00', []],
    ['@2012-04-15T15:00:00 != @2012-04-15T10:00:00-05:00', []],
    ['@2012-04-15T15:00:00Z < @2012-04-15T16:00:00', []],
    ['@2012-04-15T15:00:00Z >= @2012-04-15T16:00:00', []],
    ['@2012-04-15T15:00:00Z ~ @2012-04-15T15:00:00', [false]],
    ['@2012-04-15T15:00:00 < @2012-04-15T16:00:00', [true]],
    ['@2012-04-15T15:00:00Z = @2012-04-15T10:00:00-05:00', [true]],
    ['0.1 + 0.2', [0.3]],
    // Collections are equivalent in any order, each of their values once.
    ['(1 | 2 | 3) ~ (3 | 1 | 2)', [true]],
    ['(1 | 2 | 3) !~ (3 | 1 | 2)', [false]],
    ['(1 | 2) ~ (1 | 2 | 3)', [false]],
    ["('a' | 'b') ~ ('B' | 'A')", [true]],
    ['(1 | 1.0 | 2).count()', [2]],
    ["name.given ~ ('maria' | 'ana' | 'x')", [false]],
    ['{} ~ {}', [true]],
    ['1 ~ {}', [false]],
    // Of quantities in two units what is true whoever's digits count.
    ["4 'g' ~ 4000 'mg'", [true]],
    ["4 'g' ~ 5040 'mg'", [false]],
    ["4 'g' ~ 4 'm'", [false]],
    ["4 'g' !~ 4 'm'", [true]],
    // What can't be compared is neither equal nor unequal.
    ["4 'g' = 4 'm'", []],
    ["4 'g' != 4 'm'", []],
    ["4 'g' < 4 'm'", []],
    ["4 'g' = 4", []],
    ["4 != 4 'g'", []],
    ["4 '1' = 4", [true]],
    ["4 'nothing' = 4 'g'", []],
    ["4 'g' = 4000 'mg'", [true]],
    ["4 'g' != 4 'mg'", [true]],
    ["4 'g' in (4 'm' | 4000 'mg')", [true]],
    ["(4 'g' | 4 'm' | 4000 'mg').count()", [2]],
    ["4.0 'g' !~ 5040 'mg'", [true]],
    ['1 week ~ 7 days', [true]],
    ['@1973-12-25T00:00:00.000+10:00 + 7 days', ['1974-01-01T00:00:00.000+10:00']],
    ["'P\\u0065ter'", ['Peter']],
    ['iif(name.exists(), 1, 2)', [1]],
    ['iif(active, 1, 2)', [1]],
    ["name.first().iif(use = 'official', given, family)", ['Ana', 'Maria']],
    ['name.first().iif($this is HumanName, family, 1)', ['Alvarez']],
    ["conformsTo('http://hl7.org/fhir/StructureDefinition/Patient')", [true]],
  ])('%s', (text, expected) => {
    expect(ask(text)).toEqual(expected);
  });

  it.each([
    'iif(1 | 2, true, false)',
    'name and true',
    'name xor name',
    'name as HumanName',
    'name is HumanName',
    '(1 | 2).not()',
    "('a' | 'b').matches('a')",
    "iif('no truth', 1, 2)",
    "4 'g' ~ 4040 'mg'",
    "4040 'mg' !~ 4 'g'",
  ])('%s is an error, not an answer', (text) => {
    expect(() => ask(text)).toThrow(EvaluationError);
  });

  it('of quantities of a resource both engines say the same: equal, unequal, or not to be told', () => {
    const of = (low: Json, high: Json): Json => ({
      resourceType: 'Observation',
      referenceRange: [{ low, high }],
    });
    for (const [low, high, expected] of [
      [quantity(1, 'cm'), quantity(1, 's'), [[], []]],
      [quantity(1, 'cm'), quantity(10, 'mm'), [[true], [false]]],
      [quantity(1, 'cm'), quantity(1, 'mm'), [[false], [true]]],
    ] as const) {
      const root = resourceNode(of(low, high));
      const environment = { resource: root, rootResource: root, context: root };
      const told = (run: typeof interpreted) =>
        ['=', '!='].map((operator) =>
          values(
            run(`Observation.referenceRange.low ${operator} Observation.referenceRange.high`)(
              [root],
              environment,
            ),
          ),
        );
      expect(told(interpreted)).toEqual(expected);
      expect(
        told((text) => compiledExactly(text) as NonNullable<ReturnType<typeof compiledExactly>>),
      ).toEqual(expected);
    }
  });

  it('S1: a range of quantities, as far as UCUM can tell', () => {
    const range = (low: object, high: object) =>
      validateResource({
        resourceType: 'Observation',
        status: 'final',
        code: { text: 'x' },
        valueRange: { low, high },
      }).filter(({ severity }) => severity === 'error');
    expect(range({ value: 1 }, { value: 2 })).toEqual([]);
    expect(range({ value: 2 }, { value: 1 })).toHaveLength(1);
    expect(range(quantity(900, 'mg'), quantity(1, 'g'))).toEqual([]);
    expect(range(quantity(1, 'g'), quantity(900, 'mg'))).toHaveLength(1);
    expect(range({ value: 2, unit: 'tablets' }, { value: 1, unit: 'pills' })).toEqual([]);
    expect(range(quantity(2, 'g'), quantity(1, 'm'))).toEqual([]);
  });

  it('Q17: a leap second', () => {
    const visit = (start: string, end: string) =>
      validateResource({
        resourceType: 'Encounter',
        status: 'finished',
        class: { code: 'AMB' },
        period: { start, end },
      });
    expect(visit('2016-12-31T23:59:59Z', '2016-12-31T23:59:60Z')).toEqual([]);
    expect(visit('2016-12-31T23:59:60Z', '2017-01-01T00:00:00Z')).toEqual([]);
    expect(visit('2016-12-31T23:59:60Z', '2016-12-31T23:59:58Z')).toHaveLength(1);
  });
});

describe('S15: a stored search parameter', () => {
  it.each([
    ['Patient.name.given.first().substring(0, 2)', ['An']],
    ["Patient.name.where(family.matches('var')).family", ['Alvarez']],
    ['Patient.name.family.upper()', ['ALVAREZ']],
    ['(Patient.telecom as ContactPoint).value', ['1', 'a@b.example']],
    ['Patient.telecom.where(rank = 2 and system.exists()).value as string', ['1']],
  ])('%s finds what it says', (expression, expected) => {
    const url = `urn:test:${expression}`;
    addSearchParameter({
      code: 'tried',
      type: 'string',
      url,
      expression,
      base: ['Patient'],
      target: [],
      components: [],
    });
    expect(
      searchParameter('Patient', 'tried')
        ?.extract(RESOURCES[0])
        .map(({ value }) => value),
    ).toEqual(expected);
    removeSearchParameter(url);
  });
});

describe('criteria about what a reference leads to', () => {
  const provenance = {
    resourceType: 'Provenance',
    contained: [{ resourceType: 'Device', id: 'd' }],
    agent: ['Practitioner/1', 'Patient/1', '#d', 'urn:uuid:1'].map((reference) => ({ who: { reference } })),
  };

  it.each([
    ['agent.who.where(resolve() is Practitioner).reference', ['Practitioner/1']],
    ['agent.who.where($this.resolve() is Patient).reference', ['Patient/1']],
    [
      'agent.where(who.exists((resolve() is Practitioner) or (resolve() is Device))).who.reference',
      ['Practitioner/1', '#d'],
    ],
  ])('%s', (text, expected) => {
    expect(compiledExactly(text)).toBeDefined();
    expect(evaluateFhirPath(text, provenance).map(({ value }) => value)).toEqual(expected);
  });

  it('of several at once are left to be refused', () =>
    expect(() => evaluateFhirPath('agent.who.resolve() is Practitioner', provenance)).toThrow(
      EvaluationError,
    ));
});

describe('the interpreter', () => {
  it('tells the log nothing of a record', () => {
    const told: unknown[][] = [];
    const { warn } = console;
    console.warn = (...words) => told.push(words);
    try {
      expect(ask('birthDate + 7.7 days')).toEqual(['1970-05-08']);
    } finally {
      console.warn = warn;
    }
    expect(told).toEqual([]);
  });
});

describe('a deadline', () => {
  it('is of the time that the work had: a machine that is busy with other things refuses nothing', () => {
    const other = new Int32Array(new SharedArrayBuffer(4));
    expect(within(20, () => Atomics.wait(other, 0, 0, 60))).toBe('timed-out');
  });

  it('ends work that does not end, wherever it is written', () => {
    expect(() =>
      within(20, () => {
        for (;;);
      }),
    ).toThrow(/not done within/);
    expect(within(10_000, () => 7)).toBe(7);
    expect(() =>
      within(10_000, () => {
        throw new TypeError('its own');
      }),
    ).toThrow(TypeError);
  });

  it('ends an expression that takes too long', () => {
    const many = {
      resourceType: 'Patient',
      name: Array.from({ length: 300 }, (_, i) => ({ family: `f${i}`, given: [`g${i}`] })),
    };
    const text =
      'repeat(children()).select(%resource.repeat(children()).select(%resource.repeat(children()).count())).count() + 1.5';
    expect(() => ask(text, many)).toThrow(EvaluationError);
  });
});
