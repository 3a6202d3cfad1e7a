/**
 * What an active Consent says of who may see a record: R4 `Consent.provision`, a rule with exceptions to it of the other kind, as conditions on the data.
 * What can't be told is read in favour of the patient: a denial holds, a permission does not. https://hl7.org/fhir/R4/consent.html
 */
import { searchParameter } from '@wellspring/profiles';
import { dateRange } from '../search/date-range.ts';
import { mainDateParameter } from '../search/main-date.ts';
import { localName } from '../search/own-references.ts';
import { all, and, none, not, or, type QueryNode } from '../search/query.ts';

interface Coding {
  readonly system?: string;
  readonly code?: string;
}
interface Coded {
  readonly coding?: readonly Coding[];
}
interface Period {
  readonly start?: string;
  readonly end?: string;
}
export interface Provision {
  readonly type?: 'deny' | 'permit';
  readonly period?: Period;
  readonly actor?: readonly { readonly reference?: { readonly reference?: string } }[];
  readonly action?: readonly Coded[];
  readonly securityLabel?: readonly Coding[];
  readonly purpose?: readonly Coding[];
  readonly class?: readonly Coding[];
  readonly code?: readonly Coded[];
  readonly dataPeriod?: Period;
  readonly data?: readonly { readonly reference?: { readonly reference?: string } }[];
  readonly provision?: readonly Provision[];
}

/** Of one active Consent. */
export interface ConsentRule {
  /** Consent id. */
  readonly id: string;
  /** Patient id. */
  readonly patient: string;
  readonly provision: Provision;
}

/** Who asks: `Type/id` of the person, their roles and their organizations. */
export type Actors = ReadonlySet<string>;

const RESOURCE_TYPES = 'http://hl7.org/fhir/resource-types';
const ACT_REASON = 'http://terminology.hl7.org/CodeSystem/v3-ActReason';
/** What staff read for; an emergency is told apart elsewhere. */
const PURPOSES: ReadonlySet<string> = new Set(['TREAT', 'HPAYMT', 'HOPERAT', 'PurposeOfUse']);
/** v3-ActReason: certainly none of what staff open a record for; the rest is, or is a part of it (CAREMGT, CAREMGT's parts, payment and operations of every kind). */
const OTHER_PURPOSES: ReadonlySet<string> = new Set([
  ...['HMARKT', 'FUNDRAISING', 'HRESCH', 'BIORCH', 'CLINTRCH', 'CLINTRCHNPC', 'CLINTRCHPC', 'PRECLINTRCH'],
  ...[
    'DSRCH',
    'POARCH',
    'TRANSRCH',
    'PATRQT',
    'FAMRQT',
    'PWATRNY',
    'SUPNWK',
    'PUBHLTH',
    'DISASTER',
    'THREAT',
  ],
  ...['ETREAT', 'BTG'],
]);
/** https://hl7.org/fhir/R4/codesystem-consent-action.html */
const ACTIONS = {
  reading: new Set(['access', 'use', 'disclose']),
  writing: new Set(['collect', 'correct']),
} as const satisfies Readonly<Record<string, ReadonlySet<string>>>;
export type Doing = keyof typeof ACTIONS;

const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';

/** Undefined where the Consent says nothing of who sees the record. */
export function ruleOf(consent: Readonly<Record<string, unknown>>): ConsentRule | undefined {
  const { id, status, patient, provision } = consent as {
    id?: string;
    status?: string;
    patient?: { reference?: string };
    provision?: Provision;
  };
  const [type, owner] = localName(patient?.reference ?? '')?.split('/') ?? [];
  if (status !== 'active' || !id || type !== 'Patient' || !owner || !provision) return undefined;
  return { id, patient: owner, provision };
}

/** Who does what, and when. */
interface Asked {
  readonly actors: Actors;
  readonly type: string;
  readonly now: number;
  readonly doing: Doing;
}

/** What of the patient's resources of this type these actors may not see, or write; `none` where nothing. */
export function deniedBy(
  { provision }: ConsentRule,
  actors: Actors,
  type: string,
  now: number,
  doing: Doing = 'reading',
): QueryNode {
  return denied(provision, { actors, type, now, doing });
}

