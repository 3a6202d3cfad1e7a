/** The desk's first page: what waits, who comes next, and who is signed in and what for. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { minuteOfDay } from '../../../format/clinic-clock.ts';
import { greeting } from '../../../format/date.ts';
import { nameText, officialName } from '../../../format/words.ts';
import { plural, t } from '../../../i18n/text.ts';
import { ownRolesQuery, selfQuery } from '../../../record/staff/queries.ts';
import { reachQuery } from '../../../record/staff/reach.ts';
import { roleText } from '../../../record/staff/roles.ts';
import { type Counts, countsQuery, filtersOf } from '../../../record/work/queue.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useLive } from '../../../smart/use-live.ts';
import { LinkRows } from '../../../ui/LinkRows.tsx';
import { Card, EmptyState, Loaded, PageHead } from '../../../ui/parts.tsx';
import { FirstItems } from './FirstItems.tsx';
import { NextVisits } from './NextVisits.tsx';
import styles from './start.module.css';

export function StartPage() {
  const { fhir } = useSignedIn();
  const self = useQuery(selfQuery(fhir)).data;
  // The clinic's hour, as all that is shown beside it.
  const hello = greeting(Math.floor(minuteOfDay(Date.now()) / 60));
  const roles = useQuery(ownRolesQuery(fhir));
  // Whose role has no work in the inbox is led to none.
  const reach = useQuery(reachQuery(fhir));
  const hasWork = !reach.isPending && reach.data?.tasks !== false;
  return (
    <>
      <PageHead title={self ? `${hello}, ${nameText(officialName(self))}` : hello} />
      <div className={styles.columns}>
        <div className={styles.column}>
          {hasWork && <Waiting />}
          {hasWork && <FirstItems />}
        </div>
        <NextVisits />
      </div>
      <Card title={t('Your work at the clinic')}>
        <Loaded query={roles} rows={1}>
          {(all) =>
            all.length === 0 ? (
              <EmptyState>
                {t('No role is on record for you, so no patient can be opened. Please ask an administrator.')}
              </EmptyState>
            ) : (
              <ul>
                {all.map((role) => (
                  <li key={role.id}>{roleText(role)}</li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </Card>
    </>
  );
}

/** What waits in the inbox, one click away. */
function Waiting() {
  const { fhir } = useSignedIn();
  useLive(['Task'], ['queue-counts']);
  const all = useQuery(countsQuery(fhir, filtersOf(new URLSearchParams())));
  const mine = useQuery(countsQuery(fhir, filtersOf(new URLSearchParams('who=mine'))));
  return (
    <Card title={t('What waits')} action={<Link to="/inbox">{t('Inbox')}</Link>}>
      <Loaded query={all} rows={2}>
        {(counts) =>
          counts.size === 0 ? (
            <EmptyState>{t('Not for your role, or not readable just now.')}</EmptyState>
          ) : (
            <LinkRows
              places={[
                ['/inbox', t('Everything'), countWords(counts)],
                ['/inbox?who=mine', t('Mine'), mine.data && countWords(mine.data)],
              ]}
            />
          )
        }
      </Loaded>
    </Card>
  );
}

/** Nothing is said of what there is none of. */
function countWords(counts: ReadonlyMap<string, Counts>): string {
  const sum = (of: keyof Counts): number => [...counts.values()].reduce((all, each) => all + each[of], 0);
  const [total, late] = [sum('total'), sum('late')];
  if (total === 0) return t('Nothing waits.');
  const waiting = plural(total, '1 item waits', '{count} items wait');
  return late === 0 ? waiting : [waiting, `${t('Late')}: ${late}`].join(' · ');
}
