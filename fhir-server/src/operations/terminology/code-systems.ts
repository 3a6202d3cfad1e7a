/** CodeSystem `$lookup` and `$validate-code` (https://hl7.org/fhir/R4/codesystem-operations.html): of what is stored, loaded and defined. */
import { invalid, notKnown, propertyText, unprocessable } from '@wellspring/profiles';
import type { FhirRequest, Reply, Services } from '../../interactions/request.ts';
import { type CodeSource, displayOf, type FoundConcept } from '../../terminology/code-source.ts';
import type { Query } from '../../terminology/remote.ts';
import { isInRemoteSystem, remoteConcept } from '../../terminology/remote-answers.ts';
import { inputOf, type OperationInput, ofKind, parametersReply, truth } from '../parameters.ts';
import {
  type Asked,
  type AskedCode,
  askedOf,
  codeSystemOf,
  codesOf,
  isOfAnother,
  isOtherVersion,
  NO_CODE,
  NO_SYSTEM,
  otherVersion,
} from './input.ts';
import { orAway, relayed } from './relay.ts';
import { conceptVerdict, no, type Verdict, verdictOf, wrong } from './verdict.ts';

/** Children that a look-up names. */
const MAX_CHILDREN = 200;

export async function lookup(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, {
    ...ofKind(['code', 'system', 'version', 'property', 'displayLanguage'], 'text'),
    coding: 'Coding',
    date: 'date',
  });
  const [asked] = codesOf(input);
  if (!asked) throw invalid("$lookup needs a 'code' with its 'system', or a 'coding' with both.");
  const at = askedOf(services, request, input);
  const source = await codeSystemOf(at, asked);
  if (source && isOfAnother(source, asked.system)) throw invalid(ANOTHER);
  const { system, version, code } = asked;
  if (source && isOtherVersion(source, version))
    throw notKnown(otherVersion(asked, source.version), 'version');
  const [property, ...others] = input.all('property');
  const other = await unlessHeld(at, source, code, 'CodeSystem/$lookup', {
    system,
    version,
    code,
    displayLanguage: input.one('displayLanguage'),
    property: others.length > 0 ? undefined : property,
  });
  if (other) return other;
  if (!source) throw notKnown(`The code system ${nameOf(asked)} is not known here.`, 'system');
  const concept = (await source.find([asked.code])).get(asked.code);
  if (!concept) throw notKnown(missing(source), 'code');
  const wanted = input.all('property');
  const children = isWanted(wanted, 'child') ? await source.children(concept.code, MAX_CHILDREN) : [];
  const named = new Set(concept.properties.filter(({ code }) => code === 'child').map(propertyText));
  const definition =
    concept.definition === undefined ? [] : [{ code: 'definition', valueString: concept.definition }];
  return parametersReply(
    { name: 'name', valueString: source.name ?? source.title ?? source.url },
    ...versionOf(source),
    { name: 'display', valueString: displayOf(concept, input.one('displayLanguage')) ?? concept.code },
    ...concept.designations.filter((each) => isWantedName(wanted, each)).map(designationPart),
    ...[
      ...definition,
      ...concept.properties,
      ...(concept.inactive ? [{ code: 'inactive', valueBoolean: true }] : []),
      ...children.filter((code) => !named.has(code)).map((valueCode) => ({ code: 'child', valueCode })),
    ]
      .filter(
        ({ code }, i, all) =>
          isWanted(wanted, code) &&
          (code !== 'inactive' || all.findIndex((each) => each.code === code) === i),
      )
      .map(propertyPart),
  );
}

/** Another server's answer, where the code is of a system that is not held whole, and not in the part that is. */
export async function unlessHeld(
  { terminologies, request, input }: Asked,
  source: CodeSource | undefined,
  code: string,
  operation: string,
  query: Query,
): Promise<Reply | undefined> {
  const isHere = request.id !== '' || input.value('codeSystem') !== undefined;
  if (isHere || source?.content === 'complete' || (await source?.find([code]))?.has(code)) return undefined;
  return relayed(terminologies, operation, query);
}

const isWanted = (wanted: readonly string[], name: string): boolean =>
  wanted.length === 0 || wanted.includes(name) || wanted.includes('*');

/** All of them, or by `lang.X` those in the language X, in any of its countries (https://hl7.org/fhir/R4/codesystem-operation-lookup.html). */
const isWantedName = (
  wanted: readonly string[],
  { language }: FoundConcept['designations'][number],
): boolean =>
  isWanted(wanted, 'designation') ||
  (language !== undefined &&
    wanted.some((name) => `lang.${language.toLowerCase()}-`.startsWith(`${name.toLowerCase()}-`)));

export const nameOf = ({ system, version }: Pick<AskedCode, 'system' | 'version'>): string =>
  `${(system ?? '').slice(0, 200)}${version === undefined ? '' : ` of version ${version.slice(0, 200)}`}`;

