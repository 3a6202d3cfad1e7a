/** What is wrong with a resource by R4 itself, as it was sent: its structure, and how its numbers were written. */
import { type Issue, misspelledWholeNumbers, validateResource } from '@wellspring/profiles';
import { hasSpellings, type ResourceJson, spellingOf } from './resource-text.ts';

/** [] = valid R4. */
export function resourceIssues(resource: ResourceJson): Issue[] {
  const issues = validateResource(resource);
  if (issues.length > 0 || !hasSpellings(resource)) return issues;
  return misspelledWholeNumbers(resource, spellingOf);
}
