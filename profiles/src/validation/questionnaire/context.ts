import type { CodeQuestion, Issue } from '../../outcome.ts';
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
  if (issues.length < MAX_ISSUES)
    issues.push({ severity, code, diagnostics, expression, ...(question ? { question } : {}) });
}
