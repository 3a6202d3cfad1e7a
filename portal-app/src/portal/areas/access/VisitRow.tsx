/** What one person or app did on a day, in a line to be skimmed: who, what, when; all of it a press away. */
import { formatClock, timeOf } from '../../../format/date.ts';
import { plural, t } from '../../../i18n/text.ts';
import type { Visit } from '../../../record/access/words.ts';
import { Pill } from '../../../ui/parts.tsx';
import styles from './access.module.css';

export function VisitRow({
  visit: { who, deeds, hasChanges, why, times, ...span },
}: {
  readonly visit: Visit;
}) {
  const isWhole = deeds.every(({ brief, whole }) => brief === whole);
  return (
    <li className={styles.visit}>
      <h3>{who}</h3>
      <div className={styles.what}>
        {deeds.map(({ brief }) => (
          <p key={brief}>{brief}</p>
        ))}
        {!isWhole && (
          <details>
            <summary>
              {t('Show all')}
              <span className="visually-hidden">: {who}</span>
            </summary>
            {deeds.map(({ whole }) => (
              <p key={whole}>{whole}</p>
            ))}
          </details>
        )}
        {why !== undefined && <p className="muted">{t('Reason given: {reason}', { reason: why })}</p>}
      </div>
      <p className={styles.when}>
        {hasChanges && <Pill>{t('Changes')}</Pill>} {clockText(span)}
        <span className="muted">{plural(times, 'one access', '{count} accesses')}</span>
      </p>
    </li>
  );
}

/** `7:27 AM`, or from when to when. */
function clockText({ from, at }: Pick<Visit, 'from' | 'at'>): string {
  const [first, last] = [formatClock(timeOf(from)), formatClock(timeOf(at))];
  return first === last ? last : `${first} – ${last}`;
}
