/** What is written is R4, keeps the profiles that are required and that it claims, and answers the form that it names. */
import {
  type Answers,
  claimedProfiles,
  type Issue,
  invalidProfile,
  invalidResource,
  type Known,
  loaded,
  validateProfiles,
} from '@wellspring/profiles';
import { makeReferencesLocal, referenceIssues } from '../../search/own-references.ts';
import { answerQuestions, decided } from '../../terminology/answer-questions.ts';
import { answerIssues } from '../checks/check-answers.ts';
import { resourceIssues } from '../checks/check-resource.ts';
import { allTerminologies } from '../checks/known-terminology.ts';
import type { RepositoryOptions } from '../repository-options.ts';
import type { ResourceJson } from '../text/resource-text.ts';
import type { Preparation } from './preparation.ts';

/** References to this server by its address become relative ones; 422 for those of which nobody can say whether they are. */
export function settleAddresses(resource: ResourceJson, baseUrl: string): void {
  makeReferencesLocal(resource, baseUrl);
  const unclear = referenceIssues(resource, baseUrl);
  if (unclear.length > 0) throw invalidResource(unclear);
}

/** 422 with the faults. `together`: what is written in the same commit, where a form may be among it. */
export async function checkContent(
  { store, options }: Pick<Preparation, 'store' | 'options'>,
  resource: ResourceJson,
  together: readonly ResourceJson[],
): Promise<void> {
  const terminologies = allTerminologies(store, options.terminology ?? {}, options.baseUrl);
  const issues = [
    ...(await decided(terminologies, (answers) => profileIssues(options, resource, answers))),
    ...(await answerIssues({ store, baseUrl: options.baseUrl }, resource, together)),
  ];
  const isOpen = issues.some(({ question }) => question);
  refuseFaults(isOpen ? await answerQuestions(terminologies, issues) : issues);
}

/** Structure and R4's own rules first; profiles are asked of what passes those. What is left are warnings, and questions of codes. */
function profileIssues(
  { requiredProfiles, uncheckedProfiles }: RepositoryOptions,
  resource: ResourceJson,
  answers: Answers,
): readonly Issue[] {
  const known: Known = { ...loaded, answers };
  const issues = resourceIssues(resource, known);
  const faults = issues.filter(({ severity }) => severity === 'error');
  if (faults.length > 0) throw invalidResource(faults);
  const required = requiredProfiles.get(resource.resourceType) ?? [];
  const asked = [...required, ...claimedProfiles(resource)];
  const beyond = validateProfiles(resource, asked, uncheckedProfiles, known);
  refuseFaults(beyond);
  return [...issues, ...beyond];
}

/** 422 for what is wrong beyond R4's own structure; warnings refuse nothing. */
function refuseFaults(issues: readonly Issue[]): void {
  const faults = issues.filter(({ severity }) => severity === 'error');
  if (faults.length > 0) throw invalidProfile(faults);
}
