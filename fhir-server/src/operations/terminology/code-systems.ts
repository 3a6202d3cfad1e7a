/** CodeSystem `$lookup` and `$validate-code` (https://hl7.org/fhir/R4/codesystem-operations.html): of what is stored, loaded and defined. */
import { invalid, notKnown, unprocessable } from '@wellspring/profiles';
import type { FhirRequest, Reply, Services } from '../../interactions/request.ts';
import { isSameDisplay } from '../../terminology/answer-questions.ts';
import { type CodeSource, displayOf, type FoundConcept } from '../../terminology/code-source.ts';
import type { Query } from '../../terminology/remote.ts';
import { isInRemoteSystem, remoteConcept } from '../../terminology/remote-answers.ts';
import { inputOf, parametersReply, truth } from '../parameters.ts';
import {
  type Asked,
  type AskedCode,
  askedOf,
  codeSystemOf,
  codesOf,
  isOfAnother,
  NO_CODE,
  NO_SYSTEM,
} from './input.ts';
import { orAway, relayed } from './relay.ts';

/** Children that a look-up names. */
const MAX_CHILDREN = 200;

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
  const [asked] = codesOf(input);
  if (!asked) throw invalid("$lookup needs a 'code' with its 'system', or a 'coding' with both.");
  const at = askedOf(services, request, input);
  const source = await codeSystemOf(at, asked);
  if (source && isOfAnother(source, asked.system)) throw invalid(ANOTHER);
  const { system, version, code } = asked;
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
      ...children.map((valueCode) => ({ code: 'child', valueCode })),
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
  const input = inputOf(request, [
    'url',
    'codeSystem',
    'code',
    'system',
    'version',
    'display',
    'coding',
    'codeableConcept',
    'date',
    'abstract',
    'displayLanguage',
  ]);
  const url = input.one('url');
  const codes = codesOf(input, url === undefined ? {} : { system: url });
  const language = input.one('displayLanguage');
  const isAbstractFine = truth(input, 'abstract') !== false;
  const at = askedOf(services, request, input);
  let reply: Reply | undefined;
  for (const code of codes) {
    const answer = await verdictOf(at, code, isAbstractFine, language);
    if (answer.is) return answer.reply;
    reply ??= answer.reply;
  }
  return reply ?? refused(NO_CODE);
}

async function verdictOf(
  at: Asked,
  asked: AskedCode,
  isAbstractFine: boolean,
  language: string | undefined,
): Promise<Verdict> {
  const { input } = at;
  const url = input.one('url');
  if (asked.system === undefined && !input.names.includes('code')) return no(NO_SYSTEM);
  if (url !== undefined && asked.system !== url.split('|')[0] && asked.system !== url) return no(ANOTHER);
  const source = await codeSystemOf(at, { ...asked, system: url ?? asked.system });
  if (source && isOfAnother(source, asked.system)) return no(ANOTHER);
  const elsewhere = await remoteVerdict(at, source, asked, isAbstractFine);
  if (elsewhere) return elsewhere;
  if (!source) return no(`The code system ${nameOf(asked)} is not known here.`);
  return verdict(source, asked, isAbstractFine, language);
}

async function remoteVerdict(
  { terminologies, request, input }: Asked,
  source: CodeSource | undefined,
  { system, version, code, display }: AskedCode,
  isAbstractFine: boolean,
): Promise<Verdict | undefined> {
  const { remote } = terminologies;
  const isHere =
    request.id !== '' || input.value('codeSystem') !== undefined || source?.content === 'complete';
  if (!remote || isHere || !system || (await source?.find([code]))?.has(code)) return undefined;
  const concept = await orAway(remoteConcept(remote, system, code, version));
  if (concept)
    return conceptVerdict({ version }, concept, display, isAbstractFine, input.one('displayLanguage'));
  const is = await orAway(isInRemoteSystem(remote, system, code, version));
  if (is === undefined) return undefined;
  return is
    ? { is, reply: parametersReply({ name: 'result', valueBoolean: true }) }
    : no(`The code system ${nameOf({ system, version })} has no such code.`);
}

interface Verdict {
  readonly is: boolean;
  readonly reply: Reply;
}

export const refused = (message: string, ...more: readonly object[]): Reply =>
  parametersReply(
    { name: 'result', valueBoolean: false },
    { name: 'message', valueString: message },
    ...more,
  );

const no = (message: string, ...more: readonly object[]): Verdict => ({
  is: false,
  reply: refused(message, ...more),
});

async function verdict(
  source: CodeSource,
  { code, display }: AskedCode,
  isAbstractFine: boolean,
  language: string | undefined,
): Promise<Verdict> {
  const concept = (await source.find([code])).get(code);
  if (concept) return conceptVerdict(source, concept, display, isAbstractFine, language);
  const isWhole = source.content === 'complete' || source.content === 'supplement';
  if (isWhole) return no(missing(source));
  // What is not in a part may be in the whole: neither is it known to be wrong.
  if (source.content === 'not-present')
    throw unprocessable(`Whether the code is valid can't be told: ${missing(source)}`);
  return {
    is: true,
    reply: parametersReply(
      { name: 'result', valueBoolean: true },
      { name: 'message', valueString: `${missing(source)} Whether it is valid was not checked.` },
      ...versionOf(source),
    ),
  };
}

/** Of a code that is there: its display, whether it may be chosen, whether it is still used. */
export function conceptVerdict(
  source: Pick<CodeSource, 'version'>,
  concept: FoundConcept,
  display: string | undefined,
  isAbstractFine: boolean,
  language: string | undefined,
  note?: string,
): Verdict {
  const shown = displayOf(concept, language);
  const facts = [
    { name: 'display', valueString: shown ?? concept.code },
    ...(source.version === undefined ? [] : [{ name: 'version', valueString: source.version }]),
  ];
  const known = [concept.display, ...concept.designations.map(({ value }) => value)];
  if (concept.abstract && !isAbstractFine)
    return no('The code is a heading, and not to be chosen.', ...facts);
  if (
    display !== undefined &&
    concept.display !== undefined &&
    !known.some((each) => each && isSameDisplay(each, display))
  )
    return no(`The code is known, by another display: '${shown ?? concept.code}'.`, ...facts);
  const said = [
    ...(concept.inactive ? ['The code is inactive.'] : []),
    ...(note === undefined ? [] : [note]),
  ];
  const message = said.length > 0 ? [{ name: 'message', valueString: said.join(' ') }] : [];
  const inactive = concept.inactive ? [{ name: 'inactive', valueBoolean: true }] : [];
  return {
    is: true,
    reply: parametersReply({ name: 'result', valueBoolean: true }, ...message, ...facts, ...inactive),
  };
}
