/** ValueSet `$validate-code` (https://hl7.org/fhir/R4/valueset-operation-validate-code.html). */
import { FhirError, notKnown, unprocessable, type ValueSet } from '@wellspring/profiles';
import type { FhirRequest, Reply, Services } from '../../interactions/request.ts';
import { isMember, type Membership } from '../../terminology/membership.ts';
import { namedConcept } from '../../terminology/named-concept.ts';
import { remoteConcept } from '../../terminology/remote-answers.ts';
import { inputOf, type OperationInput, truth } from '../parameters.ts';
import { conceptVerdict, refused } from './code-systems.ts';
import { systemsOf } from './infer-system.ts';
import { type Asked, type AskedCode, askedOf, codesOf, requireSystem, whyNoCode } from './input.ts';
import { away, orAway } from './relay.ts';
import { valueSetOf } from './value-sets.ts';
import { withVersions } from './versions.ts';

export async function validateCode(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, [
    'url',
    'context',
    'valueSet',
    'valueSetVersion',
    'code',
    'system',
    'systemVersion',
    'display',
    'coding',
    'codeableConcept',
    'date',
    'abstract',
    'displayLanguage',
    'inferSystem',
  ]);
  const asked = askedOf(services, request, input);
  const infers = truth(input, 'inferSystem') === true;
  if (!infers) requireSystem(input, ", or 'inferSystem' of true");
  const given = codesOf(input);
  const set = await setOrName(asked);
  const codes = infers ? await withSystems(asked, set, given) : given;
  if (!codes) return refused('The value set has the code in several code systems: name one.');
  let open: Membership | undefined;
  let reply: Reply | undefined;
  for (const code of codes) {
    if (code.system === undefined && !infers) continue;
    const found = await isMember(inVersionOf(asked, code), set, code);
    if (found.is === undefined) open ??= found;
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
  return refused((infers ? undefined : whyNoCode(codes)) ?? 'The code is not in the value set.');
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
      if ((await isMember(terminologies, set, { system, code: code.code })).is) own.push(system);
    if (own.length > 1) return undefined;
    found.push(own.length === 0 ? code : { ...code, system: own[0] });
  }
  return found;
}

/** Where the set names no version of the code's system, the code's own counts. */
const inVersionOf = ({ terminologies }: Asked, { system, version }: AskedCode) =>
  system === undefined || version === undefined
    ? terminologies
    : withVersions(terminologies, new Map([[system, version]]));

/** One that is not known here by its URL: another server may know it. */
async function setOrName(asked: Asked): Promise<ValueSet | string> {
  try {
    return await valueSetOf(asked);
  } catch (error) {
    const url = await asked.url();
    if (asked.terminologies.remote && asked.request.id === '' && url && error instanceof FhirError)
      return url;
    throw error;
  }
}

/** A display can be told only by who knows the code's own. */
async function withConcept(
  { terminologies: { remote } }: Asked,
  found: Membership,
  { system, code, display }: AskedCode,
): Promise<Membership> {
  if (found.concept || display === undefined || !remote || !system) return found;
  const concept = await orAway(remoteConcept(remote, system, code));
  return concept ? { ...found, concept } : found;
}

function verdict(
  { concept, source }: Membership,
  { code, version: asked, display }: AskedCode,
  input: OperationInput,
): { readonly is: boolean; readonly reply: Reply } {
  const known = concept ?? namedConcept({ code }, undefined);
  const version = { version: source?.version };
  return conceptVerdict(
    version,
    known,
    display,
    truth(input, 'abstract') !== false,
    input.one('displayLanguage'),
    asked !== undefined && source?.version !== undefined && asked !== source.version
      ? `Told by the version ${source.version} of the code system: ${asked.slice(0, 64)} is not used here.`
      : undefined,
  );
}
