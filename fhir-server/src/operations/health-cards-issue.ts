/**
 * `Patient/[id]/$health-cards-issue` (https://hl7.org/fhir/uv/smart-health-cards-and-links/OperationDefinition-patient-i-health-cards-issue.html): one signed card of
 * completed immunizations, final laboratory results, or both. Everything is read as the caller; nothing is kept. What is kept from the patient is in no card, whoever
 * asks: a card is the patient's to show.
 */
import { businessRule, invalid } from '@wellspring/profiles';
import { WRITTEN_BY } from '../access/authorship.ts';
import { NOT_FOR_PATIENTS } from '../access/labels.ts';
import { readCondition, requireReadCondition } from '../access/read-condition.ts';
import { createBreath } from '../breath.ts';
import { parse } from '../interactions/parse.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { PAGE_ROOM } from '../page-room.ts';
import { resourceOf } from '../repository/text/resource-text.ts';
import { clinicalContent, IDENTITY_CLAIMS, identityContent } from './health-card-content.ts';
import { inputOf, jsonReply, type OperationInput, ofKind } from './parameters.ts';

const CARDS = 'https://smarthealth.cards';
const ANY = '#health-card';
const PATIENT = 'resource:0';
/** Resources of one type in a card. */
const MOST = 200;
/** A resource of this server, as `hostedResource` of the answer has it, or relative to the base. */
const HOSTED = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})$/;
/** Cards under way take turns. */
const breath = createBreath();
const SINCE = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?)?)?$/;

interface Kind {
  readonly type: 'Immunization' | 'Observation';
  readonly credential: string;
  readonly query: readonly [string, string][];
}

const KINDS: readonly Kind[] = [
  { type: 'Immunization', credential: '#immunization', query: [['status', 'completed']] },
  {
    type: 'Observation',
    credential: '#laboratory',
    // A correction is an amendment (https://hl7.org/fhir/R4/valueset-observation-status.html).
    query: [
      ['status', 'final,amended,corrected'],
      ['category', 'http://terminology.hl7.org/CodeSystem/observation-category|laboratory'],
    ],
  },
];

/** Errors: 400, 403, 404, 410 and 422 (more than a card holds). */
export async function issueHealthCards(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, {
    ...ofKind(['credentialType', 'credentialValueSet', 'includeIdentityClaim', 'hostedResource'], 'text'),
    _since: 'date',
  });
  const asked = kindsOf(input.all('credentialType'));
  const claims = claimsOf(input.all('includeIdentityClaim'));
  const bounds: Bounds = {
    since: sinceOf(input),
    only: chosenOf(input.all('hostedResource'), services.repository.baseUrl),
  };
  if (input.names.includes('credentialValueSet'))
    throw invalid("Cards are not restricted by 'credentialValueSet' here.", 'Parameters.parameter');
  for (const { type } of asked) requireReadCondition(request.access, type, 's');
  const patient = await services.repository.read(request.access, 'Patient', request.id);
  const kinds =
    asked.length > 0 ? asked : KINDS.filter(({ type }) => readCondition(request.access, type, 's'));
  const held: { readonly kind: Kind; readonly content: object; readonly hosted: string }[] = [];
  for (const kind of kinds) {
    const found = await contentOf(services, request, kind, bounds);
    // Each type that was named must be in the card.
    if (found.length === 0 && asked.length > 0) return jsonReply({ resourceType: 'Parameters' });
    held.push(...found.map((each) => ({ kind, ...each })));
  }
  if (held.length === 0) return jsonReply({ resourceType: 'Parameters' });
  const entries = [identityContent(resourceOf(patient), claims), ...held.map(({ content }) => content)];
  const credentials = new Set([ANY, ...held.map(({ kind }) => kind.credential)]);
  const vc = {
    type: [...credentials].map((name) => CARDS + name),
    credentialSubject: {
      fhirVersion: '4.0.1',
      fhirBundle: {
        resourceType: 'Bundle',
        type: 'collection',
        entry: entries.map((resource, index) => ({ fullUrl: `resource:${index}`, resource })),
      },
    },
  };
  const card = await services.healthCards.sign({ iss: services.repository.baseUrl, vc }, request.id);
  const links = [`Patient/${request.id}`, ...held.map(({ hosted }) => hosted)].map((name, index) => ({
    name: 'resourceLink',
    part: [
      { name: 'vcIndex', valueInteger: 0 },
      { name: 'bundledResource', valueUri: `resource:${index}` },
      { name: 'hostedResource', valueUri: `${services.repository.baseUrl}/${name}` },
    ],
  }));
  return jsonReply({
    resourceType: 'Parameters',
    parameter: [{ name: 'verifiableCredential', valueString: card }, ...links],
  });
}

