/** ConceptMap `$translate` (https://hl7.org/fhir/R4/conceptmap-operation-translate.html). */
import { type ConceptMap, notFound, notKnown } from '@wellspring/profiles';
import type { FhirRequest, Reply, Services } from '../../interactions/request.ts';
import {
  type Dependency,
  isTranslation,
  type Match,
  type TranslateRequest,
  translateBy,
} from '../../terminology/translate.ts';
import { inputOf, ofKind, parametersReply, truth } from '../parameters.ts';
import { type Asked, askedOf, canonicalOf, codesOf, requireSystem, whyNoCode } from './input.ts';
import { isNotHere, relayed } from './relay.ts';

const PARAMETERS = {
  ...ofKind(['url', 'conceptMapVersion', 'code', 'system', 'version'], 'text'),
  ...ofKind(['source', 'target', 'targetsystem'], 'text'),
  conceptMap: 'ConceptMap',
  coding: 'Coding',
  codeableConcept: 'CodeableConcept',
  reverse: 'truth',
} as const;

export async function translate(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, PARAMETERS, ['dependency']);
  const asked = askedOf(services, request, input);
  const reverse = truth(input, 'reverse') === true;
  requireSystem(input);
  const asksFor = codesOf(input);
  const codes = asksFor.filter(({ system }) => system !== undefined);
  const fits = fitting(asked, reverse);
  const found: Match[] = [];
  let other: Reply | undefined;
  for (const { system, version, code } of codes) {
    const wanted: TranslateRequest = {
      system,
      version,
      code,
      targetSystem: input.one('targetsystem'),
      dependencies: dependenciesOf(request),
      reverse,
    };
    try {
      for (const map of await mapsOf(asked, wanted))
        if (await fits(map)) found.push(...(await translateBy(asked.terminologies, map, wanted)));
      if (found.length === 0) other ??= await translateElsewhere(asked, wanted);
    } catch (error) {
      other ??= isNotHere(error) ? await translateElsewhere(asked, wanted) : undefined;
      if (!other) throw error;
    }
  }
  if (found.length === 0 && other) return other;
  const result = found.some(isTranslation);
  return parametersReply(
    { name: 'result', valueBoolean: result },
    ...(result ? [] : [{ name: 'message', valueString: whyNoCode(asksFor) ?? NONE_KNOWN }]),
    ...found.map(matchPart),
  );
}

const NONE_KNOWN = 'No map that is known here has a translation.';

async function translateElsewhere(
  { terminologies, request, input }: Asked,
  { system, code, targetSystem, reverse }: TranslateRequest,
): Promise<Reply | undefined> {
  if (request.id !== '' || input.value('conceptMap') !== undefined) return undefined;
  return relayed(terminologies, 'ConceptMap/$translate', {
    url: input.one('url'),
    conceptMapVersion: input.one('conceptMapVersion'),
    system,
    code,
    source: input.one('source'),
    target: input.one('target'),
    targetsystem: targetSystem,
    reverse: reverse ? 'true' : undefined,
  });
}

/** The map of the instance, given, or named; else all that lead from the code's system. Errors: 400, 404. */
async function mapsOf(
  { terminologies, request, input }: Asked,
  { system, reverse }: TranslateRequest,
): Promise<readonly ConceptMap[]> {
  const given = input.value('conceptMap') as ConceptMap | undefined;
  if (given) return [{ ...given, url: given.url ?? 'urn:given' }];
  if (request.id !== '') {
    const map = await terminologies.conceptMap(`ConceptMap/${request.id}`);
    if (!map) throw notFound('ConceptMap', request.id);
    return [map];
  }
  const url = input.one('url');
  if (url !== undefined) {
    const name = canonicalOf(url, input.one('conceptMapVersion'), 'conceptMapVersion');
    const map = await terminologies.conceptMap(name);
    if (!map) throw notKnown('The concept map is not known here.', 'url');
    return [map];
  }
  return system === undefined ? [] : terminologies.mapsOf(reverse ? 'target' : 'source', system);
}

type Fits = (map: ConceptMap) => Promise<boolean>;

/** Between the value sets that are asked for, as far as the map names its own: by their canonical URL, their address or, asked for, their id alone. */
function fitting({ terminologies, input }: Asked, reverse: boolean): Fits {
  const urlOf = async (name: string): Promise<string | undefined> => {
    const address = /^[A-Za-z0-9\-.]+$/.test(name) ? `ValueSet/${name}` : name;
    const set = await terminologies.valueSet(address).catch(() => undefined);
    return (set?.url ?? name).split('|')[0];
  };
  const isSame = async (asked: string | undefined, own: string | undefined): Promise<boolean> =>
    asked === undefined || own === undefined || asked === own || (await urlOf(asked)) === (await urlOf(own));
  return async (map) => {
    const [source, target] = [map.sourceUri ?? map.sourceCanonical, map.targetUri ?? map.targetCanonical];
    const [from, to] = reverse ? [target, source] : [source, target];
    return (await isSame(input.one('source'), from)) && (await isSame(input.one('target'), to));
  };
}

interface Part {
  readonly name?: string;
  readonly valueUri?: string;
  readonly valueCoding?: { system?: string; code?: string };
  readonly valueCodeableConcept?: { coding?: { system?: string; code?: string }[] };
  readonly part?: readonly Part[];
}

/** `dependency` has parts, and may come several times. */
function dependenciesOf({ resource }: FhirRequest): Dependency[] {
  const parameters =
    resource?.resourceType === 'Parameters' ? (resource.parameter as Part[] | undefined) : [];
  return (parameters ?? [])
    .filter(({ name }) => name === 'dependency')
    .map(({ part = [] }) => {
      const concept = part.find(({ name }) => name === 'concept');
      return {
        element: part.find(({ name }) => name === 'element')?.valueUri ?? '',
        codings: concept?.valueCodeableConcept?.coding ?? (concept?.valueCoding ? [concept.valueCoding] : []),
      };
    });
}

function matchPart({ equivalence, system, code, display, comment, product, source }: Match): object {
  const concept = {
    ...(system ? { system } : {}),
    ...(code ? { code } : {}),
    ...(display ? { display } : {}),
  };
  return {
    name: 'match',
    part: [
      { name: 'equivalence', valueCode: equivalence },
      ...(code === undefined ? [] : [{ name: 'concept', valueCoding: concept }]),
      ...(comment === undefined ? [] : [{ name: 'message', valueString: comment }]),
      ...product.map((each) => ({
        name: 'product',
        part: [
          { name: 'element', valueUri: each.property },
          {
            name: 'concept',
            valueCoding: {
              ...(each.system ? { system: each.system } : {}),
              code: each.value,
              ...(each.display ? { display: each.display } : {}),
            },
          },
        ],
      })),
      { name: 'source', valueUri: source },
    ],
  };
}
