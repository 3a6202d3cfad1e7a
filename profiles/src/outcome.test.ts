/** https://hl7.org/fhir/R4/operationoutcome.html */
import { expect, it } from 'vitest';
import { firstIssues, type Issue, operationOutcome } from './outcome.ts';

const issue = (severity: Issue['severity'], diagnostics: string): Issue => ({
  severity,
  code: 'value',
  diagnostics,
});
const many = (count: number, severity: Issue['severity']) =>
  Array.from({ length: count }, (_, i) => issue(severity, `${severity} ${i}`));

it('an outcome lists a hundred issues, the most severe, in their order, and says how many more there are', () => {
  const { issue: told } = operationOutcome([
    ...many(60, 'warning'),
    ...many(60, 'error'),
    ...many(60, 'information'),
  ]);
  expect(told).toHaveLength(101);
  expect(told.slice(0, 40).map(({ severity }) => severity)).toEqual(Array(40).fill('warning'));
  expect(told.slice(40, 100).map(({ severity }) => severity)).toEqual(Array(60).fill('error'));
  expect(told.at(-1)).toEqual({
    severity: 'information',
    code: 'informational',
    diagnostics: '80 more issues are not listed.',
  });
});

it('what was left out before is counted too; what fits is listed whole', () => {
  const first = firstIssues(firstIssues(many(80, 'error'), 50), 20);
  expect(operationOutcome(first).issue.at(-1)?.diagnostics).toBe('60 more issues are not listed.');
  expect(operationOutcome(many(100, 'error')).issue).toHaveLength(100);
});
