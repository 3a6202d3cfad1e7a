/**
 * A QuestionnaireResponse against its Questionnaire (https://hl7.org/fhir/R4/questionnaireresponse.html#link): one that is contained, written
 * with it, or stored here. Definitions are no patient's data: they are looked up whatever the writer may read.
 */
import {
  type Issue,
  type Questionnaire,
  type QuestionnaireResponse,
  terminology,
  validateAnswers,
} from '@wellspring/profiles';
import { addressedId, namedBy, withoutFragment } from '../../search/canonicals.ts';
import type { QueryNode } from '../../search/query.ts';
import type { ResourceStore } from '../../store/store.ts';
import type { ResourceJson } from '../text/resource-text.ts';

type Store = Pick<ResourceStore, 'search'>;

/** Where Questionnaires are stored, and the base URL under which they are reached. */
export interface Whereabouts {
  readonly store: Store;
  readonly baseUrl: string;
}

/** More versions of one questionnaire than this are not looked through. */
const MAX_VERSIONS = 20;

/**
 * [] for other resources. Questions of codes are open still (terminology/answer-questions.ts). A Questionnaire that is not here is a warning: nothing can be said of the answers.
 * `holder`: what the Questionnaire may be contained in.
 */
export async function answerIssues(
  where: Whereabouts,
  resource: ResourceJson,
  writtenWithIt: readonly ResourceJson[] = [],
  holder: ResourceJson = resource,
): Promise<Issue[]> {
  if (resource.resourceType !== 'QuestionnaireResponse') return [];
  const response = resource as unknown as QuestionnaireResponse;
  const { questionnaire: canonical } = response;
  if (canonical === undefined) return [];
  const questionnaire = await questionnaireOf(where, holder, canonical, writtenWithIt);
  if (!questionnaire) return [unknown(canonical)];
  return validateAnswers(response, questionnaire);
}

const EXPRESSION = 'QuestionnaireResponse.questionnaire';

function unknown(canonical: string): Issue {
  const isOther = terminology().valueSet(canonical) ?? terminology().codeSystem(canonical);
  if (isOther)
    return {
      severity: 'error',
      code: 'value',
      diagnostics: `A Questionnaire was expected; this is the URL of a ${isOther.resourceType}.`,
      expression: EXPRESSION,
    };
  return {
    severity: 'warning',
    code: 'not-found',
    diagnostics: 'The answers were not checked: the Questionnaire is not known here.',
    expression: EXPRESSION,
  };
}

async function questionnaireOf(
  { store, baseUrl }: Whereabouts,
  { contained }: ResourceJson,
  canonical: string,
  writtenWithIt: readonly ResourceJson[],
): Promise<Questionnaire | undefined> {
  if (canonical.startsWith('#')) {
    const held = (Array.isArray(contained) ? contained : []) as ResourceJson[];
    return held.find(({ resourceType, id }) => resourceType === 'Questionnaire' && `#${id}` === canonical) as
      | Questionnaire
      | undefined;
  }
  const beside = publishedBeside<Questionnaire>(writtenWithIt, 'Questionnaire', canonical, baseUrl);
  return (
    beside ?? stored<Questionnaire>(store, 'Questionnaire', namedBy('Questionnaire', canonical, baseUrl))
  );
}

/** What is published under the canonical, among resources that come together. */
export function publishedBeside<T>(
  resources: readonly ResourceJson[],
  type: string,
  canonical: string,
  baseUrl?: string,
): T | undefined {
  const [url, version] = (withoutFragment(canonical) ?? '').split('|');
  const id = addressedId(type, canonical, baseUrl);
  const found = resources.find(
    (each) =>
      each.resourceType === type &&
      (each.url === url || (id !== undefined && each.id === id)) &&
      (version === undefined || each.version === version),
  );
  return found as T | undefined;
}

/** The newest where there are several: active ones before drafts and retired ones. */
async function stored<T>(store: Store, type: string, where: QueryNode): Promise<T | undefined> {
  const { matches } = await store.search({
    type,
    where,
    sort: [{ by: 'lastUpdated', descending: true }],
    count: MAX_VERSIONS,
    total: 'none',
  });
  const found = matches.flatMap(({ body }) => (body === undefined ? [] : [JSON.parse(body)]));
  return (found.find(({ status }) => status === 'active') ?? found[0]) as T | undefined;
}
