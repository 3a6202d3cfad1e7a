/**
 * FHIRPath by the library that the U.S. National Library of Medicine keeps (`fhirpath` on npm), with its model of R4: everything that the compiler does not cover
 * exactly. It is loaded when it is first needed, and works under a deadline.
 */
import { createRequire } from 'node:module';
import type * as Library from 'fhirpath';
import { within } from './deadline.ts';
import type { Environment, Evaluate } from './evaluate.ts';
import { ADDED_FUNCTIONS, environmentOf, isElement, isLibraryNode } from './interpreter-additions.ts';
import { compareInAnyOrder, leaveIncomparableOpen, refuseUnequalUnits } from './interpreter-equivalence.ts';
import { tellZonesApart } from './interpreter-times.ts';
import type { Node } from './node.ts';

/** Milliseconds for one evaluation. */
const DEADLINE_MS = 100;

interface Engine {
  readonly library: typeof Library.default;
  readonly model: Library.Model;
}

let engine: Engine | undefined;

function loaded(): Engine {
  if (engine) return engine;
  const require = createRequire(import.meta.url);
  compareInAnyOrder(require);
  engine = { library: require('fhirpath'), model: require('fhirpath/fhir-context/r4') };
  // The first evaluation makes the library's tables: that is nobody's time but ours.
  engine.library.evaluate(
    { resourceType: 'Basic' },
    "Basic.code.exists() or 1 'g' > 2 'kg'",
    {},
    engine.model,
  );
  const [aDateTime, aQuantity] = engine.library.evaluate(
    {},
    "@2012-01-01T00:00:00 | 1 'g'",
    {},
    engine.model,
    {
      resolveInternalTypes: false,
    },
  ) as object[];
  tellZonesApart(aDateTime as object);
  refuseUnequalUnits(aQuantity as object);
  leaveIncomparableOpen(aQuantity as object);
  return engine;
}

/** Thrown when an expression can't be evaluated: its operands are not what it takes, or it takes too long. */
export class EvaluationError extends Error {}

/** The library gives extensions no type, and would say no to each of these. */
const ASKS_FOR_EXTENSION = /\b(?:ofType|as|is)\b\s*\(?\s*(?:FHIR\s*\.\s*)?Extension\b/;

/** Throws SyntaxError for what is no FHIRPath. `deadlineMs`: of one evaluation, on the wall. */
export function interpreted(text: string, deadlineMs: number = DEADLINE_MS): Evaluate {
  const { library, model } = loaded();
  try {
    within(10 * deadlineMs, () => library.parse(text));
  } catch (error) {
    throw new SyntaxError(`FHIRPath: ${messageOf(error)}`);
  }
  if (ASKS_FOR_EXTENSION.test(text))
    throw new SyntaxError(
      'FHIRPath: in an expression like this it can not be told whether something is an Extension.',
    );
  type Run = (input: unknown, variables: object) => readonly unknown[];
  const byType = new Map<string, Run>();
  const runFor = (type: string): Run => {
    const known = byType.get(type);
    if (known) return known;
    const made = library.compile({ base: type, expression: text }, model, {
      resolveInternalTypes: false,
      preciseMath: true,
      traceFn: () => undefined,
      userInvocationTable: ADDED_FUNCTIONS,
    } as never) as unknown as Run;
    byType.set(type, made);
    return made;
  };
  return (focus, environment) => {
    const [node] = focus;
    const type = node?.type ?? '';
    try {
      const input = focus.length === 1 ? node?.value : focus.map(({ value }) => value);
      return quietly(() =>
        within(deadlineMs, () =>
          runFor(type)(input, variablesOf(text, environment, input)).map((value) =>
            inZone(nodeOf(library, value), text),
          ),
        ),
      );
    } catch (error) {
      throw new EvaluationError(`FHIRPath: ${messageOf(error)}`);
    }
  };
}

/** The library tells the console of digits that it drops, with the date of a record. Around the deadline: V8 skips each `finally` of what it ends. */
function quietly<T>(work: () => T): T {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return work();
  } finally {
    console.warn = warn;
  }
}

function variablesOf(
  text: string,
  { resource, rootResource, context, variables = {}, elements = {} }: Environment,
  input: unknown,
): object {
  return {
    ...environmentOf(text),
    ...Object.fromEntries(Object.entries(elements).map(([name, node]) => [name, typed(node)])),
    ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, value ?? []])),
    resource: resource.value,
    rootResource: rootResource.value,
    // The library knows the type of its own input, and of no other value that is given to it.
    ...(context.value === input ? {} : { context: context.value }),
  };
}

/** An element of which the library knows what it is. */
function typed({ type, value }: Node): unknown {
  const { library, model } = loaded();
  const [node] = library.evaluate(value, { base: type, expression: '$this' }, {}, model, {
    resolveInternalTypes: false,
  }) as unknown[];
  return node;
}

const ZONED = /@\d{4}-\d{2}-\d{2}T[\d:.]+([+-])(\d{2}):(\d{2})/;

/** The library computes times in UTC: they are told in the zone that the expression has them in, to the same fraction of a second. */
function inZone(node: Node, text: string): Node {
  const [literal, sign, hours, minutes] = ZONED.exec(text) ?? [];
  if (literal === undefined || typeof node.value !== 'string' || !/T.*-00:00$/.test(node.value)) return node;
  const offset = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  const local = new Date(Date.parse(node.value) + offset).toISOString().slice(0, -1);
  const told = literal.includes('.') || /\.\d+-/.test(node.value) ? local : local.replace(/\.\d+$/, '');
  return { ...node, value: `${told}${sign}${hours}:${minutes}` };
}

/** `FHIR.HumanName` → `HumanName`, `System.Integer` → `integer`. */
function nodeOf(library: Engine['library'], value: unknown): Node {
  const [full = ''] = library.types(value as never);
  const name = full.replace(/^(?:FHIR|System)\./, '');
  const type = full.startsWith('System.') ? name.charAt(0).toLowerCase() + name.slice(1) : name;
  if (!isLibraryNode(value)) return { type, value: plain(library, value) };
  const { data, _data: twin } = value;
  // What stands in the resource stays the very same, so that its place can be known.
  const own = isElement(data) ? data : plain(library, value);
  return isElement(twin) ? { type, value: own, twin } : { type, value: own };
}

/** What the library keeps in classes of its own, as FHIR writes it. */
function plain(library: Engine['library'], value: unknown): unknown {
  const [resolved] = library.resolveInternalTypes([value]) as unknown as unknown[];
  return resolved;
}

function messageOf(error: unknown): string {
  if (error instanceof Error && error.message) return (error.message.split('\n')[0] ?? '').slice(0, 300);
  return 'the expression can not be evaluated';
}
