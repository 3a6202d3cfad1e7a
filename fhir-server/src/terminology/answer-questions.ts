/** What the validator could not tell of codes, told by all that is known of terminology. */
import {
  type Answers,
  answerKey,
  type CodeQuestion,
  type FoundCoding,
  hasForm,
  type Issue,
} from '@wellspring/profiles';
import { type CodeSource, type FoundConcept, isCalled } from './code-source.ts';
import { isMember } from './membership.ts';
import { RemoteAway } from './remote.ts';
import { isInRemoteSystem, remoteConcept } from './remote-answers.ts';
import type { Terminologies } from './terminologies.ts';

/** The issues without questions: each is answered by its issue or by nothing; where nobody can tell it stays as it is, and what is advice goes. */
export async function answerQuestions(
  terminologies: Terminologies,
  issues: readonly Issue[],
): Promise<Issue[]> {
  const told: Issue[] = [];
  for (const issue of issues) {
    const { question, ...open } = issue;
    if (!question) {
      told.push(issue);
      continue;
    }
    const answer = await isInSet(terminologies, question);
    if (answer === undefined) {
      if (!question.isAdvice && !(question.decides && isTold(told, open))) told.push(open);
    } else if (!answer && !question.decides)
      told.push({ ...question.otherwise, ...(open.expression ? { expression: open.expression } : {}) });
  }
  return told;
}

const isTold = (told: readonly Issue[], { diagnostics, expression }: Issue): boolean =>
  told.some((each) => each.diagnostics === diagnostics && each.expression === expression);

/** What is asked may hang on what was answered: slices in slices. */
const MOST_ROUNDS = 4;

/** Validates; where what is found hangs on codes that the validator can't tell of, again with the answers. What nobody can tell stays a question. */
export async function decided(
  terminologies: Terminologies,
  validate: (answers: Answers) => readonly Issue[] | Promise<readonly Issue[]>,
): Promise<readonly Issue[]> {
  const answers = new Map<string, boolean>();
  const asked = new Set<string>();
  for (let round = 1; ; round++) {
    const issues = await validate(answers);
    if (round > MOST_ROUNDS || !(await isMoreTold(terminologies, issues, answers, asked))) return issues;
  }
}

async function isMoreTold(
  terminologies: Terminologies,
  issues: readonly Issue[],
  answers: Map<string, boolean>,
  asked: Set<string>,
): Promise<boolean> {
  const before = answers.size;
  for (const { question } of issues) {
    if (!question?.decides || typeof question.valueSet !== 'string') continue;
    for (const coding of question.codings) {
      const key = answerKey(question.valueSet, coding);
      if (asked.has(key)) continue;
      asked.add(key);
      const { is } = await isMember(terminologies, question.valueSet, coding);
      if (is !== undefined) answers.set(key, is);
    }
  }
  return answers.size > before;
}

async function isInSet(
  terminologies: Terminologies,
  { valueSet, codings }: CodeQuestion,
): Promise<boolean | undefined> {
  let answer: boolean | undefined = false;
  for (const coding of codings) {
    const { is } = await isMember(terminologies, valueSet, coding);
    if (is) return true;
    if (is === undefined) answer = undefined;
  }
  return answer;
}

/** Codes and displays that their systems do not have, and a note for each system that they could not be looked up in. */
export async function codeNotes(
  terminologies: Terminologies,
  codings: readonly FoundCoding[],
): Promise<Issue[]> {
  const issues: Issue[] = [];
  for (const found of Map.groupBy(codings, ({ system, version }) => `${system}|${version ?? ''}`).values()) {
    const [{ system, version }] = found as [FoundCoding];
    // Of a version that is not here, the one that is tells what it can.
    const source =
      (version === undefined ? undefined : await terminologies.codeSystem(system, version)) ??
      (await terminologies.codeSystem(system));
    if (source?.content === 'supplement') {
      issues.push(...found.map(({ path }) => issue('error', 'value', SUPPLEMENT, `${path}.system`)));
    } else if (source && source.content !== 'not-present') {
      issues.push(
        ...notesOf(source.content, isSure(source), found, await source.find(found.map(({ code }) => code))),
      );
      if (source.content !== 'complete') issues.push(notChecked(system, found, true));
    } else issues.push(...(await remoteNotes(terminologies, system, found)));
  }
  return issues;
}

/** Codes of one resource that another server is asked about. */
const MAX_ASKED = 50;

async function remoteNotes(
  { remote }: Terminologies,
  system: string,
  codings: readonly FoundCoding[],
): Promise<Issue[]> {
  const codes = [...new Set(codings.map(({ code }) => code))];
  if (!remote) return [...malformed(codings), notChecked(system, codings, false)];
  if (codes.length > MAX_ASKED) return [notChecked(system, codings, false)];
  const found = new Map<string, FoundConcept>();
  try {
    for (const code of codes) {
      const concept = await remoteConcept(remote, system, code);
      if (concept) found.set(code, concept);
      // It may not have the code, or not know the code system at all.
      else if ((await isInRemoteSystem(remote, system, code)) === undefined)
        return [notChecked(system, codings, false)];
    }
  } catch (error) {
    if (error instanceof RemoteAway) return [notChecked(system, codings, false, error.message)];
    throw error;
  }
  return notesOf('complete', false, codings, found);
}

/** Of a system that nobody holds, its form tells that much. */
const malformed = (codings: readonly FoundCoding[]): Issue[] =>
  codings
    .filter(({ system, code }) => !hasForm(system, code))
    .map(({ codePath }) =>
      issue('error', 'code-invalid', 'Codes of this code system have another form.', codePath),
    );

const SUPPLEMENT = 'This adds to another code system, whose codes they are: it is no code system of its own.';

/** A release of a large system has not all words that its concepts are known by, and HL7's terminology has come further since R4. */
const isSure = ({ url, isLarge }: CodeSource): boolean =>
  !isLarge && !url.startsWith('http://terminology.hl7.org/');

function notesOf(
  content: string,
  isSure: boolean,
  codings: readonly FoundCoding[],
  concepts: ReadonlyMap<string, FoundConcept>,
): Issue[] {
  const severity = isSure ? 'error' : 'warning';
  return codings.flatMap(({ code, display, path, codePath }): Issue[] => {
    const concept = concepts.get(code);
    if (!concept)
      return content === 'complete'
        ? [issue(severity, 'code-invalid', 'The code system has no such code.', codePath)]
        : [];
    if (isCalled(concept, display)) return [];
    const text = `The code system's display is '${concept.display}'.`;
    return [issue(severity, 'value', text, `${path}.display`)];
  });
}

const issue = (
  severity: Issue['severity'],
  code: string,
  diagnostics: string,
  expression: string,
): Issue => ({
  severity,
  code,
  diagnostics,
  expression,
});

function notChecked(
  system: string,
  [first]: readonly FoundCoding[],
  isPart: boolean,
  reason?: string,
): Issue {
  const why =
    reason ?? (isPart ? 'a part of the code system is held here only' : 'the code system is not held here');
  return {
    severity: 'information',
    code: 'not-supported',
    diagnostics: `Codes of ${system.slice(0, 200)} were not ${isPart ? 'all ' : ''}checked: ${why}.`,
    ...(first ? { expression: first.path } : {}),
  };
}