/** The rule names these actors, and permits them something now. */
export function permits({ provision }: ConsentRule, actors: Actors, now: number): boolean {
  const walk = (node: Provision): boolean =>
    isInForce(node, now) &&
    ((node.type === 'permit' && names(node, actors) && serves(node, 'reading')) ||
      (node.provision ?? []).some(walk));
  return walk(provision);
}

/** Labels of confidentiality that the rule opens to these actors now, by name and for the whole record. */
export function labelsPermitted({ provision }: ConsentRule, actors: Actors, now: number): readonly string[] {
  const walk = (node: Provision): readonly string[] => {
    if (!isInForce(node, now)) return [];
    const opens =
      node.type === 'permit' && names(node, actors) && serves(node, 'reading') && isOfWholeRecord(node);
    const own = opens ? (node.securityLabel ?? []) : [];
    return [
      ...own.flatMap(({ system, code }) => (system === CONFIDENTIALITY && code ? [code] : [])),
      ...(node.provision ?? []).flatMap(walk),
    ];
  };
  return walk(provision);
}

const isOfWholeRecord = (node: Provision): boolean =>
  node.dataPeriod === undefined &&
  [node.class, node.code, node.data, node.provision].every((bounds) => (bounds ?? []).length === 0);

const names = ({ actor = [] }: Provision, actors: Actors): boolean =>
  actor.some(({ reference }) => actors.has(nameOf(reference) ?? ''));

const nameOf = (reference: { readonly reference?: string } | undefined): string | undefined =>
  localName(reference?.reference ?? '');

/** It names one of them, in whatever it permits, now or at another time. */
export function permitsBy({ provision }: ConsentRule, actors: Actors): boolean {
  const walk = (node: Provision): boolean =>
    (node.type === 'permit' && names(node, actors)) || (node.provision ?? []).some(walk);
  return walk(provision);
}

/**
 * Everything is denied to this actor, but what these rules permit them by name: of whom nothing opens the record but a Consent, which may be written as a plain
 * permission.
 */
export function onlyPermitted(rules: readonly ConsentRule[], actor: string, patient: string): ConsentRule {
  const actors: Actors = new Set([actor]);
  const permissions = (node: Provision): readonly Provision[] => [
    ...(node.type === 'permit' && names(node, actors) ? [node] : []),
    ...(node.provision ?? []).flatMap(permissions),
  ];
  const own = rules.filter((rule) => rule.patient === patient);
  const provision = own.flatMap((rule) => permissions(rule.provision));
  const deny: Provision = { type: 'deny', actor: [{ reference: { reference: actor } }], provision };
  return { id: 'urn:wellspring:only-permitted', patient, provision: deny };
}

/** It denies these actors something, now or at another time. */
export function bindsSomebody({ provision }: ConsentRule, actors: Actors): boolean {
  const walk = (node: Provision): boolean =>
    (node.type === 'deny' && concerns(node, actors)) || (node.provision ?? []).some(walk);
  return walk(provision);
}

function denied(node: Provision, asked: Asked): QueryNode {
  const exceptions = node.provision ?? [];
  if (node.type === 'deny') {
    if (!isMeant(node, asked)) return none;
    const excepted = exceptions.map((child) => permitted(child, asked));
    return and(dataOf(node, asked.type, all), not(or(...excepted)));
  }
  // A permission's exceptions deny, whomever it permits.
  return isInForce(node, asked.now) ? or(...exceptions.map((child) => denied(child, asked))) : none;
}

/** What an exception to a denial opens again. */
function permitted(node: Provision, asked: Asked): QueryNode {
  if (node.type === 'deny' || !isMeant(node, asked)) return none;
  const excepted = (node.provision ?? []).map((child) => denied(child, asked));
  return and(dataOf(node, asked.type, none), not(or(...excepted)));
}

const isMeant = (node: Provision, { actors, now, doing }: Asked): boolean =>
  isInForce(node, now) && concerns(node, actors) && serves(node, doing);

