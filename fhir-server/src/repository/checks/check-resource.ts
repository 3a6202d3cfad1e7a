/** What is wrong with a resource by R4 itself, as it was sent: its structure, and how its numbers were written. */
import {
  type Issue,
  type Known,
  loaded,
  misspelledWholeNumbers,
  validateResource,
} from '@wellspring/profiles';
import { hasSpellings, type ResourceJson, spellingOf } from '../text/resource-text.ts';

/** [] = valid R4. */
export function resourceIssues(resource: ResourceJson, known: Known = loaded): Issue[] {
  const issues = validateResource(resource, known);
  if (issues.some(({ severity }) => severity === 'error') || !hasSpellings(resource)) return issues;
  return [...issues, ...misspelledWholeNumbers(resource, spellingOf)];
}