/** By resource type, or as the first releases of the specification named them. None: whatever there is. */
function kindsOf(given: readonly string[]): Kind[] {
  if (given.length === 0)
    throw invalid("$health-cards-issue needs a 'credentialType'.", 'Parameters.parameter');
  const names = given.map((each) => (each.startsWith(`${CARDS}#`) ? each.slice(CARDS.length) : each));
  const known = [ANY, ...KINDS.flatMap(({ type, credential }) => [type, credential])];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw invalid(`'credentialType' is one of ${known.join(', ')}.`, 'Parameters.parameter');
  return KINDS.filter(({ type, credential }) => names.includes(type) || names.includes(credential));
}

function claimsOf(given: readonly string[]): readonly string[] {
  const known: readonly string[] = IDENTITY_CLAIMS;
  if (given.some((claim) => !known.includes(claim)))
    throw invalid(`'includeIdentityClaim' is one of ${known.join(', ')}.`, 'Parameters.parameter');
  return given.length === 0 ? known : given;
}

function sinceOf(input: OperationInput): string | undefined {
  const given = input.all('_since');
  if (given.length > 1 || given.some((each) => !SINCE.test(each)))
    throw invalid("'_since' takes one dateTime.", 'Parameters.parameter');
  return given[0];
}

interface Bounds {
  readonly since: string | undefined;
  /** Ids by type: nothing else goes in. undefined: whatever there is. */
  readonly only: ReadonlyMap<string, readonly string[]> | undefined;
}

/** `hostedResource` is not of the specification: the patient's choice. What it names and is not there is as little in the card as what can't be told. */
function chosenOf(given: readonly string[], baseUrl: string): Bounds['only'] {
  if (given.length === 0) return undefined;
  const named = given.map((each) =>
    HOSTED.exec(each.startsWith(`${baseUrl}/`) ? each.slice(baseUrl.length + 1) : each),
  );
  const known = KINDS.map(({ type }) => type as string);
  if (named.some((each) => !each || !known.includes(each[1] as string)))
    throw invalid(`'hostedResource' names a resource of ${known.join(' or ')} here.`, 'Parameters.parameter');
  const only = Map.groupBy(named as RegExpExecArray[], ([, type]) => type as string);
  return new Map(
    [...only].map(([type, found]) => [type, [...new Set(found.map(([, , id]) => id as string))]]),
  );
}

/** As the caller, newest first; `_since` is of the day it happened, not of the day it was written. */
async function contentOf(
  services: Services,
  request: FhirRequest,
  { type, query }: Kind,
  { since, only }: Bounds,
): Promise<{ content: object; hosted: string }[]> {
  const ids = only && (only.get(type) ?? []);
  if (ids?.length === 0) return [];
  if (ids && ids.length > MOST) throw tooMany(type);
  const asked = await parse(services, request, type, [
    ['patient', request.id],
    ...query,
    // The clinic signs for what it found itself.
    ['_tag:not', `${WRITTEN_BY}|`],
    ['_security:not', `${NOT_FOR_PATIENTS.system}|${NOT_FOR_PATIENTS.code}`],
    ...(ids ? [['_id', ids.join(',')] as [string, string]] : []),
    ...(since === undefined ? [] : [['date', `ge${since}`] as [string, string]]),
  ]);
  const { matches, next } = await services.repository.search(request.access, {
    ...asked,
    sort: [{ by: 'mainDate', descending: true }],
    count: MOST,
    total: 'none',
    room: PAGE_ROOM,
  });
  if (next) throw tooMany(type);
  const found: { content: object; hosted: string }[] = [];
  for (const version of matches) {
    await breath();
    const content = clinicalContent(resourceOf(version), PATIENT);
    if (content) found.push({ content, hosted: `${type}/${version.id}` });
  }
  return found;
}

const tooMany = (type: string): Error =>
  businessRule(`A card holds ${MOST} resources of ${type} at most: ask with a later '_since', or for fewer.`);
