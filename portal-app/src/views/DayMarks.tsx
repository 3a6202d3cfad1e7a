/** A day of the last ones, and whether something was done on it: in a shape, not by colour alone. */
import { dayFormat } from '../format/day-names.ts';
import styles from './care-plan.module.css';

export function DayMarks({ day, isDone }: { readonly day: string; readonly isDone: boolean }) {
  return (
    <>
      <span>{dayFormat(day, { weekday: 'short' })} </span>
      <span>{dayFormat(day, { day: 'numeric' })}</span>
      <span className="visually-hidden"> {dayFormat(day, { month: 'long' })}</span>
      <span aria-hidden="true" className={styles.mark}>
        {isDone ? '✓' : ''}
      </span>
    </>
  );
}
