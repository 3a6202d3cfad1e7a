/**
 * Beside a refill: what the clinic has planned to measure and is due, and which screenings and vaccinations are, by the rules of the patient's own page. Whoever asks for a
 * medicine can be told of them in the same answer.
 */
import { useQuery } from '@tanstack/react-query';
import { formatDate } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import { type Planned, plan } from '../../../record/checkups/due.ts';
import { type DueMeasurement, plannedQuery } from '../../../record/checkups/planned.ts';
import { checkupsQuery } from '../../../record/checkups/queries.ts';
import { dueWords } from '../../../record/checkups/words.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Each } from '../../../ui/Each.tsx';
import { Loaded } from '../../../ui/parts.tsx';
import styles from './inbox.module.css';

export function DueNow() {
  const { fhir } = usePortal();
  const planned = useQuery(plannedQuery(fhir));
  const checkups = useQuery(checkupsQuery(fhir));
  return (
    <section>
      <h3>{t('Due now')}</h3>
      <Loaded query={planned} rows={1}>
        {(measurements) => (
          <Loaded query={checkups} rows={2}>
            {({ person }) => (
              <Lists measurements={measurements} due={plan(person).filter(({ isDue }) => isDue)} />
            )}
          </Loaded>
        )}
      </Loaded>
    </section>
  );
}

function Lists({
  measurements,
  due,
}: {
  readonly measurements: readonly DueMeasurement[];
  readonly due: readonly Planned[];
}) {
  if (measurements.length + due.length === 0) return <p className="muted">{t('Nothing is due now.')}</p>;
  return (
    <ul>
      <Each of={measurements}>
        {(each) => (
          <li key={each.id} className={styles.fact}>
            <span>{each.name}</span>
            <span className="muted">{measurementWords(each)}</span>
          </li>
        )}
      </Each>
      <Each of={due}>
        {({ rule, from, last }) => (
          <li key={rule.id} className={styles.fact}>
            <span>{t(rule.name)}</span>
            <span className="muted">{dueWords({ from, last })}</span>
          </li>
        )}
      </Each>
    </ul>
  );
}

const measurementWords = ({ from, last, often }: DueMeasurement): string =>
  [
    t('Planned here, due since {date}', { date: formatDate(from) }),
    often,
    last ? t('last {date}', { date: formatDate(last) }) : t('no result on record'),
  ]
    .filter(Boolean)
    .join(' · ');
