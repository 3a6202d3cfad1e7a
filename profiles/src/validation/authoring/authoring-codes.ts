/** What R4 states of codes in those resources that gather and map them. */
import { isObject } from '../../fhirpath/node.ts';
import type { Terminology } from '../../terminology/terminology.ts';
import { isCodeOfR4 } from '../codes/codes.ts';
import { isExpressionConstraint, SNOMED_CT } from '../codes/snomed.ts';
import type { Known } from '../known.ts';
import { isAbsolute } from '../structure/uris.ts';
import { listOf, type Report } from './authoring-report.ts';

type Json = Readonly<Record<string, unknown>>;

/** https://hl7.org/fhir/R4/valueset.html: systems are absolute URIs, codes of R4's own systems are theirs, filters say what they may. */
export function valueSetFaults(set: Json, report: Report, { terminology }: Known): void {
  const compose = isObject(set.compose) ? set.compose : {};
  const parameters = parametersOf(set);
  for (const part of ['include', 'exclude'])
    listOf(compose[part]).forEach((include, i) => {
      const place = `compose.${part}[${i}]`;
      if (!isAbsolute(include.system) && !isContained(set, include.system))
        report(`${place}.system`, 'The system is an absolute URI.');
      listOf(include.concept).forEach(({ code }, n) => {
        if (include.version === undefined && !isCodeOfR4(include.system, code))
          report(`${place}.concept[${n}].code`, 'The code system has no such code.');
      });
      listOf(include.filter).forEach((filter, n) => {
        const text = filterFault(include, filter, terminology());
        if (text) report(`${place}.filter[${n}].value`, text);
        for (const each of parameterFaults(filter, parameters))
          report(`${place}.filter[${n}].value.extension[${each.index}].value`, each.text);
      });
    });
}

const EXPRESSION = 'http://hl7.org/fhir/StructureDefinition/cqf-expression';
const PARAMETER = 'http://hl7.org/fhir/tools/StructureDefinition/valueset-parameter';

/** The names of a set's own parameters. */
const parametersOf = ({ extension }: Json): ReadonlySet<unknown> =>
  new Set(
    listOf(extension)
      .filter(({ url }) => url === PARAMETER)
      .flatMap((each) => listOf(each.extension))
      .flatMap(({ url, valueCode }) => (url === 'name' ? [valueCode] : [])),
  );

/** A filter's value may be computed: by FHIRPath, of parameters that the set has. */
function parameterFaults(
  { _value: twin }: Json,
  parameters: ReadonlySet<unknown>,
): { readonly index: number; readonly text: string }[] {
  return listOf(isObject(twin) ? twin.extension : undefined).flatMap(({ url, valueExpression }, index) => {
    if (url !== EXPRESSION || !isObject(valueExpression)) return [];
    const { language, expression } = valueExpression;
    if (language !== 'text/fhirpath')
      return [{ index, text: 'The expression of a value set is FHIRPath: text/fhirpath.' }];
    const named = [...String(expression).matchAll(/%([A-Za-z_][\w-]*)/g)].map(([, name]) => name as string);
    const unknown = named.find((name) => !parameters.has(name) && !GIVEN.has(name));
    return unknown === undefined
      ? []
      : [{ index, text: `The value set has no parameter ${unknown.slice(0, 64)}.` }];
  });
}

const GIVEN: ReadonlySet<string> = new Set(['context', 'resource', 'rootResource', 'ucum', 'sct', 'loinc']);

/** As a published example of R4 has it, a code system may be contained. */
const isContained = ({ contained }: Json, system: unknown): boolean =>
  listOf(contained).some(({ resourceType, id }) => resourceType === 'CodeSystem' && `#${id}` === system);

const HIERARCHY: ReadonlySet<unknown> = new Set(['is-a', 'descendent-of', 'is-not-a', 'generalizes']);
const TRUTHS: ReadonlySet<unknown> = new Set(['true', 'false']);

function filterFault(
  { system, version }: Json,
  { property, op, value }: Json,
  terminology: Terminology,
): string | undefined {
  if ((op === 'exists' || (op === '=' && property === 'notSelectable')) && !TRUTHS.has(value))
    return 'The value must be true or false.';
  if (HIERARCHY.has(op) && version === undefined && !isCodeOfR4(system, value))
    return 'The code system has no such code.';
  if (typeof value !== 'string' || typeof system !== 'string') return undefined;
  // https://hl7.org/fhir/R4/snomedct.html#filters
  if (system === SNOMED_CT && property === 'constraint' && op === '=' && !isExpressionConstraint(value))
    return 'This is no expression of the Expression Constraint Language.';
  const declared = listOf((terminology.codeSystem(system) as unknown as Json | undefined)?.property);
  const type = op === '=' ? declared.find(({ code }) => code === property)?.type : undefined;
  return type === undefined ? undefined : propertyFault(type, value, terminology);
}

/** A value of a property, as the code system declares it (https://hl7.org/fhir/R4/codesystem.html#properties). */
function propertyFault(type: unknown, value: string, terminology: Terminology): string | undefined {
  if (type === 'boolean' && !TRUTHS.has(value)) return 'The property is true or false.';
  if (type !== 'Coding') return undefined;
  const [, system = '', code = ''] = /^([^|#]+)(?:\|[^#]*)?#(.+)$/.exec(value) ?? [];
  if (code === '') return 'The property is a Coding: system#code, or system|version#code.';
  const isWhole = terminology.codeSystem(system)?.content === 'complete';
  return isWhole && !terminology.lookup(system, code) ? 'The code system has no such code.' : undefined;
}

/** https://hl7.org/fhir/R4/conceptmap.html: codes are of the systems, and the sets, that the map says it is from and to. */
export function conceptMapFaults(map: Json, report: Report, { terminology }: Known): void {
  const from = map.sourceCanonical ?? map.sourceUri;
  const to = map.targetCanonical ?? map.targetUri;
  listOf(map.group).forEach((group, g) => {
    listOf(group.element).forEach((element, e) => {
      const place = `group[${g}].element[${e}]`;
      const fault = mappedFault(terminology(), from, group.source, element.code);
      if (fault) report(`${place}.code`, fault);
      listOf(element.target).forEach(({ code }, t) => {
        const other = mappedFault(terminology(), to, group.target, code);
        if (other) report(`${place}.target[${t}].code`, other);
      });
    });
  });
}

/** Of R4's own systems, which its own maps have in the words of other days, and of those that are not whole here, nothing is said. */
function mappedFault(
  terminology: Terminology,
  set: unknown,
  system: unknown,
  code: unknown,
): string | undefined {
  if (typeof system !== 'string' || typeof code !== 'string' || OF_HL7.test(system)) return undefined;
  if (terminology.codeSystem(system)?.content !== 'complete') return undefined;
  if (!terminology.lookup(system, code)) return 'The code system has no such code.';
  if (typeof set !== 'string' || terminology.contains(set, system, code) !== false) return undefined;
  return 'The value set has no such code.';
}

const OF_HL7 = /^http:\/\/(?:terminology\.)?hl7\.org\//;
