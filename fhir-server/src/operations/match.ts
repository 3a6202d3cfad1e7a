/**
 * `Patient/$match` (https://hl7.org/fhir/R4/patient-operation-match.html), for staff and systems: candidates by identifier, or by name and
 * birth date, graded by what agrees. The weights are plain and documented, not learned.
 */
import { forbidden, invalid } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { readCondition } from '../access/read-condition.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { searchset } from '../interactions/searchset.ts';
import type { Repository } from '../repository/repository.ts';
import { foldText } from '../search/fold-text.ts';
import { and, inUse, none, or, type QueryNode } from '../search/query.ts';
import { stringNode } from '../search/types/string.ts';
import type { StoredVersion } from '../store/store.ts';
import { inputOf, truth } from './parameters.ts';

/** Of a Patient, what is compared. */
export interface Person {
  readonly identifier?: readonly { readonly system?: string; readonly value?: string }[];
  readonly name?: readonly { readonly family?: string; readonly given?: readonly string[] }[];
  readonly birthDate?: string;
  readonly gender?: string;
  readonly telecom?: readonly { readonly value?: string }[];
  readonly address?: readonly { readonly postalCode?: string }[];
}

/** What each agreement is worth; an identifier alone is certain, unless the birth dates differ. */
const WEIGHTS = {
  identifier: 1,
  family: 0.3,
  given: 0.2,
  birthDate: 0.35,
  gender: 0.05,
  telecom: 0.15,
  postalCode: 0.1,
};
const CERTAIN = 0.95;
const PROBABLE = 0.8;
const POSSIBLE = 0.5;
/** An identifier agrees and the birth date does not: one of the two is somebody else's. */
const CONTRADICTED = 0.8;
/** By each of the ways to look. */
const MAX_CANDIDATES = 500;
const DEFAULT_COUNT = 50;

export async function match(services: Services, request: FhirRequest): Promise<Reply> {
  if (readCondition(request.access, 'Patient', 's')?.kind !== 'all')
    throw forbidden('$match is for staff and systems that may read all patients.');
  const input = inputOf(request, { resource: 'resource', count: 'number', onlyCertainMatches: 'truth' });
  const person = input.value('resource') as Person | undefined;
  if ((person as { resourceType?: string } | undefined)?.resourceType !== 'Patient')
    throw invalid('$match needs a Patient as its resource.', 'Parameters.parameter');
  const found = await candidates(services.repository, request.access, person as Person);
  if (!found) throw invalid('$match needs an identifier, or a family name or a birth date.');
  const onlyCertain = truth(input, 'onlyCertainMatches') ?? false;
  const least = onlyCertain ? CERTAIN : POSSIBLE;
  const most = countOf(input.one('count'));
  const graded = found
    .map((version) => ({
      version,
      score: score(person as Person, JSON.parse(version.body ?? '{}') as Person),
    }))
    .filter(({ score: each }) => each >= least)
    .sort((a, b) => b.score - a.score);
  // Of several who are certain none is: whoever asks for certainty is not to choose by chance.
  const told = onlyCertain && graded.length > 1 ? [] : graded.slice(0, most);
  const entries = told.map(({ version, score: each }) => entry(services.repository.baseUrl, version, each));
  const self = { relation: 'self', url: `${services.repository.baseUrl}/Patient/$match` };
  return { status: 200, headers: {}, body: searchset(entries.length, [self], entries) };
}

function countOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_COUNT;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw invalid("'count' takes a whole number, 1 at least.", 'Parameters.parameter');
  return count;
}

/**
 * What to look by, the most telling first, so that whoever is certain is found among however many of a frequent name, or born on the same day. Empty: nothing. The first two find all who agree in an
 * identifier, or in family name and birth date.
 */
