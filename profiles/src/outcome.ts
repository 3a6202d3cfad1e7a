/**
 * The one error class, and the named functions that make it: every failed FHIR request becomes an OperationOutcome
 * (https://hl7.org/fhir/R4/operationoutcome.html). No other module writes `new FhirError` or an OperationOutcome literal.
 */
import type { ValueSet } from './terminology/resources.ts';

/** An OperationOutcome issue; `expression` is a FHIRPath that points at the fault. Diagnostics never hold patient data. */
export interface Issue {
  readonly severity: 'fatal' | 'error' | 'warning' | 'information';
  /** https://hl7.org/fhir/R4/valueset-issue-type.html */
  readonly code: string;
  readonly diagnostics: string;
  readonly expression?: string;
  /** What could not be told here; the issue stands where nobody else can tell either. */
  readonly question?: CodeQuestion;
  /** So many others were found beside it, and are not told (addIssue). */
  readonly more?: number;
}

/** Adds it; where there are as many as help anybody, it is counted. */
export function addIssue(issues: Issue[], issue: Issue, most: number): void {
  const last = issues.at(-1);
  if (issues.length < most || !last) issues.push(issue);
  else issues[issues.length - 1] = { ...last, more: (last.more ?? 0) + 1 + (issue.more ?? 0) };
}

/** The first of a list, with how many there were besides. */
export function firstIssues(issues: readonly Issue[], most: number): Issue[] {
  const first: Issue[] = [];
  for (const each of issues) addIssue(first, each, most);
  return first;
}

/** Whether one of these codings is in a value set: for who knows more code systems than the definitions. */
export interface CodeQuestion {
  /** Its URL, or a contained one. */
  readonly valueSet: string | ValueSet;
  readonly codings: readonly { readonly system: string | undefined; readonly code: string }[];
  /** The issue where none of them is. */
  readonly otherwise: Pick<Issue, 'severity' | 'code' | 'diagnostics'>;
  /** Where nobody can tell, nothing is said either. */
  readonly isAdvice?: boolean;
  /** What else is found hangs on it: which slice something is of, which of several profiles it meets. It is asked, and what it is about validated again with the answer. */
  readonly decides?: boolean;
}

/** Whether codes are in value sets, as who knows more told: by `answerKey`. */
export type Answers = ReadonlyMap<string, boolean>;

export const answerKey = (valueSet: string, { system, code }: CodeQuestion['codings'][number]): string =>
  JSON.stringify([valueSet, system, code]);

export class FhirError extends Error {
  readonly status: number;
  readonly issues: readonly Issue[];
  /** Response headers that belong to the error, e.g. WWW-Authenticate. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    issues: readonly Issue[],
    options: ErrorOptions & { headers?: Record<string, string> } = {},
  ) {
    super(issues[0]?.diagnostics ?? 'error', options);
    this.name = 'FhirError';
    this.status = status;
    this.issues = issues;
    this.headers = options.headers ?? {};
  }
}

/** What is said of something that refuses no write. */
export const asWarning = (issue: Issue): Issue =>
  issue.severity === 'error' ? { ...issue, severity: 'warning' } : issue;

interface OperationOutcome {
  readonly resourceType: 'OperationOutcome';
  readonly issue: readonly {
    readonly severity: Issue['severity'];
    readonly code: string;
    readonly diagnostics: string;
    readonly expression?: readonly string[];
    readonly location?: readonly string[];
  }[];
}

/** More in one outcome help nobody. */
const MOST_TOLD = 100;

const SEVERITIES: readonly Issue['severity'][] = ['fatal', 'error', 'warning', 'information'];

/** The most severe, in their order, and how many there are besides. */
function toldOf(issues: readonly Issue[]): readonly Issue[] {
  const counted = issues.reduce((sum, { more = 0 }) => sum + more, 0);
  if (issues.length <= MOST_TOLD && counted === 0) return issues;
  const bySeverity = SEVERITIES.flatMap((severity) => issues.filter((each) => each.severity === severity));
  const kept = new Set(bySeverity.slice(0, MOST_TOLD));
  const more = issues.length - kept.size + counted;
  const note: Issue = {
    severity: 'information',
    code: 'informational',
    diagnostics: `${more} more ${more === 1 ? 'issue is' : 'issues are'} not listed.`,
  };
  return [...issues.filter((each) => kept.has(each)), note];
}

/** Issues as a resource: a hundred at most, and how many more there are. */
export function operationOutcome(issues: readonly Issue[]): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: toldOf(issues).map(({ severity, code, diagnostics, expression }) => ({
      severity,
      code,
      diagnostics,
      ...(expression === undefined ? {} : { expression: [expression] }),
      ...(expression?.startsWith(OF_HTTP) ? { location: [expression] } : {}),
    })),
  };
}

