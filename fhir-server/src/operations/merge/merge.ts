/**
 * `Patient/$merge` (https://hl7.org/fhir/R5/patient-operation-merge.html, and R6): two records of one person become one. The source is kept, inactive, with a link to the
 * target; everything that refers to it refers to the target then, in one commit with a Provenance that tells what was moved. Nothing is merged but by this call.
 */
import { type Issue, invalid, type OriginOf, preconditionFailed, unprocessable } from '@wellspring/profiles';
import type { FhirRequest, Reply, Services } from '../../interactions/request.ts';
import { cloneJson, parseJson, type ResourceJson } from '../../repository/text/resource-text.ts';
import type { Write } from '../../repository/writes/write.ts';
import type { StoredVersion } from '../../store/store.ts';
import { jsonReply } from '../parameters.ts';
import {
  type Identifier,
  linksOf,
  type MergeInput,
  mergeInput,
  outcomeOf,
  type PatientJson,
  requireMerger,
} from './merge-input.ts';
import { mergeProvenance } from './merge-provenance.ts';
import { move } from './move.ts';
import { type Referrers, referrersOf } from './referrers.ts';
import { untilWritten, written } from './until-written.ts';

const PARAMETERS = [
  'source-patient',
  'source-patient-identifier',
  'target-patient',
  'target-patient-identifier',
  'result-patient',
  'preview',
] as const;

/**
 * What would come to refer to the source while it is looked at waits; what was changed all the same, or came in before that was heard of, makes the commit fail, and
 * it is looked at again. What waited finds the source replaced.
 */
export async function merge(services: Services, request: FhirRequest): Promise<Reply> {
  requireMerger(request);
  const first = await mergeInput(services, request, PARAMETERS);
  checkMergeable(first);
  if (first.preview) {
    const { moved } = await referrersOf(services, request, first.source.version.id);
    const result = resultOf(first);
    // As its write will be held to what a Patient may be.
    if (first.result)
      await services.repository.requireAccepted(
        request.access,
        [
          updateOf(
            first.target.version,
            cloneJson(result, () => undefined),
          ),
        ],
        originOf(first),
      );
    const text = `A merge would move what refers to the source in ${moved.length} resources.`;
    return reply(first, result, {
      severity: 'information',
      code: 'informational',
      diagnostics: text,
    });
  }
  return untilWritten(() =>
    services.repository.whileHeld(first.source.version.id, async () => {
      const input = await mergeInput(services, request, PARAMETERS);
      checkSame(first, input);
      checkMergeable(input);
      return mergeOnce(services, request, input);
    }),
  );
}

async function mergeOnce(services: Services, request: FhirRequest, input: MergeInput): Promise<Reply> {
  const referrers = await referrersOf(services, request, input.source.version.id);
  const writes = writesOf(services, request, input, resultOf(input), referrers);
  const [target] = await written(services, request, writes, originOf(input));
  const merged = parseJson(target?.version?.body ?? '{}') as PatientJson;
  const text = `The records are one. What referred to the source in ${referrers.moved.length} resources refers to the target.`;
  return reply(input, merged, { severity: 'information', code: 'informational', diagnostics: text });
}

/** 412 where the target is to be as the caller made it, and was changed since; and where identifiers mean somebody else by now. */
function checkSame(first: MergeInput, { source, target, result }: MergeInput): void {
  for (const [role, now, before] of [
    ['source', source, first.source],
    ['target', target, first.target],
  ] as const)
    if (now.version.id !== before.version.id)
      throw preconditionFailed(
        `The identifiers of the ${role} are another Patient’s by now. Read both records again.`,
      );
  if (result && target.version.version !== first.target.version.version)
    throw preconditionFailed('The target was changed meanwhile. Read it again.');
}

/** 422: a record that was merged before, or is out of use, is nobody to merge with. */
function checkMergeable({ source, target }: MergeInput): void {
  if (linksOf(source.patient, 'replaced-by').length > 0)
    throw unprocessable('The source was merged already.');
  if (linksOf(target.patient, 'replaced-by').length > 0)
    throw unprocessable('The target was merged into another Patient.');
  if (target.patient.active === false) throw unprocessable('The target is not active.');
}

