/** Forms: a label, its hint and its problem tied to the control; one button that says what it does, and what became of it. */
import { type ReactNode, useRef } from 'react';
import { useOnline } from '../device/use-online.ts';
import { failureWords } from '../format/explained.ts';
import { FieldProblem } from '../format/field-problem.ts';
import { plural, t } from '../i18n/text.ts';
import { Button } from './Button.tsx';
import { DayWords } from './day-words.tsx';
import styles from './form.module.css';
import { FieldProblems, useField, useFormProblems } from './form-problems.tsx';
import { useReturnFocus } from './use-return-focus.ts';
import { useOther } from './whose.tsx';

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string | undefined;
  readonly required?: boolean;
}

interface TextProps extends FieldProps {
  /** So many characters the server takes. */
  readonly most?: number;
}

export function TextField({
  type = 'text',
  inputMode,
  most,
  ...field
}: TextProps & { readonly type?: string; readonly inputMode?: 'decimal' }) {
  const { id, value, onChange, required } = field;
  const count = useCount(id, value, most);
  const { tied } = useField(id, field.hint !== undefined, count.isShown);
  return (
    <Labelled {...field} below={count.shown || <DayWords type={type} value={value} />}>
      <input
        ref={count.ref}
        id={id}
        type={type}
        inputMode={inputMode}
        value={value}
        required={required}
        {...tied}
        onChange={(event) => onChange(event.target.value)}
      />
    </Labelled>
  );
}

/** What somebody writes at one go. */
const LONG_TEXT = 5000;

export function TextArea({ rows = 4, most = LONG_TEXT, ...field }: TextProps & { readonly rows?: number }) {
  const { id, value, onChange, required } = field;
  const count = useCount(id, value, most);
  const { tied } = useField(id, field.hint !== undefined, count.isShown);
  return (
    <Labelled {...field} below={count.shown}>
      <textarea
        ref={count.ref}
        id={id}
        rows={rows}
        value={value}
        required={required}
        {...tied}
        onChange={(event) => onChange(event.target.value)}
      />
    </Labelled>
  );
}

/** From this part of what is taken on, it is counted. */
const NEARLY = 0.8;

/**
 * How much of what the server takes is written, from when it nears the end. Nothing is cut off, as `maxlength` does with what is pasted: what is too long is said at once, and
 * not sent.
 */
function useCount(id: string, value: string, most = Number.POSITIVE_INFINITY) {
  const isShown = value.length > most * NEARLY;
  const isOver = value.length > most;
  const words = isShown ? t('{count} of at most {most} characters', { count: value.length, most }) : '';
  return {
    isShown,
    ref: (field: HTMLInputElement | HTMLTextAreaElement | null) =>
      field?.setCustomValidity(isOver ? t('Please use fewer words.') : ''),
    shown: isShown && (
      <p id={`${id}-count`} className={isOver ? styles.problem : 'muted'} role={isOver ? 'alert' : undefined}>
        {words}
      </p>
    ),
  };
}

