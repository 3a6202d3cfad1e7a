/** What is known while a resource is held against a profile, and what is found. */
import { addIssue, type Issue } from '../../outcome.ts';
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
  /** What is validated as a whole: references may lead to what is in it. */
  readonly whole: Json;
  /** The resource that the value is in, and that one's container: what invariants call %resource and %rootResource. */
  readonly resource: Json;
  readonly root: Json;
  readonly issues: Issue[];
  readonly profile: string;
  /** Whether what a reference leads to meets a profile: each is asked once, however many lead there, and circles end. */
  readonly met: Map<unknown, Map<string, boolean>>;
  /** Advice is told of too (`$validate`). */
  readonly isClose: boolean;
}

/** More faults than this help nobody. */
export const MAX_ISSUES = 50;

export const begin = ({ url }: Profile, resource: Json, find: FindProfile, isClose: boolean): State => ({
  find,
  whole: resource,
  resource,
  root: resource,
  issues: [],
  profile: url,
  met: new Map(),
  isClose,
});

export function report(
  state: State,
  expression: string,
  code: string,
  text: string,
  severity: 'error' | 'warning' = 'error',
): void {
  add(state, { severity, code, diagnostics: inProfile(state, text), expression });
}

/** What is advice takes no fault's place. */
export function add({ issues }: State, issue: Issue): void {
  addIssue(issues, issue, isFault(issue) || isOpen(issue) ? 2 * MAX_ISSUES : MAX_ISSUES);
}

/** It may be a fault yet. */
const isOpen = ({ question }: Issue): boolean => question !== undefined && question.isAdvice !== true;

export const inProfile = ({ profile }: State, text: string): string =>
  `${text} (profile ${profile.slice(profile.lastIndexOf('/') + 1)})`;

export const isFault = ({ severity }: Issue): boolean => severity === 'error';