/** The target as it is to be: as it was handed in, or as it is with what identifies the source. */
function resultOf({ source, target, result, parameters }: MergeInput): PatientJson {
  const link = { other: { reference: `Patient/${source.version.id}` }, type: 'replaces' };
  if (result) {
    checkResult(result, { source: source.version.id, target, parameters });
    return cloneJson(result, () => undefined);
  }
  const patient = cloneJson(target.patient, () => undefined);
  patient.link = [...(patient.link ?? []), link];
  const added = (source.patient.identifier ?? []).filter((each) => !has(target.patient, each));
  if (added.length > 0)
    patient.identifier = [...(patient.identifier ?? []), ...added.map((each) => ({ ...each, use: 'old' }))];
  return patient;
}

function checkResult(
  result: PatientJson,
  { source, target, parameters }: Pick<MergeInput, 'target' | 'parameters'> & { readonly source: string },
): void {
  const at = placeOfResult(parameters);
  if (result.resourceType !== 'Patient') throw invalid("'result-patient' must be a Patient.", at);
  if (result.id !== target.version.id)
    throw invalid("'result-patient' must have the id of the target.", `${at}.id`);
  if (!linksOf(result, 'replaces').includes(`Patient/${source}`))
    throw invalid("'result-patient' must link to the source (type replaces).", `${at}.link`);
  if (result.link?.some(({ type }) => type === 'replaced-by'))
    throw invalid("'result-patient' is who is left: nobody takes their place (replaced-by).", `${at}.link`);
  if (target.patient.identifier?.some((each) => !has(result, each)))
    throw invalid("'result-patient' must have all identifiers of the target.", `${at}.identifier`);
}

function placeOfResult(parameters: MergeInput['parameters']): string {
  const given = parameters.parameter as readonly { readonly name?: string }[];
  return `Parameters.parameter[${given.findIndex(({ name }) => name === 'result-patient')}].resource`;
}

/** The target is written first: what is wrong with it, where it was handed in, is told by its place there. */
const originOf =
  ({ result, parameters }: MergeInput): OriginOf =>
  (index) =>
    index === 0 && result ? { at: placeOfResult(parameters) } : undefined;

const has = ({ identifier = [] }: PatientJson, { system, value }: Identifier): boolean =>
  identifier.some((each) => each.system === system && each.value === value);

/** The target first. Each resource is the one that was read: what changed meanwhile makes the whole fail with 412. */
function writesOf(
  services: Services,
  request: FhirRequest,
  { source, target }: MergeInput,
  result: PatientJson,
  { moved: referrers, left }: Referrers,
): Write[] {
  const { baseUrl } = services.repository;
  const [from, to] = [`Patient/${source.version.id}`, `Patient/${target.version.id}`];
  const old = cloneJson(source.patient, () => undefined);
  old.active = false;
  old.link = [...(old.link ?? []), { other: { reference: to }, type: 'replaced-by' }];
  const moved = referrers.map(({ version, resource }) => {
    const copy = cloneJson(resource, () => undefined);
    move(copy, from, to, baseUrl);
    return { version, resource: copy };
  });
  const all = [
    { version: target.version, resource: result },
    { version: source.version, resource: old },
    ...moved,
  ];
  const provenance = mergeProvenance(
    services,
    request,
    'merge',
    all.map(({ version }) => version),
  );
  return [
    ...all.map(({ version, resource }) => ({
      ...updateOf(version, resource),
      ...(version === source.version ? { unlessReferredToBeside: left } : {}),
    })),
    { interaction: 'create', resource: provenance, id: services.repository.newId() },
  ];
}

const updateOf = ({ id, version }: StoredVersion, resource: ResourceJson) =>
  ({ interaction: 'update', resource, id, expectedVersion: version }) as const;

export function reply({ parameters }: MergeInput, result: PatientJson, issue: Issue): Reply {
  return jsonReply({
    resourceType: 'Parameters',
    parameter: [
      { name: 'input', resource: parameters },
      { name: 'outcome', resource: outcomeOf([issue]) },
      { name: 'result', resource: result },
    ],
  });
}
