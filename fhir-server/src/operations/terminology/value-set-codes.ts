/** ValueSet `$validate-code` (https://hl7.org/fhir/R4/valueset-operation-validate-code.html). */
import { FhirError, notKnown, unprocessable, type ValueSet } from '@wellspring/profiles';
import type { FhirRequest, Reply, Services } from '../../interactions/request.ts';
import { calledBySet, isMember, type Membership } from '../../terminology/membership.ts';
import { namedConcept } from '../../terminology/named-concept.ts';
import { remoteConcept } from '../../terminology/remote-answers.ts';
import { inputOf, type OperationInput, ofKind, truth } from '../parameters.ts';
import { missing } from './code-systems.ts';
import { systemsOf } from './infer-system.ts';
import { type Asked, type AskedCode, askedOf, codesOf, requireSystem, whyNoCode } from './input.ts';
import { away, orAway } from './relay.ts';
import { valueSetOf } from './value-sets.ts';
import { conceptVerdict, no, type Verdict, wrong } from './verdict.ts';
import { requireVersions, VERSION_INPUT, withAskedVersions } from './versions.ts';

export async function validateCode(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, {
    ...ofKind(['url', 'context', 'valueSetVersion', 'code', 'system', 'systemVersion'], 'text'),
    ...ofKind(['display', 'displayLanguage', ...VERSION_INPUT], 'text'),
    ...ofKind(['abstract', 'inferSystem'], 'truth'),
    valueSet: 'ValueSet',
    coding: 'Coding',
    codeableConcept: 'CodeableConcept',
    date: 'date',
  });
  truth(input, 'abstract');
  const given = askedOf(services, request, input);
  const asked = { ...given, terminologies: withAskedVersions(given.terminologies, input) };
  const infers = truth(input, 'inferSystem') === true;
  if (!infers) requireSystem(input, ", or 'inferSystem' of true");
  const named = codesOf(input);
  const set = await setOrName(asked);
  const codes = infers ? await withSystems(asked, set, named) : named;
  if (!codes) return no(wrong(SEVERAL, 'not-found', 'system'), { asked: named[0] }).reply;
  let out: Verdict | undefined;
  let open: Membership | undefined;
  let reply: Reply | undefined;
  for (const code of codes) {
    if (code.system === undefined && !infers) continue;
    const found = await isMember(asked.terminologies, set, code);
    if (found.is === undefined) open ??= found;
    if (found.is === false) out ??= await notIn(asked, code, found);
    if (!found.is) continue;
    const answer = verdict(await withConcept(asked, found, code), code, input);
    if (answer.is) return answer.reply;
    reply ??= answer.reply;
  }
  if (reply) return reply;
  if (open?.isAway) throw away();
  if (typeof set === 'string' && open) throw notKnown('The value set is not known here.', 'url');
  if (open)
    throw unprocessable(
      `Whether the code is in the value set can not be told here${open.reason ? `: ${open.reason}` : ''}.`,
    );
  const why = infers ? undefined : whyNoCode(codes);
  return (out ?? no(wrong(why ?? NOT_IN, 'code-invalid'), { asked: codes[0] })).reply;
}

const NOT_IN = 'The code is not in the value set.';
const SEVERAL = 'The value set has the code in several code systems: name one.';

/** With what its system says of the code, if it has it at all: in the version that the set has, where the code is of another. */
async function notIn({ terminologies }: Asked, asked: AskedCode, found: Membership): Promise<Verdict> {
  const { system, version, code } = asked;
  const { reason } = found;
  const source =
    found.source ?? (system === undefined ? undefined : await terminologies.codeSystem(system, version));
  const concept = (await source?.find([code]))?.get(code);
  const why = source && !concept && source.content === 'complete' ? ` ${missing(source)}` : '';
  const said = wrong(reason ?? `${NOT_IN}${why}`, 'code-invalid', reason ? 'version' : 'code');
  return no(said, { asked, concept, source, display: concept?.display });
}

/** Each code with the one system that the set has it in; undefined where it has one in several. */
async function withSystems(
  { terminologies }: Asked,
  set: ValueSet | string,
  codes: readonly AskedCode[],
): Promise<readonly AskedCode[] | undefined> {
  if (typeof set === 'string') return codes;
  const systems = codes.some(({ system }) => system === undefined)
    ? [...(await systemsOf(terminologies, set))]
    : [];
  const found: AskedCode[] = [];
  for (const code of codes) {
    const own: string[] = [];
    for (const system of code.system === undefined ? systems : [])
      if ((await isMember(terminologies, set, { ...code, system })).is) own.push(system);
    if (own.length > 1) return undefined;
    found.push(own.length === 0 ? code : { ...code, system: own[0] });
  }
  return found;
}

/** One that is not known here by its URL: another server may know it. */
async function setOrName(asked: Asked): Promise<ValueSet | string> {
  try {
    return await valueSetOf(asked);
  } catch (error) {
    const url = await asked.url();
    // It goes by the versions that it goes by.
    const isPlain = VERSION_INPUT.every((name) => !asked.input.names.includes(name));
    if (asked.terminologies.remote && asked.request.id === '' && url && isPlain && error instanceof FhirError)
      return url;
    throw error;
  }
}

/** A display can be told only by who knows the code's own: before the set's own words, another server. */
async function withConcept(
  { terminologies: { remote } }: Asked,
  found: Membership,
  { system, code, display }: AskedCode,
): Promise<Membership> {
  const { concept, listed, source } = found;
  const isOfSystem = concept && !(listed && !(await source?.find([code]))?.has(code));
  if (isOfSystem || display === undefined || !remote || !system) return found;
  const other = await orAway(remoteConcept(remote, system, code));
  return other ? { ...found, concept: listed ? calledBySet(other, listed) : other } : found;
}

function verdict({ concept, source, system }: Membership, code: AskedCode, input: OperationInput): Verdict {
  const known = concept ?? namedConcept({ code: code.code }, undefined);
  if (source?.version !== undefined && system) requireVersions(input, [`${system}|${source.version}`]);
  return conceptVerdict(input, { ...code, system: code.system ?? system }, source, known);
}
