import type { Pattern } from '../../fhirpath/pattern.ts';
import { addIssue, type CodeQuestion, type Issue, tooCostly } from '../../outcome.ts';
import type { ValueSet } from '../../terminology/resources.ts';
import type { Questionnaire } from './questionnaire.ts';

/** More faults than this help nobody. */
const MAX_ISSUES = 50;

/** What the check of one response works with. */
export interface Context {
  readonly questionnaire: Questionnaire;
  /** Answers may no longer be missing. */
  readonly isWhole: boolean;
  readonly linkIds: ReadonlySet<string>;
  readonly issues: Issue[];
  /** Conditions times answers, options times answers, patterns times texts: what a questionnaire that comes with the response may ask for is bounded. */
  readonly spend: (steps: number) => void;
  /** Contained value sets, by their names. */
  readonly sets: Map<string, ValueSet>;
  /** Made once each; undefined: it can't be matched here. */
  readonly patterns: Map<string, Pattern | undefined>;
}

/** Of one response: some 40 ms. A long form with long lists of options takes some thousands. */
const MOST_STEPS = 200_000;

export function createSpend(): Context['spend'] {
  let left = MOST_STEPS;
  return (steps) => {
    left -= steps;
    if (left < 0)
      throw tooCostly(
        'The conditions, options and patterns of this Questionnaire are too many to check the answers by.',
      );
  };
}

/** Faults are errors unless another severity is named. */
export function report(
  { issues }: Context,
  code: string,
  diagnostics: string,
  expression: string,
  severity: Issue['severity'] = 'error',
  question?: CodeQuestion,
): void {
  const issue = { severity, code, diagnostics, expression, ...(question ? { question } : {}) };
  addIssue(issues, issue, MAX_ISSUES);
}
