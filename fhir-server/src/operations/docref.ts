/** `DocumentReference/$docref` (US Core, OperationDefinition-docref): the documents of a patient that are stored, and the summary that is made when it is fetched. */
import { randomUUID } from 'node:crypto';
import { invalid } from '@wellspring/profiles';
import { readCondition } from '../access/read-condition.ts';
import { parse } from '../interactions/parse.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { bundle, plainPage } from '../interactions/searchset.ts';
import { PAGE_ROOM } from '../page-room.ts';
import { escapeValue } from '../search/values.ts';
import { BUNDLE_PROFILE, IPS_TYPE } from './documents/summary.ts';
import { dateText, inputOf, type OperationInput, references, tokens, truth } from './parameters.ts';

const PARAMETERS = {
  patient: 'reference',
  start: 'date',
  end: 'date',
  type: 'token',
  'on-demand': 'truth',
  profile: 'text',
  _count: 'number',
} as const;
/** What US Core has in mind where no type is named; a patient summary is one too. */
const EPISODE_NOTE = {
  system: 'http://loinc.org',
  code: '34133-9',
  display: 'Summary of episode note',
} as const;
const CLINICAL_NOTE = {
  system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category',
  code: 'clinical-note',
  display: 'Clinical Note',
} as const;

/** What is stored, newest first, after what can be made; with `on-demand` that alone. Of a patient that the caller may not read there is nothing. */
export async function docref(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, PARAMETERS);
  const patient = patientOf(services, input);
  const onDemand = truth(input, 'on-demand') ?? false;
  const query = queryOf(services, input, patient);
  const asked = await parse(services, request, 'DocumentReference', query);
  const made = isSummaryAsked(input) ? await summaryEntries(services, request, patient) : [];
  if (onDemand) return bundle(services, asked, 'DocumentReference', nothing, [], made);
  const page = await services.repository.search(request.access, {
    ...asked,
    total: 'accurate',
    room: PAGE_ROOM,
  });
  return bundle(services, asked, 'DocumentReference', plainPage(asked, page), [], made);
}

/** Throws 400 unless one is named. */
function patientOf(services: Services, input: OperationInput): string {
  const [patient, another] = references(services, input, 'patient', ['Patient']);
  if (patient === undefined) throw invalid("$docref needs a 'patient'.", 'Parameters.parameter');
  if (another !== undefined) throw invalid("'patient' may be given once.", 'Parameters.parameter');
  return patient.slice('Patient/'.length);
}

const nothing = { matches: [], included: [], total: 0, previous: undefined, next: undefined } as const;

function queryOf(services: Services, input: OperationInput, patient: string): [string, string][] {
  const [start, end] = [dateText(input, 'start'), dateText(input, 'end')];
  const [types, profiles] = [tokens(input, 'type'), profilesAsked(input)];
  const given = (name: string, value: string): [string, string][] => (value === '' ? [] : [[name, value]]);
  return [
    ['patient', patient],
    ['status', 'current'],
    ...given('type', types.join(',')),
    // What a stored document keeps is known where its format is told by that name.
    ...given('format', profiles.map(escapeValue).join(',')),
    ...(start === undefined ? [] : [['period', `ge${start}`] as [string, string]]),
    ...(end === undefined ? [] : [['period', `le${end}`] as [string, string]]),
    ['_count', input.one('_count') ?? String(services.limits.maxCount)],
  ];
}

/** Any of them, without a version: a document keeps what this server makes now. */
const profilesAsked = (input: OperationInput): readonly string[] =>
  input.all('profile').map((canonical) => canonical.split('|')[0] as string);

/** A summary is of now, not of a period. */
function isSummaryAsked(input: OperationInput): boolean {
  if (input.one('start') !== undefined || input.one('end') !== undefined) return false;
  const profiles = profilesAsked(input);
  if (profiles.length > 0 && !profiles.includes(BUNDLE_PROFILE)) return false;
  const types = tokens(input, 'type');
  const codes = (types.length === 0 ? [EPISODE_NOTE.code] : types)
    .flatMap((type) => type.split(','))
    .map((token) => token.replace(/^http:\/\/loinc\.org\||^\|/, ''));
  return codes.some((code) => code === IPS_TYPE.code || code === EPISODE_NOTE.code);
}

/** It is not stored, and has no address; its attachment is made for whoever fetches it. */
async function summaryEntries(services: Services, request: FhirRequest, patient: string): Promise<string[]> {
  const { repository, now } = services;
  if (!/^[A-Za-z0-9\-.]{1,64}$/.test(patient) || !readCondition(request.access, 'Patient', 's')) return [];
  const [found] = await repository.find(request.access, 'Patient', { kind: 'id', ids: [patient] }, 1);
  if (!found) return [];
  const id = randomUUID();
  const date = new Date(now()).toISOString();
  const resource = {
    resourceType: 'DocumentReference',
    id,
    status: 'current',
    type: { coding: [IPS_TYPE, EPISODE_NOTE] },
    category: [{ coding: [CLINICAL_NOTE] }],
    subject: { reference: `Patient/${patient}` },
    date,
    author: [{ display: 'Wellspring' }],
    description: 'A summary of what is on record, made when it is fetched',
    content: [
      {
        attachment: {
          contentType: 'application/fhir+json',
          url: `${repository.baseUrl}/Patient/${patient}/$summary`,
          title: 'International Patient Summary',
        },
      },
    ],
  };
  return [JSON.stringify({ fullUrl: `urn:uuid:${id}`, resource, search: { mode: 'match' } })];
}
