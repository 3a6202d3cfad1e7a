/** How the desk is doing: what waits now, and week by week what came, what was answered and how long that took, what was released, who did not come. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { formatDate } from '../../../format/date.ts';
import { formatSpan } from '../../../format/wait.ts';
import { t } from '../../../i18n/text.ts';
import { reachQuery } from '../../../record/staff/reach.ts';
import { KINDS } from '../../../record/work/kinds.ts';
import { numbersQuery, type Week } from '../../../record/work/numbers.ts';
import { countsQuery, filtersOf } from '../../../record/work/queue.ts';
import { ALL_KINDS, promiseOf } from '../../../record/work/service-levels.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { Card, EmptyState, Loaded, PageHead } from '../../../ui/parts.tsx';
import styles from './numbers.module.css';

export function NumbersPage() {
  const { fhir } = useSignedIn();
  const isOwnPool = useQuery(reachQuery(fhir)).data?.ownPoolOnly === true;
  return (
    <>
      <PageHead title={t('Numbers')} />
      {isOwnPool && <p className="muted">{t('Only what waits for your own pool is counted here.')}</p>}
      <Card title={t('What waits')}>
        <Waiting />
      </Card>
      <Card title={t('By week')}>
        <Weeks />
      </Card>
    </>
  );
}

function Waiting() {
  const { fhir } = useSignedIn();
  return (
    <Loaded query={useQuery(countsQuery(fhir, filtersOf(new URLSearchParams())))} rows={4}>
      {(counts) =>
        counts.size === 0 ? (
          <EmptyState>{t('Not for your role, or not readable just now.')}</EmptyState>
        ) : (
          <Scroll label={t('What waits')}>
            <table className={styles.table}>
              <thead>
                <tr>
                  <th scope="col">{t('Kind')}</th>
                  <th scope="col">{t('Waits')}</th>
                  <th scope="col">{t('Late')}</th>
                  <th scope="col">{t('Answered within')}</th>
                </tr>
              </thead>
              <tbody>
                {ALL_KINDS.map((kind) => (
                  <tr key={kind}>
                    <th scope="row">
                      <Link to={`/inbox?kind=${kind}`}>{t(KINDS[kind].label)}</Link>
                    </th>
                    <td>{counts.get(kind)?.total ?? '–'}</td>
                    <td>{counts.get(kind)?.late ?? '–'}</td>
                    <td>{formatSpan(promiseOf(kind))}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )
      }
    </Loaded>
  );
}

function Weeks() {
  const { fhir } = useSignedIn();
  return (
    <Loaded query={useQuery(numbersQuery(fhir))} rows={8}>
      {(weeks) => (
        <Scroll label={t('By week')}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('Week from')}</th>
                <th scope="col">{t('Came in')}</th>
                <th scope="col">{t('Answered')}</th>
                <th scope="col">{t('In time')}</th>
                <th scope="col">{t('Half within')}</th>
                <th scope="col">{t('Results decided')}</th>
                <th scope="col">{t('Did not come')}</th>
              </tr>
            </thead>
            <tbody>
              {weeks.map((week) => (
                <tr key={week.from}>
                  <th scope="row">{formatDate(week.from)}</th>
                  <td>{week.came ?? '–'}</td>
                  <td>{week.answered}</td>
                  <td>{share(week.inTime, week.answered)}</td>
                  <td>{week.median === undefined ? '–' : formatSpan(week.median)}</td>
                  <td>{week.released}</td>
                  <td>{missed(week)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Loaded>
  );
}

/** Where a phone is too narrow, beside its place and by keyboard too. */
function Scroll({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section className={styles.scroll} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}

const share = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${Math.round((100 * part) / whole)} %`;

const missed = ({ noShows, visits }: Week): string =>
  noShows === undefined || visits === undefined
    ? '–'
    : t('{count} of {all}', { count: noShows, all: visits });
