/**
 * Who belongs to a Group by a query: Bulk Data's member-filter (https://hl7.org/fhir/uv/bulkdata/STU3/group.html), and beside it this server's own
 * `urn:wellspring:member-exclusion`, in the same form. One that could never be asked is refused when the Group is written, not when somebody waits for its members.
 */
import { businessRule, tooCostly } from '@wellspring/profiles';
import { OWNER_ELEMENTS } from '../../access/owner-table.ts';
import type { CodeSets } from '../../search/parse-context.ts';
import { parseWritten, writtenParameters } from '../../search/written-query.ts';
import { MEMBER_EXCLUSION, MEMBER_FILTER } from '../../validation/understood.ts';

interface MemberExtension {
  readonly url?: string;
  readonly valueExpression?: { readonly language?: string; readonly expression?: string };
}

interface Extended {
  readonly extension?: readonly MemberExtension[];
  readonly modifierExtension?: readonly MemberExtension[];
}

export type WithMemberQueries = Pick<Extended, 'modifierExtension'>;

export interface WrittenGroup extends Extended {
  readonly member?: readonly Extended[];
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

const isMemberQuery = (url: string | undefined): url is MemberQuery['url'] =>
  url === MEMBER_FILTER || url === MEMBER_EXCLUSION;

/** Other modifiers are passed over. Throws 422 for what is no query over a type of patients' records, 413 for too many. */
export function memberQueries({ modifierExtension = [] }: WithMemberQueries): MemberQuery[] {
  const found = modifierExtension.flatMap(({ url, valueExpression }, index) => {
    if (!isMemberQuery(url)) return [];
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
  group: WrittenGroup,
  context: { readonly baseUrl: string; readonly now: () => number },
): void {
  checkPlaces(group);
  for (const { type, parameters, expression } of memberQueries(group))
    parseWritten({ ...context, codeSets: ANY_CODES }, type, parameters, expression);
}

/** One that stands anywhere else narrows nothing: the Group would hand out more than its writer meant. */
function checkPlaces({ extension, member = [] }: WrittenGroup): void {
  const places: readonly (readonly [string, readonly MemberExtension[] | undefined])[] = [
    ['Group.extension', extension],
    ...member.flatMap((each, index) =>
      (['extension', 'modifierExtension'] as const).map(
        (name) => [`Group.member[${index}].${name}`, each[name]] as const,
      ),
    ),
  ];
  for (const [place, extensions = []] of places) {
    const at = extensions.findIndex(({ url }) => isMemberQuery(url));
    if (at >= 0)
      throw businessRule('A member-filter is a modifierExtension of the Group.', `${place}[${at}]`);
  }
}
