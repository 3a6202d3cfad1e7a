/**
 * Who belongs to a Group by a query: Bulk Data's member-filter (https://hl7.org/fhir/uv/bulkdata/STU3/group.html), and beside it this server's own
 * `urn:wellspring:member-exclusion`, in the same form. One that could never be asked is refused when the Group is written, not when somebody waits for its members.
 */
import { businessRule, tooCostly } from '@wellspring/profiles';
import { OWNER_ELEMENTS } from '../../access/owner-table.ts';
import type { CodeSets } from '../../search/parse-context.ts';
import { parseWritten, writtenParameters } from '../../search/written-query.ts';

export const MEMBER_FILTER = 'http://hl7.org/fhir/uv/bulkdata/StructureDefinition/member-filter';
export const MEMBER_EXCLUSION = 'urn:wellspring:member-exclusion';

export interface WithMemberQueries {
  readonly modifierExtension?: readonly {
    readonly url?: string;
    readonly valueExpression?: { readonly language?: string; readonly expression?: string };
  }[];
}

/** Of a Group: the query that stands at `expression`. */
export interface MemberQuery {
  readonly url: typeof MEMBER_FILTER | typeof MEMBER_EXCLUSION;
  readonly type: string;
  readonly parameters: readonly [string, string][];
  readonly expression: string;
}

/** Each is asked of every record. */
const MOST_QUERIES = 20;
/** What value sets and code systems hold is asked when the members are: they may come later. */
const ANY_CODES: CodeSets = {
  inSet: () => [],
  hierarchy: (_system, code) => [code],
  caseOf: () => undefined,
};

/** Other modifiers are passed over. Throws 422 for what is no query over a type of patients' records, 413 for too many. */
export function memberQueries({ modifierExtension = [] }: WithMemberQueries): MemberQuery[] {
  const found = modifierExtension.flatMap(({ url, valueExpression }, index) => {
    if (url !== MEMBER_FILTER && url !== MEMBER_EXCLUSION) return [];
    const at = `Group.modifierExtension[${index}].value`;
    const place = `${at}.expression`;
    const { language, expression = '' } = valueExpression ?? {};
    if (language !== 'application/x-fhir-query')
      throw businessRule('The language of a member-filter is application/x-fhir-query.', `${at}.language`);
    const [, type = '', query = ''] = /^([A-Z][A-Za-z]+)\?(.+)$/s.exec(expression) ?? [];
    if (type !== 'Patient' && !Object.hasOwn(OWNER_ELEMENTS, type))
      throw businessRule('A member-filter is a query ([type]?…) over a type of patients’ records.', place);
    return { url, type, parameters: writtenParameters(query, place), expression: place } as const;
  });
  if (found.length > MOST_QUERIES) throw tooCostly(`A Group has ${MOST_QUERIES} queries at most.`);
  return found;
}

/** Of a Group that is to be stored: 422 for what nobody could ask. Whether its reader may ask it is told when it is asked. */
export function checkMemberQueries(
  group: WithMemberQueries,
  context: { readonly baseUrl: string; readonly now: () => number },
): void {
  for (const { type, parameters, expression } of memberQueries(group))
    parseWritten({ ...context, codeSets: ANY_CODES }, type, parameters, expression);
}
