/** One goal: what was agreed, until when, where it is now, as a line of numbers and in words. */
import type { ReactNode } from 'react';
import { formatDate } from '../format/date.ts';
import { t } from '../i18n/text.ts';
import { type GoalView, type Now, nowWords, type Target } from '../record/care-plan/goals.ts';
import { Pill } from '../ui/parts.tsx';
import { RangeBar } from '../ui/RangeBar.tsx';
import { Sparkline } from '../ui/Sparkline.tsx';
import styles from './care-plan.module.css';

export function GoalLine({ goal, children }: { readonly goal: GoalView; readonly children?: ReactNode }) {
  const { name, state, since, targets, notes } = goal;
  return (
    <li className={styles.goal}>
      <div className={styles.line}>
        <strong>{name}</strong>
        {state && <Pill kind={state.kind}>{state.words}</Pill>}
        {children}
      </div>
      {targets.map((target, i) => (
        <Aim key={i} target={target} />
      ))}
      {since && <p className="muted">{t('Agreed on {date}', { date: formatDate(since) })}</p>}
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
    </li>
  );
}

function Aim({ target: { words, due, now } }: { readonly target: Target }) {
  return (
    <>
      <p className={styles.aim}>
        {words && t('Goal: {goal}', { goal: words })}
        {due && <span className="muted"> {due}</span>}
      </p>
      {now && <Where now={now} />}
    </>
  );
}

function Where({ now }: { readonly now: Now }) {
  const { value, low, high, digits, isMet, history } = now;
  return (
    <>
      {isMet !== undefined && <RangeBar value={value} range={{ low, high }} digits={digits} />}
      <div className={styles.line}>
        <span>{nowWords(now)}</span>
        <Sparkline values={history} />
        {isMet !== undefined && (
          <Pill kind={isMet ? 'ok' : 'warn'}>{t(isMet ? 'At the goal now' : 'Not there yet')}</Pill>
        )}
      </div>
    </>
  );
}
