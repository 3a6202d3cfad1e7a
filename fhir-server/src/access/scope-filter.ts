/** What a granular scope leaves of a type (https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#finer-grained-resource-constraints-using-search-parameters). */
import { and, type QueryNode } from '../search/query.ts';
import { tokenNode } from '../search/types/token.ts';
import type { Scope } from './scope.ts';

export const filterCondition = (scope: Scope): QueryNode =>
  and(...scope.filter.map(([param, value]) => tokenNode(param, value)));
