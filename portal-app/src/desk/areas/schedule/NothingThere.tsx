/** A weekend, or a day at which somebody is elsewhere: said in words, with the way to the next day that has anything. */
import type { Schedule } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../../i18n/text.ts';
import { nextDayQuery } from '../../../record/schedule/queries.ts';
import { dayName } from '../../../record/schedule/words.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';

/** `until`: the instant at which the days that are shown are over. */
export function NothingThere({
  schedule,
  days,
  until,
  onDay,
}: {
  readonly schedule: Schedule;
  readonly days: readonly number[];
  readonly until: number;
  readonly onDay: (day: number) => void;
}) {
  const { fhir } = useSignedIn();
  const next = useQuery(nextDayQuery(fhir, schedule, new Date(until).toISOString())).data;
  const [day] = days;
  return (
    <div role="status">
      <p>
        {days.length === 1 && day !== undefined
          ? t('Nothing is open or booked on {day}.', { day: dayName(day) })
          : t('Nothing is open or booked on these days.')}
      </p>
      {next === null && <p className="muted">{t('Nor on any day after.')}</p>}
      {typeof next === 'number' && (
        <p>
          <button type="button" className="button" onClick={() => onDay(next)}>
            {t('Go to {day}', { day: dayName(next) })}
          </button>
        </p>
      )}
    </div>
  );
}