/** What is wrong with a parameter of a request is told by its name (https://hl7.org/fhir/R4/operationoutcome-definitions.html#OperationOutcome.issue.location). */
const OF_HTTP = 'http.';
const LONGEST_NAME = 64;

export const placeOfParameter = (name: string): string => `${OF_HTTP}${name.slice(0, LONGEST_NAME)}`;

/** As `read` does; a failure that names no place is told of the parameter. */
export function ofParameter<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof FhirError ? pointedAt(error, placeOfParameter(name)) : error;
  }
}

function failure(status: number, code: string, diagnostics: string, expression?: string): FhirError {
  return new FhirError(status, [issue(code, diagnostics, expression)]);
}

function issue(code: string, diagnostics: string, expression?: string): Issue {
  return { severity: 'error', code, diagnostics, ...(expression === undefined ? {} : { expression }) };
}

/** 404: also the answer where existence is private. */
export const notFound = (type: string, id: string): FhirError =>
  failure(404, 'not-found', `${type}/${id} was not found.`);
/** 404: a condition that must match one resource matches none. */
export const noMatch = (type: string): FhirError =>
  failure(404, 'not-found', `No ${type} matches the condition.`);
/** 404: a code, or what it is looked up in, is not known here. */
export const notKnown = (text: string, expression?: string): FhirError =>
  failure(404, 'not-found', text, expression);
/** 410: it was there and is deleted. */
export const gone = (type: string, id: string): FhirError =>
  failure(410, 'deleted', `${type}/${id} was deleted.`);
/** 400: the request can't be understood. */
export const invalid = (text: string, expression?: string): FhirError =>
  failure(400, 'invalid', text, expression);
/** 404 for a resource type that R4 does not have. */
export const unknownType = (name: string): FhirError =>
  failure(404, 'not-supported', `'${name.slice(0, 64)}' is not a FHIR R4 resource type.`);
/** 404: no such interaction here. */
export const notSupported = (text: string): FhirError => failure(404, 'not-supported', text);
/** 405 with what is allowed. */
export const methodNotAllowed = (allow: string): FhirError =>
  new FhirError(405, [issue('not-supported', `This method is not allowed here. Allowed: ${allow}.`)], {
    headers: { Allow: allow },
  });
/** 401 (RFC 6750): no token, or one that does not hold. */
export const loginRequired = (text: string, error?: 'invalid_token'): FhirError =>
  new FhirError(401, [issue('login', text)], {
    headers: { 'WWW-Authenticate': error ? `Bearer error="${error}"` : 'Bearer' },
  });
/** 403: the token's scopes don't allow it. */
export const forbidden = (text: string): FhirError =>
  new FhirError(403, [issue('forbidden', text)], {
    headers: { 'WWW-Authenticate': 'Bearer error="insufficient_scope"' },
  });
/** 409: it contradicts what is stored. */
export const conflict = (text: string, expression?: string): FhirError =>
  failure(409, 'conflict', text, expression);
/** 412: If-Match, If-None-Exist or a conditional URL did not hold. */
export const preconditionFailed = (text: string): FhirError => failure(412, 'conflict', text);
export const multipleMatches = (text: string, expression?: string): FhirError =>
  failure(412, 'multiple-matches', text, expression);
export const notAcceptable = (text: string): FhirError => failure(406, 'not-supported', text);
export const unsupportedMediaType = (text: string): FhirError => failure(415, 'not-supported', text);
export const tooLarge = (text: string): FhirError => failure(413, 'too-long', text);
export const tooCostly = (text: string): FhirError => failure(413, 'too-costly', text);
/** 503: the question is understood, and would take longer than a request may. */
export const tookTooLong = (how = 'narrow it, or ask for less at once', what = 'The search'): FhirError =>
  failure(503, 'timeout', `${what} takes too long; ${how}.`);
/** What holds of a write whose answer never came: the same again is done once (https://hl7.org/fhir/R4/http.html#ccreate, #concurrency). */
const ONCE =
  'Whether it was written is not known: send it again as it was; with If-None-Exist or If-Match it is done once.';