function tiersOf({ identifier = [], name = [], birthDate }: Person): QueryNode[] {
  const identified = identifier.flatMap(({ system, value }): QueryNode[] =>
    value ? [{ kind: 'token', param: 'identifier', code: value, ...(system ? { system } : {}) }] : [],
  );
  const named = (param: 'family' | 'given', texts: readonly (string | undefined)[]): QueryNode =>
    or(...texts.flatMap((text) => (text ? [stringNode(param, text, 'starts')] : [])));
  const family = named(
    'family',
    name.map((each) => each.family),
  );
  const given = named(
    'given',
    name.flatMap((each) => each.given ?? []),
  );
  const day = /^\d{4}-\d{2}-\d{2}$/.test(birthDate ?? '') ? Date.parse(`${birthDate}T00:00:00Z`) : undefined;
  const born: QueryNode =
    day === undefined
      ? none
      : { kind: 'date', param: 'birthdate', test: 'eq', range: { low: day, high: day + 86_400_000 } };
  return [or(...identified), and(family, born), and(given, born), and(family, given), or(family, born)];
}

/** Of those who are in use: who was merged into another is found as that one. `tiers`: how many of them are looked at. undefined: there is nothing to look by. */
export async function candidates(
  repository: Repository,
  access: AccessContext,
  person: Person,
  tiers?: number,
): Promise<StoredVersion[] | undefined> {
  const asked = tiersOf(person);
  if (asked.every(({ kind }) => kind === 'none')) return undefined;
  const found = new Map<string, StoredVersion>();
  for (const tier of asked.slice(0, tiers).filter(({ kind }) => kind !== 'none')) {
    for (const version of await repository.find(access, 'Patient', and(tier, inUse), MAX_CANDIDATES))
      found.set(version.id, version);
  }
  return [...found.values()];
}

/** 0 to 1. */
export function score(asked: Person, found: Person): number {
  const sharesIdentifier = asked.identifier?.some(({ system, value }) =>
    found.identifier?.some((each) => value !== undefined && each.value === value && each.system === system),
  );
  const bothBorn = asked.birthDate !== undefined && found.birthDate !== undefined;
  const contradicts = bothBorn && asked.birthDate !== found.birthDate;
  if (sharesIdentifier) return contradicts ? CONTRADICTED : WEIGHTS.identifier;
  let total = 0;
  if (
    shares(
      asked.name?.map(({ family }) => family),
      found.name?.map(({ family }) => family),
    )
  )
    total += WEIGHTS.family;
  if (
    shares(
      asked.name?.flatMap(({ given }) => given ?? []),
      found.name?.flatMap(({ given }) => given ?? []),
    )
  )
    total += WEIGHTS.given;
  if (asked.birthDate !== undefined && asked.birthDate === found.birthDate) total += WEIGHTS.birthDate;
  if (asked.gender !== undefined && asked.gender === found.gender) total += WEIGHTS.gender;
  if (
    shares(
      asked.telecom?.map(({ value }) => value),
      found.telecom?.map(({ value }) => value),
    )
  )
    total += WEIGHTS.telecom;
  if (
    shares(
      asked.address?.map(({ postalCode }) => postalCode),
      found.address?.map(({ postalCode }) => postalCode),
    )
  )
    total += WEIGHTS.postalCode;
  return Math.min(0.99, Math.round(total * 100) / 100);
}

function shares(a: readonly (string | undefined)[] = [], b: readonly (string | undefined)[] = []): boolean {
  const folded = new Set(b.filter((each) => each !== undefined).map(foldText));
  return a.some((each) => each !== undefined && folded.has(foldText(each)));
}

function entry(baseUrl: string, { type, id, body }: StoredVersion, each: number): string {
  const grade = each >= CERTAIN ? 'certain' : each >= PROBABLE ? 'probable' : 'possible';
  const extension = [{ url: 'http://hl7.org/fhir/StructureDefinition/match-grade', valueCode: grade }];
  return `{"fullUrl":"${baseUrl}/${type}/${id}","resource":${body},"search":${JSON.stringify({ extension, mode: 'match', score: each })}}`;
}
