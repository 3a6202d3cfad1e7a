/** The next free days at a glance, and the free times of one of them. */
import type { Appointment } from '@medplum/fhirtypes';
import { useState } from 'react';
import { place, withWhom } from '../../../format/appointment.ts';
import { otherZoneName } from '../../../format/clinic-clock.ts';
import { formatClock, timeOf } from '../../../format/date.ts';
import { locale } from '../../../i18n/language.ts';
import { plural, type Text, t } from '../../../i18n/text.ts';
import { byDay, byPartOfDay, PARTS } from '../../../record/visits/booking.ts';
import { Card } from '../../../ui/parts.tsx';
import styles from './booking.module.css';

const AT_A_GLANCE = 6;

export function Times({
  times,
  day,
  onDay,
  onChoose,
}: {
  readonly times: readonly Appointment[];
  readonly day: string;
  readonly onDay: (day: string) => void;
  readonly onChoose: (time: Appointment) => void;
}) {
  const days = [...byDay(times)];
  const at = Math.max(
    days.findIndex(([each]) => each === day),
    0,
  );
  const [shown, setShown] = useState(AT_A_GLANCE);
  const [chosen, ofDay = []] = days[at] ?? [];
  const zone = otherZoneName(locale());
  return (
    <Card title={t('Free times')}>
      {zone && <p className="muted">{t('Times are those at the clinic ({zone}).', { zone })}</p>}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is sent with a form. */}
      <div role="group" aria-label={t('Next free days')} className={styles.days}>
        {days.slice(0, Math.max(shown, at + 1)).map(([each, there]) => (
          <button key={each} type="button" aria-pressed={each === chosen} onClick={() => onDay(each)}>
            <span>{dayWords(each, { weekday: 'short' })}</span>
            <strong>{dayWords(each, { day: 'numeric', month: 'short' })}</strong>
            <small>{plural(there.length, 'one time', '{count} times')}</small>
          </button>
        ))}
      </div>
      {days.length > Math.max(shown, at + 1) && (
        <button
          type="button"
          className={`button quiet ${styles.more}`}
          onClick={() => setShown(shown + AT_A_GLANCE)}
        >
          {t('More days')}
        </button>
      )}
      {chosen && (
        <section>
          <h3>{dayWords(chosen, { weekday: 'long', month: 'long', day: 'numeric' })}</h3>
          <OfDay times={ofDay} onChoose={onChoose} />
        </section>
      )}
    </Card>
  );
}

const PART_WORDS: Readonly<Record<(typeof PARTS)[number], Text>> = {
  morning: 'Morning',
  afternoon: 'Afternoon',
  evening: 'Evening',
};

function OfDay({
  times,
  onChoose,
}: {
  readonly times: readonly Appointment[];
  readonly onChoose: (time: Appointment) => void;
}) {
  const parts = byPartOfDay(times);
  // What all of them have in common is said once, by what was chosen.
  const saidOf = (read: (time: Appointment) => string | undefined) =>
    new Set(times.map(read)).size > 1 ? read : () => undefined;
  const [who, where] = [saidOf(withWhom), saidOf(place)];
  return PARTS.map((part) => {
    const there = parts.get(part);
    return (
      there && (
        <div key={part}>
          <h4 className={styles.part}>{t(PART_WORDS[part])}</h4>
          <ul className={styles.times}>
            {there.map((time) => (
              <li key={time.slot?.[0]?.reference}>
                <button type="button" className="button secondary" onClick={() => onChoose(time)}>
                  {formatClock(timeOf(time.start))}
                  {[who(time), where(time)].map((said) => said && <small key={said}>{said}</small>)}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )
    );
  });
}

/** Of YYYY-MM-DD: the same day everywhere. */
const dayWords = (day: string, options: Intl.DateTimeFormatOptions): string =>
  new Date(`${day}T12:00:00`).toLocaleDateString(locale(), options);
