/**
 * What every form does about its mistakes (WCAG 3.3.1, 3.3.3): each is said at its field, tied to it, and the first one has the focus. The browser's own
 * checks (required, e-mail, number) are said the same way, in the language of the page.
 */
import { createContext, type RefObject, useContext, useEffect, useState } from 'react';
import { FieldProblem } from '../format/field-problem.ts';
import { t } from '../i18n/text.ts';

type Problems = Readonly<Record<string, string>>;
const NONE: Problems = {};
const ProblemsContext = createContext<Problems>(NONE);
export const FieldProblems = ProblemsContext.Provider;

/** The id of what says the problem, and what ties a control to it, to its hint and to what counts its characters. */
export function useField(id: string, hasHint: boolean, hasCount = false) {
  const problem = useContext(ProblemsContext)[id];
  const described = [hasHint && `${id}-hint`, problem && `${id}-problem`, hasCount && `${id}-count`]
    .filter(Boolean)
    .join(' ');
  return {
    problem,
    tied: {
      ...(described ? { 'aria-describedby': described } : {}),
      ...(problem ? { 'aria-invalid': true } : {}),
    },
  };
}

export function useFormProblems(form: RefObject<HTMLFormElement | null>, error: Error | null) {
  const [problems, setProblems] = useState(NONE);
  useEffect(() => {
    if (error instanceof FieldProblem) setProblems(error.fields);
  }, [error]);
  useEffect(() => {
    if (problems !== NONE) firstWrong(form.current)?.focus();
  }, [problems, form]);
  return {
    problems,
    /** False where something is missing or malformed: then it is said. */
    check(): boolean {
      const found = form.current ? nativeProblems(form.current) : NONE;
      setProblems(found);
      return Object.keys(found).length === 0;
    },
    /** What is being mended is not blamed any more. */
    forget(field: string): void {
      if (field in problems)
        setProblems(Object.fromEntries(Object.entries(problems).filter(([name]) => name !== field)));
    },
  };
}

function nativeProblems(form: HTMLFormElement): Problems {
  const wrong = [...form.elements].filter(
    (each): each is HTMLInputElement => 'validity' in each && !(each as HTMLInputElement).validity.valid,
  );
  return Object.fromEntries(wrong.map((each) => [each.id || each.name, wordsFor(each)]));
}

function wordsFor({ validity, type, validationMessage }: HTMLInputElement): string {
  if (type === 'radio' || type === 'checkbox') return t('Please answer this.');
  if (validity.valueMissing || (validity.badInput && type !== 'number')) return t('Please fill this in.');
  if (validity.badInput) return t('Please enter a number.');
  if (validity.typeMismatch && type === 'email') return t('Please enter a whole e-mail address.');
  return validationMessage;
}

/** A group of choices has the focus at its first one. */
const firstWrong = (form: HTMLFormElement | null): HTMLElement | null | undefined => {
  const found = form?.querySelector<HTMLElement>('[aria-invalid=true]');
  return found?.matches('[role=radiogroup]') ? found.querySelector<HTMLElement>('input') : found;
};
