/**
 * Where in what an operation was given a fault stands. Operations name the parameter; what was sent tells its place: an element of the Parameters, or `http.[name]` of a query parameter
 * (https://hl7.org/fhir/R4/operationoutcome-definitions.html#OperationOutcome.issue.location).
 */
import { FhirError, type Issue, isResourceType, placeOfParameter } from '@wellspring/profiles';
import type { FhirRequest, Interaction } from '../interactions/request.ts';

type Given = Pick<FhirRequest, 'query' | 'resource'>;

export const withPlaceOfFault =
  (run: Interaction): Interaction =>
  async (services, request) => {
    // An operation may change what it was given.
    const given = namesOf(request.resource);
    try {
      return await run(services, request);
    } catch (error) {
      throw error instanceof FhirError ? placed(error, request, given) : error;
    }
  };

/** Of each parameter, in their order: its name, and what holds its value. */
type Names = readonly (readonly [name: unknown, member: string])[] | undefined;

function namesOf(resource: Given['resource']): Names {
  if (resource?.resourceType !== 'Parameters') return undefined;
  const { parameter } = resource as { readonly parameter?: unknown };
  return (Array.isArray(parameter) ? parameter : []).map((each) => {
    const members = Object.keys((each ?? {}) as object);
    const isValue = members.some((member) => /^value[A-Z]/.test(member));
    return [each?.name, isValue ? '.value' : members.includes('resource') ? '.resource' : ''] as const;
  });
}

function placed(error: FhirError, { query }: Given, names: Names): FhirError {
  const issues = error.issues.map((issue) => {
    const name = nameIn(issue, [...query, ...(names ?? [])]);
    if (name !== undefined) return { ...issue, expression: placeOf(name, query, names) };
    // There are no Parameters in a URL.
    const { expression, ...rest } = issue;
    return expression === ANYWHERE && !names ? rest : issue;
  });
  return new FhirError(error.status, issues, { cause: error.cause, headers: { ...error.headers } });
}

const ANYWHERE = 'Parameters.parameter';

/** The parameter that an issue is about: by its name, or as its text has it among those that were given. */
function nameIn(
  { expression, diagnostics }: Issue,
  given: readonly (readonly unknown[])[],
): string | undefined {
  if (expression === undefined) return undefined;
  // Whoever sends one may call it as a path is written.
  if (given.some(([name]) => name === expression)) return expression;
  if (expression !== ANYWHERE) return isName(expression) ? expression : undefined;
  const named = given.map(([name]) => String(name)).filter((name) => diagnostics.includes(`'${name}'`));
  return named[0];
}

/** No path: of a resource, or of a request. */
const isName = (text: string): boolean =>
  !/[.[($]/.test(text) && text !== 'Parameters' && !isResourceType(text);

function placeOf(name: string, query: Given['query'], names: Names): string {
  const at = (names ?? []).findIndex(([each]) => each === name);
  const [, member = ''] = names?.[at] ?? [];
  if (at >= 0) return `${ANYWHERE}[${at}]${member}`;
  return names && !query.some(([each]) => each === name) ? ANYWHERE : placeOfParameter(name);
}
