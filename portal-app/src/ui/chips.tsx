/** A few choices side by side, each a press. */
import type { ReactNode } from 'react';
import { type Text, t } from '../i18n/text.ts';
import styles from './chips.module.css';

/** `isShown`: the legend is there to be seen, too. */
export function Chips({
  legend,
  isShown = false,
  children,
}: {
  readonly legend: string;
  readonly isShown?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <fieldset className={styles.chips}>
      <legend className={isShown ? styles.legend : 'visually-hidden'}>{legend}</legend>
      {children}
    </fieldset>
  );
}

/** One of a few. */
export function Choice<T extends string>({
  legend,
  isShown = false,
  name,
  of,
  chosen,
  onChoose,
}: {
  readonly legend: string;
  readonly isShown?: boolean;
  readonly name: string;
  readonly of: readonly (readonly [T, Text])[];
  readonly chosen: T;
  readonly onChoose: (value: T) => void;
}) {
  return (
    <Chips legend={legend} isShown={isShown}>
      {of.map(([value, label]) => (
        <Chip
          key={value}
          type="radio"
          name={name}
          label={t(label)}
          checked={chosen === value}
          onChange={() => onChoose(value)}
        />
      ))}
    </Chips>
  );
}

export function Chip({
  type,
  name,
  label,
  checked,
  onChange,
}: {
  readonly type: 'radio' | 'checkbox';
  readonly name?: string;
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  return (
    <label>
      <input type={type} name={name} checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <span>{label}</span>
    </label>
  );
}
