/** The Consents that bind one caller, as a condition of each type: AND-ed into every query like any other bound on what they may see. */
import { and, none, not, or, type QueryNode } from '../search/query.ts';
import { type Actors, type ConsentRule, type Doing, deniedBy } from './consent-rules.ts';
import { derivedOnce } from './derived.ts';
import { OWNER_ELEMENTS } from './owner-table.ts';
import { reachCondition } from './reach.ts';

export interface BindingConsents {
  readonly actors: Actors;
  readonly rules: readonly ConsentRule[];
  /** Milliseconds: when the caller's rights were last looked at. */
  readonly at: number;
  /** Patients whose record the caller has open in an emergency, which goes before; undefined: none. */
  readonly opened: QueryNode | undefined;
}

/** What the Consents leave; what is nobody's none of them closes. `owner`: the one Patient that the query asks of, where it does. */
export function consentCondition(consents: BindingConsents, type: string, owner?: string): QueryNode {
  if (type !== 'Patient' && !Object.hasOwn(OWNER_ELEMENTS, type)) return and();
  if (owner === undefined) return overAll(consents, type);
  return leftBy(consents, rulesOf(consents, owner), type);
}

/** What the Consents take away, of every record; not of those where all of type `beside` is taken away too. */
export function consentDenial(consents: BindingConsents, type: string, beside: string): QueryNode {
  const { actors, at, opened, rules } = consents;
  const asked = rules.filter((rule) => deniedBy(rule, actors, beside, at).kind !== 'all');
  return and(or(...denials(consents, asked, type)), not(opened ? reachCondition(type, opened) : none));
}

/** Nothing of this type in this record is left to the caller to see, or to write. */
export function isClosed(consents: BindingConsents, type: string, patient: string, doing: Doing): boolean {
  const { actors, at } = consents;
  return rulesOf(consents, patient).some((rule) => deniedBy(rule, actors, type, at, doing).kind === 'all');
}

/** One caller's Consents are asked of again and again, until their rights are looked at anew. */
const conditions = derivedOnce<QueryNode>();
const byPatient = derivedOnce<ReadonlyMap<string, readonly ConsentRule[]>>();

const overAll = (consents: BindingConsents, type: string): QueryNode =>
  conditions(consents, type, () => leftBy(consents, consents.rules, type));

function rulesOf(consents: BindingConsents, patient: string): readonly ConsentRule[] {
  const grouped = () => Map.groupBy(consents.rules, (rule) => rule.patient);
  return byPatient(consents, '', grouped).get(patient) ?? [];
}

function leftBy(consents: BindingConsents, rules: readonly ConsentRule[], type: string): QueryNode {
  const left = denials(consents, rules, type).map(not);
  const emergency = consents.opened ? reachCondition(type, consents.opened) : none;
  return or(and(...left), emergency);
}

function denials(
  { actors, at }: BindingConsents,
  rules: readonly ConsentRule[],
  type: string,
): readonly QueryNode[] {
  const byDenial = new Map<string, { readonly denial: QueryNode; readonly patients: string[] }>();
  for (const rule of rules) {
    const denial = deniedBy(rule, actors, type, at);
    const key = JSON.stringify(denial);
    const found = byDenial.get(key);
    if (found) found.patients.push(rule.patient);
    else byDenial.set(key, { denial, patients: [rule.patient] });
  }
  // What is denied is rarer than whose it is: it is asked first.
  return [...byDenial.values()].map(({ denial, patients }) => and(denial, ofPatients(type, patients)));
}

const ofPatients = (type: string, patients: readonly string[]): QueryNode =>
  type === 'Patient' ? { kind: 'id', ids: patients } : { kind: 'owner', patients };
