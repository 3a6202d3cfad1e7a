/**
 * What changes for those who act for a child as the child grows up, as data: which labels and types are withheld from them from which age, when their access ends,
 * from when the young person may have an account. The default is age-policy.json of this package; AGE_POLICY_FILE names another. docs/SECURITY.md tells how it is read.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { OWNER_ELEMENTS } from './owner-table.ts';
import { readPolicyFile } from './policy-file.ts';

export interface Label {
  readonly system: string;
  readonly code: string;
}

export interface AgeRule {
  /** Years: from the day on which the patient is that old. */
  readonly from: number;
  /** Security labels of what is withheld. */
  readonly withheldLabels: readonly Label[];
  /** Resource types that are withheld whole. */
  readonly withheldTypes: readonly string[];
  /** Whoever acts by being a parent does so no more. */
  readonly ended: boolean;
}

export interface AgePolicy {
  /** Relations (`system|code`) that rest on the patient's being a child. */
  readonly parents: ReadonlySet<string>;
  /** Days before a change on which both sides are told; 0: on the day. */
  readonly tellDaysBefore: readonly number[];
  /** Years. */
  readonly ownAccountFrom: number;
  /** By age, the lowest first. */
  readonly rules: readonly AgeRule[];
}

const MOST_YEARS = 30;
const years = z.number().int().min(0).max(MOST_YEARS);
const coding = z.string().regex(/^[^|\s]+\|[^|\s]+$/, 'must be system|code');
const label = coding.transform((text) => {
  const [system = '', code = ''] = text.split('|');
  return { system, code };
});

const rule = z
  .strictObject({
    from: years,
    withheldLabels: z.array(label).default([]),
    withheldTypes: z
      .array(z.string().refine((type) => Object.hasOwn(OWNER_ELEMENTS, type), 'is no type of a record'))
      .default([]),
    ended: z.boolean().default(false),
  })
  .refine(
    ({ withheldLabels, withheldTypes, ended }) =>
      ended || withheldLabels.length > 0 || withheldTypes.length > 0,
    'changes nothing',
  );

const schema = z.strictObject({
  parents: z.array(coding),
  tellDaysBefore: z.array(z.number().int().min(0).max(365)).max(5),
  ownAccountFrom: years,
  rules: z
    .array(rule)
    .max(20)
    .refine(
      (rules) => rules.every(({ from }, at) => at === 0 || from > (rules[at - 1]?.from ?? 0)),
      'must be in the order of age, one rule an age',
    ),
});

export const DEFAULT_AGE_POLICY_FILE: string = join(import.meta.dirname, '..', '..', 'age-policy.json');

/** Throws an Error of one line that names the file and what is wrong in it. */
export function readAgePolicy(file: string = DEFAULT_AGE_POLICY_FILE): AgePolicy {
  const policy = readPolicyFile('age policy', file, schema);
  return { ...policy, parents: new Set(policy.parents) };
}
