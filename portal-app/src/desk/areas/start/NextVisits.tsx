/** Today's visits of whoever is signed in, or those of the next day that has some: when, who, what for, and who is there already. */
import type { Appointment } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { place, reason } from '../../../format/appointment.ts';
import { today } from '../../../format/clinic-clock.ts';
import { formatClock, timeOf } from '../../../format/date.ts';
import { locale } from '../../../i18n/language.ts';
import { t } from '../../../i18n/text.ts';
import { type DayOfVisits, ownVisitsQuery } from '../../../record/schedule/own-visits.ts';
import { patientId, patientName } from '../../../record/schedule/words.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useLive } from '../../../smart/use-live.ts';
import { type LinkRow, LinkRows } from '../../../ui/LinkRows.tsx';
import { Card, Pill } from '../../../ui/parts.tsx';

export function NextVisits() {
  const { fhir } = useSignedIn();
  useLive(['Appointment'], ['own-visits']);
  const { data } = useQuery(ownVisitsQuery(fhir));
  // Nurses and the front desk have none of their own.
  if (!data) return null;
  return (
    <Card title={titleOf(data)} action={<Link to={`/schedule?day=${data.day}`}>{t('Schedule')}</Link>}>
      <LinkRows places={data.visits.map(rowOf)} />
    </Card>
  );
}

function titleOf({ day }: DayOfVisits): string {
  if (day === today()) return t('Your visits today');
  const words = new Date(`${day}T12:00:00`).toLocaleDateString(locale(), {
    weekday: 'long',
    month: 'long',
    day: 'numeric',
  });
  return t('Your visits on {day}', { day: words });
}

function rowOf(visit: Appointment): LinkRow {
  const patient = patientId(visit);
  return [
    patient ? `/patients/${patient}` : '/schedule',
    `${formatClock(timeOf(visit.start))} · ${patientName(visit)}`,
    [reason(visit), place(visit)].filter(Boolean).join(' · '),
    markOf(visit),
  ];
}

function markOf({ status, end }: Appointment) {
  if (status === 'arrived' || status === 'checked-in') return <Pill kind="ok">{t('Is here')}</Pill>;
  const isPast = status === 'fulfilled' || timeOf(end) < Date.now();
  return isPast ? <Pill kind="info">{t('Over')}</Pill> : undefined;
}