export function Select({
  options,
  ...field
}: FieldProps & { readonly options: readonly (readonly [value: string, label: string])[] }) {
  const { id, value, onChange, required } = field;
  const { tied } = useField(id, field.hint !== undefined);
  return (
    <Labelled {...field}>
      <select
        id={id}
        value={value}
        required={required}
        {...tied}
        onChange={(event) => onChange(event.target.value)}
      >
        {options.map(([each, label]) => (
          <option key={each} value={each}>
            {label}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

/** Something that has to be said yes to before the form is sent. */
export function Confirm({
  id,
  label,
  isChecked,
  onChange,
}: {
  readonly id: string;
  readonly label: string;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
}) {
  const { tied } = useField(id, false);
  return (
    <div className={styles.checks}>
      <FieldProblemText id={id} />
      <label>
        <input
          id={id}
          type="checkbox"
          checked={isChecked}
          required
          {...tied}
          onChange={({ target }) => onChange(target.checked)}
        />
        {label}
      </label>
    </div>
  );
}

/** Any number of several. */
export function CheckList({
  legend,
  options,
  chosen,
  onChange,
}: {
  readonly legend: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}) {
  return (
    <fieldset className={styles.checks}>
      <legend>{legend}</legend>
      {options.map(([value, label]) => (
        <label key={value}>
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={({ target }) =>
              onChange(target.checked ? [...chosen, value] : chosen.filter((each) => each !== value))
            }
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

function Labelled({
  id,
  label,
  hint,
  below,
  children,
}: FieldProps & { readonly below?: ReactNode; readonly children: ReactNode }) {
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p className="muted" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <FieldProblemText id={id} />
      {children}
      {below}
    </div>
  );
}

/** What is wrong with a field, where a form has said so. */
export function FieldProblemText({ id }: { readonly id: string }) {
  const { problem } = useField(id, false);
  if (problem === undefined) return null;
  return (
    <p className={styles.problem} id={`${id}-problem`}>
      {problem}
    </p>
  );
}

/** Of a failure: nobody answered. */
const UNANSWERED = 0;

interface SendState {
  readonly isPending: boolean;
  readonly error: Error | null;
}

/**
 * Does one thing at a press, once at a time; says under it when that failed, also where it can't be pressed any more: unless nobody answered, as then it was done all
 * the same. `action`: the mutation behind it.
 */
export function ActionButton({
  action,
  isOffered = true,
  children,
}: {
  readonly action: SendState & { readonly mutate: () => void };
  readonly isOffered?: boolean;
  readonly children: ReactNode;
}) {
  const { error } = action;
  const isDone = !isOffered && error !== null && 'status' in error && error.status === UNANSWERED;
  return (
    <>
      {isOffered && (
        <p>
          <Button className="button quiet" isOff={action.isPending} onClick={action.mutate}>
            {children}
          </Button>
        </p>
      )}
      {error && !isDone && <p role="alert">{failureWords(error)}</p>}
    </>
  );
}

/** `state`: of the mutation behind it. */
export function SendForm({
  label,
  state,
  onSend,
  children,
  onCancel,
  cancelLabel,
  submitId,
  submitHint,
  isAside = false,
}: {
  readonly label: string;
  /** What the page is for is another button. */
  readonly isAside?: boolean;
  /** For who brings the focus there by a key, and which key that is. */
  readonly submitId?: string;
  readonly submitHint?: ReactNode;
  readonly state: SendState;
  readonly onSend: () => void;
  readonly children: ReactNode;
  readonly onCancel?: (() => void) | undefined;
  /** Where “Cancel” would be taken for what the form does. */
  readonly cancelLabel?: string;
}) {
  const isOnline = useOnline();
  const other = useOther();
  const form = useRef<HTMLFormElement>(null);
  const { problems, check, forget } = useFormProblems(form, state.error);
  useReturnFocus(form);
  const wrong = Object.keys(problems).length;
  return (
    <form
      ref={form}
      className={styles.form}
      noValidate
      onInput={({ target }) => {
        const { id, name } = target as HTMLInputElement;
        forget(id);
        forget(name);
      }}
      onSubmit={(event) => {
        event.preventDefault();
        // Also by the keys, for which no button is off: another one of this form may be under way.
        if (!state.isPending && check()) onSend();
      }}
      onKeyDown={(event) => {
        // As a dialog does.
        if (event.key === 'Escape' && onCancel && !event.defaultPrevented) onCancel();
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit();
      }}
    >
      <FieldProblems value={problems}>{children}</FieldProblems>
      {wrong > 0 && (
        <p role="alert" className={styles.problem}>
          {plural(wrong, 'One answer needs another look.', '{count} answers need another look.')}
        </p>
      )}
      {state.error && !(state.error instanceof FieldProblem) && (
        <p role="alert" className={styles.problem}>
          {failureWords(state.error)}
        </p>
      )}
      {!isOnline && (
        <p role="status">{t('You are offline. What you write is kept; send it when you are back.')}</p>
      )}
      {other && <p className={styles.whose}>{t('For {name}', { name: other.name })}</p>}
      <div className={styles.buttons}>
        <Button
          id={submitId}
          type="submit"
          className={isAside ? 'button secondary' : 'button'}
          isOff={state.isPending || !isOnline}
        >
          {state.isPending ? t('Sending…') : label}
          {submitHint}
        </Button>
        {onCancel && (
          <button type="button" className="button quiet" onClick={onCancel}>
            {cancelLabel ?? t('Cancel')}
          </button>
        )}
      </div>
    </form>
  );
}
