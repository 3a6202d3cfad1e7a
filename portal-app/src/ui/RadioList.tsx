/** One of a few, each told in full: what a select would cut off, or hide until it is opened. */
import styles from './form.module.css';
import { FieldProblemText } from './form.tsx';
import { useField } from './form-problems.tsx';

/** Each choice has the id `[id]-0`, `[id]-1`, … A `FieldProblem` names `id`. */
export function RadioList({
  id,
  legend,
  options,
  value,
  onChange,
}: {
  readonly id: string;
  readonly legend: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  /** None of the options: nothing is chosen yet. */
  readonly value: string | undefined;
  readonly onChange: (value: string) => void;
}) {
  const { tied } = useField(id, false);
  return (
    <div
      className={styles.checks}
      role="radiogroup"
      aria-labelledby={`${id}-legend`}
      aria-required="true"
      {...tied}
    >
      <p className={styles.legend} id={`${id}-legend`}>
        {legend}
      </p>
      <FieldProblemText id={id} />
      {options.map(([each, label], i) => (
        <label key={each}>
          <input
            id={`${id}-${i}`}
            type="radio"
            name={id}
            checked={each === value}
            onChange={() => onChange(each)}
          />
          {label}
        </label>
      ))}
    </div>
  );
}