export function missing({ content, url }: CodeSource): string {
  if (content === 'complete') return `The code system ${url} has no such code.`;
  if (content === 'supplement')
    return `${url} is a supplement: its codes are those of the code system that it adds to.`;
  if (content === 'not-present') return `The code system ${url} is named here; its codes are not held.`;
  return `Of the code system ${url} a part is held here only (content: ${content}), and the code is not in it.`;
}

const versionOf = ({ version }: CodeSource): object[] =>
  version === undefined ? [] : [{ name: 'version', valueString: version }];

function designationPart({ language, use, value }: FoundConcept['designations'][number]): object {
  return {
    name: 'designation',
    part: [
      ...(language === undefined ? [] : [{ name: 'language', valueCode: language }]),
      ...(use === undefined ? [] : [{ name: 'use', valueCoding: use }]),
      { name: 'value', valueString: value },
    ],
  };
}

function propertyPart({ code, ...rest }: { readonly code: string }): object {
  const values = Object.entries(rest).filter(([name]) => name.startsWith('value'));
  return {
    name: 'property',
    part: [
      { name: 'code', valueCode: code },
      { name: 'value', ...Object.fromEntries(values) },
    ],
  };
}

export const ANOTHER = 'The coding is of another code system.';

export async function codeSystemValidateCode(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, {
    ...ofKind(['url', 'code', 'system', 'version', 'display', 'displayLanguage'], 'text'),
    codeSystem: 'CodeSystem',
    coding: 'Coding',
    codeableConcept: 'CodeableConcept',
    date: 'date',
    abstract: 'truth',
  });
  const url = input.one('url');
  truth(input, 'abstract');
  const codes = codesOf(input, url === undefined ? {} : { system: url });
  const at = askedOf(services, request, input);
  let reply: Reply | undefined;
  for (const code of codes) {
    const answer = await verdictOn(at, code);
    if (answer.is) return answer.reply;
    reply ??= answer.reply;
  }
  return reply ?? no(wrong(NO_CODE)).reply;
}

async function verdictOn(at: Asked, asked: AskedCode): Promise<Verdict> {
  const { input } = at;
  const [url, ofUrl] = (input.one('url') ?? '').split('|');
  if (asked.system === undefined && !input.names.includes('code'))
    return no(wrong(NO_SYSTEM, 'invalid', 'system'), { asked });
  if (url && asked.system !== url) return no(wrong(ANOTHER, 'code-invalid', 'system'), { asked });
  if (ofUrl !== undefined && asked.version !== undefined && ofUrl !== asked.version)
    return no(wrong(otherVersion(asked, ofUrl), 'code-invalid', 'version'), { asked });
  const version = asked.version ?? ofUrl;
  const source = await codeSystemOf(at, { system: asked.system, version });
  if (source && isOfAnother(source, asked.system))
    return no(wrong(ANOTHER, 'code-invalid', 'system'), { asked });
  if (source && isOtherVersion(source, version))
    return no(wrong(otherVersion({ version }, source.version), 'code-invalid', 'version'), { asked });
  const elsewhere = await remoteVerdict(at, source, asked, version);
  if (elsewhere) return elsewhere;
  if (source) return verdictIn(input, source, asked);
  const text = `The code system ${nameOf({ system: asked.system, version })} is not known here.`;
  return no(wrong(text, 'not-found', 'system'), { asked });
}

async function remoteVerdict(
  { terminologies, request, input }: Asked,
  source: CodeSource | undefined,
  asked: AskedCode,
  version: string | undefined,
): Promise<Verdict | undefined> {
  const { remote } = terminologies;
  const { system, code } = asked;
  const isHere =
    request.id !== '' || input.value('codeSystem') !== undefined || source?.content === 'complete';
  if (!remote || isHere || !system || (await source?.find([code]))?.has(code)) return undefined;
  const concept = await orAway(remoteConcept(remote, system, code, version));
  if (concept) return conceptVerdict(input, asked, { version }, concept);
  const is = await orAway(isInRemoteSystem(remote, system, code, version));
  if (is === undefined) return undefined;
  return is
    ? verdictOf(is, [], { asked })
    : no(wrong(`The code system ${nameOf({ system, version })} has no such code.`), { asked });
}

async function verdictIn(input: OperationInput, source: CodeSource, asked: AskedCode): Promise<Verdict> {
  const concept = (await source.find([asked.code])).get(asked.code);
  if (concept) return conceptVerdict(input, asked, source, concept);
  const isWhole = source.content === 'complete' || source.content === 'supplement';
  if (isWhole) return no(wrong(missing(source)), { asked, source });
  // What is not in a part may be in the whole: neither is it known to be wrong.
  if (source.content === 'not-present')
    throw unprocessable(`Whether the code is valid can't be told: ${missing(source)}`);
  const text = `${missing(source)} Whether it is valid was not checked.`;
  return verdictOf(true, [{ severity: 'warning', code: 'incomplete', text, member: 'code' }], {
    asked,
    source,
  });
}
