/**
 * What each role of staff may do, as data: which types and interactions, and whose records. The default is role-policy.json of this package;
 * ROLE_POLICY_FILE names another. docs/SECURITY.md tells how it is read.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { readPolicyFile } from './policy-file.ts';
import { parseScopes, type Scope } from './scope.ts';

/** How a patient comes to be somebody's: see reach.ts. */
const RELATIONS = [
  'everybody',
  'organization',
  'general-practitioner',
  'care-team',
  'encounter',
  'appointment',
  'consent',
] as const;
export type Relation = (typeof RELATIONS)[number];

export interface Grant {
  /** Without a level: `user/` and `patient/` scopes of a token are narrowed by them alike. */
  readonly scopes: readonly Scope[];
  readonly patients: readonly Relation[];
}

export interface RoleRules {
  readonly name: string;
  /** Of PractitionerRole.code: `system|code`; one that ends in `*` is a beginning. */
  readonly codes: readonly string[];
  readonly grants: readonly Grant[];
  /** How long a record stays open that is opened in an emergency; undefined: this role opens none. */
  readonly glassMinutes: number | undefined;
  /** How many patients one broadcast of theirs may go to; undefined: they send none. */
  readonly broadcastsTo: number | undefined;
  /** Sees how subscriptions, exports and imports of others do, and has what was given up sent again. */
  readonly oversees: boolean;
}

export interface RolePolicy {
  /** What every member of staff with a valid role may do beyond records: the directory. */
  readonly everyone: readonly Scope[];
  /** A Patient without a managingOrganization belongs to every organization here (one clinic) rather than to none. */
  readonly sharedPatients: boolean;
  /** An encounter or appointment makes a patient somebody's for so many days before and after it. */
  readonly recentDays: number;
  /** A patient is told by a message when their record was opened in an emergency. */
  readonly tellPatient: boolean;
  readonly roles: readonly RoleRules[];
}

const scopes = z.string().transform((text, context) => {
  const words = text.match(/\S+/g) ?? [];
  const read = words.flatMap((word) => parseScopes(`user/${word}`));
  if (read.length !== words.length)
    context.addIssue({ code: 'custom', message: 'has something that is no scope (Type.cruds, *.rs …)' });
  return read;
});

const role = z.strictObject({
  codes: z.array(z.string().regex(/^[^|\s]+\|[^|\s]+$/, 'must be system|code')).min(1),
  grants: z.array(z.strictObject({ scopes, patients: z.array(z.enum(RELATIONS)) })),
  breakTheGlass: z.strictObject({ minutes: z.number().int().min(1).max(1440) }).optional(),
  broadcasts: z.strictObject({ recipients: z.number().int().min(1).max(20_000) }).optional(),
  oversight: z.boolean().optional(),
});

const schema = z.strictObject({
  everyone: scopes,
  sharedPatients: z.boolean(),
  recentDays: z.number().int().min(0).max(36_500),
  tellPatient: z.boolean(),
  roles: z.record(z.string(), role),
});

export const DEFAULT_POLICY_FILE: string = join(import.meta.dirname, '..', '..', 'role-policy.json');

/** Throws an Error of one line that names the file and what is wrong in it. */
export function readRolePolicy(file: string = DEFAULT_POLICY_FILE): RolePolicy {
  const { roles, ...rest } = readPolicyFile('role policy', file, schema);
  return {
    ...rest,
    roles: Object.entries(roles).map(([name, { codes, grants, breakTheGlass, broadcasts, oversight }]) => ({
      name,
      codes,
      grants,
      glassMinutes: breakTheGlass?.minutes,
      broadcastsTo: broadcasts?.recipients,
      oversees: oversight === true,
    })),
  };
}

/** The rules that a PractitionerRole's codes name; several where it has several. */
export function rulesFor(
  { roles }: RolePolicy,
  codes: readonly { readonly system?: string; readonly code?: string }[],
): RoleRules[] {
  return roles.filter((rules) => rules.codes.some((pattern) => codes.some((code) => matches(pattern, code))));
}

function matches(
  pattern: string,
  { system, code }: { readonly system?: string; readonly code?: string },
): boolean {
  if (code === undefined) return false;
  const text = `${system ?? ''}|${code}`;
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