/** 503 with Retry-After: the database has ended a write, or what it waited for, by its deadline. */
export const writeTookTooLong = (cause?: unknown): FhirError =>
  new FhirError(503, [issue('timeout', `The database took too long over this write. ${ONCE}`)], {
    cause,
    headers: { 'Retry-After': '5' },
  });
/** 503 with Retry-After: the database went away under a write. */
export const writeUnanswered = (cause?: unknown): FhirError =>
  unavailable(`The database is not available. ${ONCE}`, cause);
/** 429; `why`: a sentence without its end. */
export const throttled = (seconds: number, why = 'Too many requests'): FhirError =>
  new FhirError(429, [issue('throttled', `${why}; try again in ${seconds} s.`)], {
    headers: { 'Retry-After': String(seconds) },
  });
/** 422: as many are there as may be; no waiting helps, but taking one back. */
export const tooMany = (text: string, expression?: string): FhirError =>
  failure(422, 'throttled', text, expression);
/** 422: well-formed, but a rule of FHIR or of this server refuses it. */
export const businessRule = (text: string, expression?: string): FhirError =>
  failure(422, 'business-rule', text, expression);
/** 422: understood, but it can't be done to this resource. */
export const unprocessable = (text: string, expression?: string): FhirError =>
  failure(422, 'processing', text, expression);
/** 500 with a fixed text; the cause is for the log. */
export const internal = (cause: unknown): FhirError =>
  new FhirError(
    500,
    [issue('exception', 'An internal error occurred; the request id in X-Request-Id finds it in the log.')],
    { cause },
  );
/** 503 with Retry-After. */
export const unavailable = (text: string, cause?: unknown): FhirError =>
  new FhirError(503, [issue('transient', text)], { cause, headers: { 'Retry-After': '5' } });

const STRUCTURAL: ReadonlySet<string> = new Set(['structure', 'invalid', 'required', 'value']);

/** The validator's findings: 400 when the JSON is not FHIR at all, 422 when only rules are broken. */
export function invalidResource(issues: readonly Issue[]): FhirError {
  const structural = issues.some(({ severity, code }) => severity !== 'warning' && STRUCTURAL.has(code));
  return new FhirError(structural ? 400 : 422, issues);
}

/** What a profile asks beyond R4 itself: always 422. */
export const invalidProfile = (issues: readonly Issue[]): FhirError => new FhirError(422, issues);

/** The same error, pointing at the place that it was found at. */
export function pointedAt(error: FhirError, expression: string): FhirError {
  const issues = error.issues.map((each) => ({ ...each, expression: each.expression ?? expression }));
  return new FhirError(error.status, issues, { cause: error.cause, headers: { ...error.headers } });
}

/** Where a write came from: an entry of a Bundle, a header of the request, whose resource is told by itself, or the place of a resource in what an operation was given. */
export type Origin = number | 'X-Provenance' | { readonly at: string };
/** By the index of a write; undefined: a request of its own. */
export type OriginOf = (index: number) => Origin | undefined;

/** The same error seen from inside a Bundle: expressions and texts name the entry; of what came in a header they are of its resource, and the text says so. */
export function inEntry(error: FhirError, origin: Origin | undefined): FhirError {
  if (origin === undefined) return error;
  const issues = error.issues.map((each) => ofOrigin(each, origin));
  return new FhirError(error.status, issues, { cause: error.cause, headers: { ...error.headers } });
}

function ofOrigin(issue: Issue, origin: Origin): Issue {
  if (typeof origin === 'number') return { ...issue, expression: entryExpression(origin, issue.expression) };
  if (typeof origin === 'string') return ofHeader(issue, origin);
  return { ...issue, expression: `${origin.at}${belowType(issue.expression ?? '')}` };
}

/** What follows the type: `.name[0]` */
function belowType(expression: string): string {
  const dot = expression.search(/[.[]/);
  return dot < 0 ? '' : expression.slice(dot);
}

const ofHeader = (issue: Issue, header: string): Issue => ({
  ...issue,
  diagnostics: issue.diagnostics.startsWith(header) ? issue.diagnostics : `${header}: ${issue.diagnostics}`,
});

function entryExpression(index: number, expression: string | undefined): string {
  const entry = `Bundle.entry[${index}]`;
  if (expression === undefined) return entry;
  if (expression.startsWith('Bundle.entry[')) return expression;
  // What the URL asks; a JSON Patch is the data of a Binary.
  if (expression.startsWith(OF_HTTP)) return `${entry}.request.url`;
  if (expression.startsWith('$this')) return `${entry}.resource.data`;
  return `${entry}.resource${belowType(expression)}`;
}
