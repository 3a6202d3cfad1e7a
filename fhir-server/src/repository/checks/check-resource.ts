/** What is wrong with a resource by R4 itself, as it was sent: its structure, and how its numbers were written. */
import { type Issue, misspelledWholeNumbers, validateResource } from '@wellspring/profiles';
import { hasSpellings, type ResourceJson, spellingOf } from '../text/resource-text.ts';

/** [] = valid R4. */
export function resourceIssues(resource: ResourceJson): Issue[] {
  const issues = validateResource(resource);
  if (issues.some(({ severity }) => severity === 'error') || !hasSpellings(resource)) return issues;
  return [...issues, ...misspelledWholeNumbers(resource, spellingOf)];
}
