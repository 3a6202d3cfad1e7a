/**
 * ValueSet `$expand` and `$validate-code`, CodeSystem `$lookup`, `$validate-code` and `$subsumes`
 * (https://hl7.org/fhir/R4/terminology-service.html), over the loaded definitions and what is stored here.
 */
import {
  type Coding,
  invalid,
  notFound,
  type Terminology,
  tooCostly,
  unprocessable,
  type ValueSet,
} from '@wellspring/profiles';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { terminologyWith } from '../interactions/value-sets.ts';
import { inputOf, jsonReply, type OperationInput, parametersReply } from './parameters.ts';

const MAX_EXPANSION = 10_000;

interface Found {
  readonly set: ValueSet;
  readonly terminology: Terminology;
}

/** By id, by `url`, or given as a resource. */
async function valueSetOf(services: Services, request: FhirRequest, input: OperationInput): Promise<Found> {
  const given = input.value('valueSet') as ValueSet | undefined;
  const name = request.id === '' ? (input.one('url') ?? given?.url) : `ValueSet/${request.id}`;
  if (given) {
    const terminology = await terminologyWith(
      services,
      request.access,
      (given.compose?.include ?? []).flatMap(({ valueSet }) => valueSet ?? []),
    );
    return { set: { ...given, url: given.url ?? 'urn:given' }, terminology };
  }
  if (name === undefined) throw invalid("The operation needs a 'url', a 'valueSet', or the id of one.");
  const terminology = await terminologyWith(services, request.access, [name]);
  const set = terminology.valueSet(name);
  if (!set)
    throw request.id === ''
      ? invalid('The value set is not known here.', 'url')
      : notFound('ValueSet', request.id);
  return { set, terminology };
}

export async function expand(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, [
    'url',
    'valueSet',
    'filter',
    'offset',
    'count',
    'includeDesignations',
    'activeOnly',
    'displayLanguage',
  ]);
  const { set, terminology } = await valueSetOf(services, request, input);
  const all = terminology.expand(set);
  if (!all)
    throw unprocessable('The value set can not be listed here: a code system of it is not held whole.');
  const filter = input.one('filter')?.toLowerCase();
  const found =
    filter === undefined
      ? all
      : all.filter(({ code, display }) => `${code} ${display ?? ''}`.toLowerCase().includes(filter));
  const offset = whole(input, 'offset', 0);
  const count = whole(input, 'count', MAX_EXPANSION);
  const shown = found.slice(offset, offset + count);
  if (shown.length > MAX_EXPANSION) throw tooCostly(`More than ${MAX_EXPANSION} codes; ask for a 'count'.`);
  return jsonReply({
    resourceType: 'ValueSet',
    url: set.url,
    ...(set.version ? { version: set.version } : {}),
    ...(set.name ? { name: set.name } : {}),
    status: 'active',
    expansion: {
      identifier: `urn:uuid:${crypto.randomUUID()}`,
      timestamp: new Date(services.now()).toISOString(),
      total: found.length,
      offset,
      ...(shown.length > 0 ? { contains: shown } : {}),
    },
  });
}

function whole(input: OperationInput, name: string, usual: number): number {
  const text = input.one(name);
  if (text === undefined) return usual;
  if (!/^\d{1,9}$/.test(text)) throw invalid(`'${name}' takes a whole number.`);
  return Number(text);
}

function codingsOf(input: OperationInput): Coding[] {
  const code = input.one('code');
  if (code !== undefined) return [{ system: input.one('system') ?? input.one('url') ?? '', code }];
  const coding = input.value('coding') as Coding | undefined;
  const concept = input.value('codeableConcept') as { coding?: readonly Coding[] } | undefined;
  const found = coding ? [coding] : (concept?.coding ?? []);
  if (found.length === 0) throw invalid("The operation needs a 'code', a 'coding' or a 'codeableConcept'.");
  return [...found];
}

export async function validateCode(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, [
    'url',
    'valueSet',
    'code',
    'system',
    'display',
    'coding',
    'codeableConcept',
  ]);
  const { set, terminology } = await valueSetOf(services, request, input);
  const answers = codingsOf({ ...input, one: (name) => (name === 'url' ? undefined : input.one(name)) }).map(
    ({ system, code }) => ({ system, code, answer: terminology.contains(set, system || undefined, code) }),
  );
  const match = answers.find(({ answer }) => answer === true);
  if (!match && answers.some(({ answer }) => answer === undefined))
    throw unprocessable('Whether the code is in the value set can not be told here.');
  const display = match && terminology.lookup(match.system, match.code)?.display;
  return parametersReply(
    { name: 'result', valueBoolean: match !== undefined },
    match
      ? { name: 'display', valueString: display ?? match.code }
      : { name: 'message', valueString: 'The code is not in the value set.' },
  );
}

export async function codeSystemValidateCode(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, ['url', 'code', 'system', 'display', 'coding']);
  const [coding] = codingsOf(input) as [Coding];
  const concept = (await terminologyWith(services, request.access, [])).lookup(coding.system, coding.code);
  return parametersReply(
    { name: 'result', valueBoolean: concept !== undefined },
    concept
      ? { name: 'display', valueString: concept.display ?? coding.code }
      : { name: 'message', valueString: 'The code is not known here.' },
  );
}

export async function lookup(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, [
    'code',
    'system',
    'version',
    'coding',
    'property',
    'displayLanguage',
    'date',
  ]);
  const [{ system, code }] = codingsOf(input) as [Coding];
  const terminology = await terminologyWith(services, request.access, []);
  const codeSystem = terminology.codeSystem(system);
  const concept = terminology.lookup(system, code);
  if (!concept || !codeSystem) throw notFound('CodeSystem', 'code');
  return parametersReply(
    { name: 'name', valueString: codeSystem.name ?? codeSystem.url },
    ...(codeSystem.version ? [{ name: 'version', valueString: codeSystem.version }] : []),
    { name: 'display', valueString: concept.display ?? code },
    ...(concept.definition
      ? [
          {
            name: 'property',
            part: [
              { name: 'code', valueCode: 'definition' },
              { name: 'value', valueString: concept.definition },
            ],
          },
        ]
      : []),
  );
}

export async function subsumes(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, ['codeA', 'codeB', 'system', 'version']);
  const [a, b, system] = [input.one('codeA'), input.one('codeB'), input.one('system')];
  if (!a || !b || !system) throw invalid("$subsumes needs 'codeA', 'codeB' and 'system'.");
  const terminology = await terminologyWith(services, request.access, []);
  const [belowA, belowB] = [terminology.below(system, a), terminology.below(system, b)];
  if (!belowA || !belowB) throw notFound('CodeSystem', 'code');
  const outcome =
    a === b
      ? 'equivalent'
      : belowA.includes(b)
        ? 'subsumes'
        : belowB.includes(a)
          ? 'subsumed-by'
          : 'not-subsumed';
  return parametersReply({ name: 'outcome', valueCode: outcome });
}
