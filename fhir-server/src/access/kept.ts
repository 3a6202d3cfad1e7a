/**
 * What is kept from somebody keeps others from them: the files that it names, and what is about it. A file has no labels of its own, and a note of who wrote a result
 * would tell that there is one (rules R12 and R18b of docs/SECURITY.md).
 */
import { ABOUT_OTHERS } from '../search/links.ts';
import { and, linked, none, not, or, type QueryNode } from '../search/query.ts';
import type { AccessContext } from './access-context.ts';
import { consentDenial } from './consent-condition.ts';
import { derivedOnce } from './derived.ts';
import { keptByLabel } from './labels.ts';
import { OWNER_ELEMENTS } from './owner-table.ts';
import { granting } from './scope.ts';
import { filterCondition } from './scope-filter.ts';

const RECORD_TYPES = ['Patient', ...Object.keys(OWNER_ELEMENTS)];

/**
 * What of this type must not be shown for what it leads to. `patients`: whose records a person on the patient's side has; undefined: they are staff.
 */
export function followsKept(
  access: AccessContext,
  type: string,
  patients: readonly string[] | undefined,
): QueryNode {
  return ABOUT_OTHERS.has(type) ? derived(access, type, () => leftOf(access, type, patients)) : and();
}

/** Whichever patient is asked of. */
const derived = derivedOnce<QueryNode>();

function leftOf(access: AccessContext, type: string, patients: readonly string[] | undefined): QueryNode {
  const kept = (of: string): QueryNode =>
    of === 'Binary'
      ? or(keptOf(access, of, type, patients), not(filesLeft(access, type, patients)))
      : keptOf(access, of, type, patients);
  const aboutKept = together(RECORD_TYPES, kept).map(([types, where]) => linked('about', types, where, true));
  return and(...aboutKept.map(not), type === 'Binary' ? filesLeft(access, type, patients) : and());
}

/** Binaries that nothing names which is kept: by its label, by a Consent, or by what a role or a granular scope leaves of its type. */
function filesLeft(
  access: AccessContext,
  beside: string,
  patients: readonly string[] | undefined,
): QueryNode {
  const kept = (of: string): QueryNode =>
    or(
      keptOf(access, of, beside, patients),
      within(patients, () => not(granted(access, of, patients === undefined))),
    );
  return and(
    ...together(RECORD_TYPES, kept).map(([types, where]) => not(linked('file', types, where, true))),
  );
}

/** By its label or a Consent. */
function keptOf(
  access: AccessContext,
  type: string,
  beside: string,
  patients: readonly string[] | undefined,
): QueryNode {
  const byConsent = access.consents ? consentDenial(access.consents, type, beside) : none;
  // A Patient is shown whatever its labels are (read-condition.ts).
  const byLabel =
    type === 'Patient' ? none : within(patients, (each) => (each ? keptByLabel(access, [each]) : none));
  return or(byConsent, byLabel);
}

/** In each of these records; of staff: wherever it is. */
function within(
  patients: readonly string[] | undefined,
  node: (patient: string | undefined) => QueryNode,
): QueryNode {
  if (patients === undefined) return node(undefined);
  return or(...patients.map((patient) => and({ kind: 'owner', patients: [patient] }, node(patient))));
}

/** What scopes leave of a type. One that an app was not given at all says nothing of files, where the app was given those; one that a role does not have does. */
function granted(access: AccessContext, type: string, isStaff: boolean): QueryNode {
  const scopes = [...granting(access.scopes, type, 'r'), ...granting(access.scopes, type, 's')];
  return scopes.length === 0 && !isStaff ? and() : or(...scopes.map(filterCondition));
}

/** Types of which the same is asked, together. */
export function together(
  types: readonly string[],
  condition: (type: string) => QueryNode,
): [types: string[], where: QueryNode][] {
  const groups = new Map<string, [string[], QueryNode]>();
  for (const type of types) {
    const where = condition(type);
    const key = JSON.stringify(where);
    const found = groups.get(key);
    if (found) found[0].push(type);
    else groups.set(key, [[type], where]);
  }
  return [...groups.values()];
}
