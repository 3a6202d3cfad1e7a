/** What is known while a resource is held against a profile, and what is found. */
import { addIssue, type Issue } from '../../outcome.ts';
import type { Known } from '../known.ts';
import type { Profile } from './profile-tree.ts';

/** Looks up the profile of a data type or an extension. */
export type FindProfile = (url: string) => Profile | undefined;

export type Json = Readonly<Record<string, unknown>>;

export interface Value {
  readonly value: unknown;
  readonly type: string;
  readonly path: string;
}

export interface State {
  readonly find: FindProfile;
  readonly known: Known;
  /** What is said of profiles that are not known here. */
  readonly unchecked: 'warning' | 'error';
  /** What is validated as a whole: references may lead to what is in it. */
  readonly whole: Json;
  /** The resource that the value is in, and that one's container: what invariants call %resource and %rootResource. */
  readonly resource: Json;
  readonly root: Json;
  readonly issues: Issue[];
  readonly profile: string;
  /** Whether what a reference leads to meets a profile: each is asked once, however many lead there, and circles end. */
  readonly met: Map<unknown, Map<string, Attempt>>;
  /** Where the resources inside of the whole are. */
  readonly places: Map<unknown, string>;
  /** Questions that what is found hangs on. */
  readonly asked: Issue[];
  /** Advice is told of too (`$validate`). */
  readonly isClose: boolean;
}

/** How something is held against what it may meet: where that hangs on questions it is open. */
export interface Attempt {
  readonly verdict: Verdict;
  readonly issues: readonly Issue[];
  readonly asked: readonly Issue[];
}

export type Verdict = 'met' | 'not' | 'open';

export interface Look {
  /** What a profile advises is told of too, as warnings. */
  readonly isClose?: boolean;
  readonly unchecked?: 'warning' | 'error';
}

/** More faults than this help nobody. */
export const MAX_ISSUES = 50;

export const begin = (
  { url }: Profile,
  resource: Json,
  known: Known,
  { isClose = false, unchecked = 'warning' }: Look,
): State => ({
  find: known.profile,
  known,
  unchecked,
  whole: resource,
  resource,
  root: resource,
  issues: [],
  asked: [],
  profile: url,
  met: new Map(),
  places: new Map(),
  isClose,
});

/** What was found, and what has to be asked to find the rest. */
export const foundBy = ({ issues, asked }: State): Issue[] =>
  asked.length === 0 ? issues : [...issues, ...asked.slice(0, MAX_ASKED)];

/** Questions of one resource. */
const MAX_ASKED = 100;

export function report(
  state: State,
  expression: string,
  code: string,
  text: string,
  severity: Exclude<Issue['severity'], 'fatal'> = 'error',
): void {
  add(state, { severity, code, diagnostics: inProfile(state, text), expression });
}

/** What is advice takes no fault's place. */
export function add({ issues }: State, issue: Issue): void {
  addIssue(issues, issue, isFault(issue) || isOpen(issue) ? 2 * MAX_ISSUES : MAX_ISSUES);
}

/** What is said of several places alike, once. */
export function addOnce(state: State, issue: Issue): void {
  if (!state.issues.some(({ diagnostics }) => diagnostics === issue.diagnostics)) add(state, issue);
}

/** What another state found of what this one looks at; a resource that several references lead to is told of once. */
export function addAll(state: State, { issues, asked }: Omit<Attempt, 'verdict'>): void {
  for (const each of issues) {
    const isTold = state.issues.some(
      ({ diagnostics, expression }) => diagnostics === each.diagnostics && expression === each.expression,
    );
    if (!isTold) add(state, each);
  }
  ask(state, asked);
}

export function ask(state: State, issues: readonly Issue[]): void {
  for (const each of issues) {
    const { question } = each;
    if (!question) continue;
    const isAsked = state.asked.some(
      ({ diagnostics, expression }) => diagnostics === each.diagnostics && expression === each.expression,
    );
    if (!isAsked) state.asked.push({ ...each, question: { ...question, decides: true } });
  }
}

/** A check with findings of its own. That a profile is not known is no fault of what is checked. */
export function attempt(state: State, check: (inner: State) => void): Attempt {
  const inner: State = { ...state, issues: [], asked: [] };
  check(inner);
  const { issues, asked } = inner;
  if (issues.some((each) => isFault(each) && each.code !== 'not-supported'))
    return { verdict: 'not', issues, asked: [] };
  const isDecided = asked.length === 0 && !issues.some(isOpen);
  return { verdict: isDecided ? 'met' : 'open', issues, asked };
}

/** The questions that leave it open. */
export const questionsOf = ({ issues, asked }: Attempt): Issue[] => [...issues.filter(isOpen), ...asked];

/** It may be a fault yet. */
const isOpen = ({ question }: Issue): boolean => question !== undefined && question.isAdvice !== true;

export const inProfile = ({ profile }: State, text: string): string =>
  `${text} (profile ${profile.slice(profile.lastIndexOf('/') + 1)})`;

export const isFault = ({ severity }: Issue): boolean => severity === 'error';
