/** Answers and reports inside of a resource (a Bundle, Parameters, what is contained), each by its own form or Measure, which may stand beside it. */
import { type Issue, resourcesWithin } from '@wellspring/profiles';
import type { ResourceJson } from '../text/resource-text.ts';
import { answerIssues, type Whereabouts } from './check-answers.ts';
import { reportIssues } from './check-report.ts';

/** More of one resource are not looked at: each is a look-up, and some 40 ms. */
const MOST = 50;
const CHECKED: ReadonlySet<unknown> = new Set(['QuestionnaireResponse', 'MeasureReport']);

/** Issues at their places in `resource`, which is valid R4. Its own answers are checked as those of a write are. */
export async function closerIssues(
  where: Whereabouts,
  readable: Parameters<typeof reportIssues>[0],
  resource: ResourceJson,
): Promise<Issue[]> {
  const inside = resourcesWithin(resource);
  const checked = inside.filter((each) => CHECKED.has(each.resource.resourceType));
  const beside = inside.map((each) => each.resource as ResourceJson);
  const issues = [...(await reportIssues(readable, resource))];
  for (const { resource: one, path, root } of checked.slice(0, MOST)) {
    const names = [one, beside, root] as [ResourceJson, ResourceJson[], ResourceJson];
    const found = [...(await answerIssues(where, ...names)), ...(await reportIssues(readable, ...names))];
    issues.push(...found.map((issue) => placed(issue, String(one.resourceType), path)));
  }
  if (checked.length > MOST) issues.push(notAll(resource));
  return issues;
}

function placed(issue: Issue, type: string, path: string): Issue {
  const { expression } = issue;
  return expression?.startsWith(type)
    ? { ...issue, expression: path + expression.slice(type.length) }
    : issue;
}

const notAll = ({ resourceType }: ResourceJson): Issue => ({
  severity: 'warning',
  code: 'incomplete',
  diagnostics: `Only the first ${MOST} forms and reports inside were checked.`,
  expression: resourceType,
});
