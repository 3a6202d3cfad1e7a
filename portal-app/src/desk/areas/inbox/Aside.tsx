/** Beside an item: what a nurse would look up before she answers. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { reason } from '../../../format/appointment.ts';
import { formatDate, formatDateTime } from '../../../format/date.ts';
import { dosageText } from '../../../format/dosage.ts';
import { isPanel } from '../../../format/observation.ts';
import { medicineName } from '../../../format/words.ts';
import { t } from '../../../i18n/text.ts';
import { bannerQuery } from '../../../record/patient/banner.ts';
import { currentWays } from '../../../record/patient/contact-use.ts';
import { testRows } from '../../../record/results/queries.ts';
import { reachQuery } from '../../../record/staff/reach.ts';
import { besideQuery } from '../../../record/work/beside.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Each } from '../../../ui/Each.tsx';
import { FlagPill, Loaded } from '../../../ui/parts.tsx';
import { ContactWay } from '../../../views/ContactWay.tsx';
import { KeptPill } from '../../../views/KeptPill.tsx';
import { StatusPill } from '../../../views/StatusPill.tsx';
import styles from './inbox.module.css';

const MOST = 8;

export function Aside({
  children,
}: {
  /** Of a kind of item, for whoever reads what is clinical. */ readonly children?: ReactNode;
}) {
  const { fhir } = usePortal();
  // What is never theirs is not said to be missing beside each item.
  const isClinical = useQuery(reachQuery(fhir)).data?.clinical !== false;
  const patient = useQuery(bannerQuery(fhir)).data?.patient;
  const ways = patient ? currentWays(patient) : [];
  return (
    <aside className={styles.aside} aria-label={t('From the record')}>
      <Loaded query={useQuery(besideQuery(fhir))} rows={4}>
        {({ results, medicines, lastVisit, nextVisit }) => (
          <>
            <Part
              title={t('Last results')}
              isOwn={isClinical}
              list={results && testRows(results.filter((each) => !isPanel(each))).slice(0, MOST)}
            >
              {({ id, latest, name, value, date, flag }) => (
                <li key={id} className={styles.fact}>
                  <Link to={`/patients/${fhir.patient}/results/${id}`}>{name}</Link>
                  <span>
                    <span className="number">{value}</span> <FlagPill flag={flag} /> <KeptPill of={latest} />{' '}
                    <StatusPill status={latest.status} />{' '}
                    <span className={`muted ${styles.date}`}>{date && formatDate(date)}</span>
                  </span>
                </li>
              )}
            </Part>
            <Part title={t('Medicines')} isOwn={isClinical} list={medicines}>
              {(each) => (
                <li key={each.id} className={styles.fact}>
                  <span>
                    {medicineName(each)} <KeptPill of={each} />
                  </span>
                  <span className="muted">{dosageText(each.dosageInstruction)}</span>
                </li>
              )}
            </Part>
            <Part title={t('Last visit')} list={lastVisit}>
              {({ id, meta, name, date }) => (
                <li key={id} className={styles.fact}>
                  <span>
                    {name} <KeptPill of={{ meta }} />
                  </span>
                  <span className="muted">{date && formatDate(date)}</span>
                </li>
              )}
            </Part>
            <Part title={t('Next visit')} list={nextVisit}>
              {(visit) => (
                <li key={visit.id} className={styles.fact}>
                  <span>
                    {reason(visit)} <KeptPill of={visit} />
                  </span>
                  <span className="muted">{formatDateTime(visit.start)}</span>
                </li>
              )}
            </Part>
            {ways.length > 0 && (
              <Part title={t('Contact')} list={ways}>
                {(each) => (
                  <li key={each.value}>
                    <ContactWay contact={each} />
                  </li>
                )}
              </Part>
            )}
          </>
        )}
      </Loaded>
      {isClinical && children}
    </aside>
  );
}

function Part<T>({
  title,
  isOwn = true,
  list,
  children,
}: {
  readonly title: string;
  /** Of the work of whoever reads it. */
  readonly isOwn?: boolean;
  readonly list: readonly T[] | undefined;
  readonly children: (each: T) => ReactNode;
}) {
  if (!isOwn) return null;
  return (
    <section>
      <h3>{title}</h3>
      {list === undefined ? (
        <p className="muted">{t('Not for your role, or not readable just now.')}</p>
      ) : list.length === 0 ? (
        <p className="muted">{t('None on record')}</p>
      ) : (
        <ul>
          <Each of={list}>{children}</Each>
        </ul>
      )}
    </section>
  );
}