function isInForce({ period }: Provision, now: number): boolean {
  const from = period?.start === undefined ? Number.NEGATIVE_INFINITY : dateRange(period.start)?.low;
  const to = period?.end === undefined ? Number.POSITIVE_INFINITY : dateRange(period.end)?.high;
  return (from ?? Number.NEGATIVE_INFINITY) <= now && now < (to ?? Number.POSITIVE_INFINITY);
}

/** Without an actor it concerns everybody. Somebody who is named by no reference can't be told apart: a denial concerns all, a permission nobody. */
function concerns({ type, actor = [] }: Provision, actors: Actors): boolean {
  if (actor.length === 0) return true;
  const references = actor.map(({ reference }) => nameOf(reference));
  if (references.some((each) => each !== undefined && actors.has(each))) return true;
  // What is contained, or lies on another server, may be anybody.
  const isUnclear = references.some((each) => each === undefined || /^(CareTeam|Group)\//.test(each));
  return isUnclear && type === 'deny';
}

/** What is done, for the purposes that staff read for. A denial for a purpose that may be a part of those holds; a permission must name one of them. */
function serves({ type, action = [], purpose = [] }: Provision, doing: Doing): boolean {
  const actions = action.flatMap(({ coding = [] }) => coding.map(({ code }) => code ?? ''));
  if (actions.length > 0 && !actions.some((code) => ACTIONS[doing].has(code))) return false;
  const known = purpose.filter(({ system }) => system === ACT_REASON);
  return (
    purpose.length === 0 ||
    (type === 'deny' && known.length < purpose.length) ||
    known.some(({ code = '' }) => (type === 'deny' ? !OTHER_PURPOSES.has(code) : PURPOSES.has(code)))
  );
}

/** Which resources of the type the provision speaks of; `unclear`: where it can't be told. */
function dataOf(node: Provision, type: string, unclear: typeof all | typeof none): QueryNode {
  return and(
    classOf(node, type, unclear),
    anyOf(node.securityLabel ?? [], (label) => tokenOf('_security', label)),
    codeOf(node, type, unclear),
    periodOf(node, type, unclear),
    anyOf(node.data ?? [], ({ reference }) => instance(reference?.reference, type)),
  );
}

function classOf(node: Provision, type: string, unclear: QueryNode): QueryNode {
  return anyOf(node.class ?? [], ({ system, code }) => {
    if (system !== RESOURCE_TYPES) return unclear;
    return code === type ? all : none;
  });
}

function codeOf(node: Provision, type: string, unclear: QueryNode): QueryNode {
  const codes = (node.code ?? []).flatMap(({ coding = [] }) => coding);
  if (codes.length === 0) return (node.code ?? []).length > 0 ? unclear : all;
  if (searchParameter(type, 'code')?.type !== 'token') return unclear;
  return or(...codes.map((coding) => tokenOf('code', coding)));
}

function periodOf({ dataPeriod }: Provision, type: string, unclear: QueryNode): QueryNode {
  if (!dataPeriod) return all;
  const param = mainDateParameter(type);
  if (param === undefined) return unclear;
  const low = dataPeriod.start === undefined ? Number.NEGATIVE_INFINITY : dateRange(dataPeriod.start)?.low;
  const high = dataPeriod.end === undefined ? Number.POSITIVE_INFINITY : dateRange(dataPeriod.end)?.high;
  if (low === undefined || high === undefined) return unclear;
  const within: QueryNode = { kind: 'date', param, test: 'ap', range: { low, high } };
  // Without a date nobody can say that it is from another time.
  return unclear.kind === 'all' ? or(within, { kind: 'missing', param, missing: true }) : within;
}

function instance(reference: string | undefined, type: string): QueryNode {
  const [kind, id] = (reference ?? '').split('/');
  return kind === type && id ? { kind: 'id', ids: [id] } : none;
}

/** None listed: no bound by this. */
function anyOf<T>(list: readonly T[], node: (each: T) => QueryNode): QueryNode {
  return list.length === 0 ? all : or(...list.map(node));
}

const tokenOf = (param: string, { system, code }: Coding): QueryNode => ({
  kind: 'token',
  param,
  ...(system === undefined ? {} : { system }),
  ...(code === undefined ? {} : { code }),
});
