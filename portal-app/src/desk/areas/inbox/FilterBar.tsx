/** What of the queue is shown: by kind with counts, by pool, by person, and what is late. Links, so that each list has an address. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from 'react-router';
import { t } from '../../../i18n/text.ts';
import { colleaguesQuery } from '../../../record/staff/colleagues.ts';
import { reachQuery } from '../../../record/staff/reach.ts';
import { labelOf } from '../../../record/work/kind-words.ts';
import { POOLS, type Pool } from '../../../record/work/kinds.ts';
import { addressOf, type Counts, type Filters, putOffCountQuery } from '../../../record/work/queue.ts';
import { ALL_KINDS, type Kind } from '../../../record/work/service-levels.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { Select } from '../../../ui/form.tsx';
import styles from './inbox.module.css';

export function FilterBar({
  filters,
  counts,
}: {
  readonly filters: Filters;
  readonly counts: ReadonlyMap<Kind, Counts> | undefined;
}) {
  const navigate = useNavigate();
  const { fhir } = useSignedIn();
  const people = useQuery(colleaguesQuery(fhir)).data ?? [];
  const colleagues = people.filter(({ reference }) => reference !== fhir.self);
  const isLeft = filters.who.includes('/') && !colleagues.some(({ reference }) => reference === filters.who);
  const show = (change: Partial<Filters>): string => `/inbox${addressOf({ ...filters, ...change })}`;
  const isOwnPool = useQuery(reachQuery(fhir)).data?.ownPoolOnly === true;
  const putOff = useQuery(putOffCountQuery(fhir, filters)).data;
  const all = [...(counts?.values() ?? [])];
  const sum = (of: keyof Counts): number => all.reduce((total, each) => total + each[of], 0);
  const late = filters.kind ? (counts?.get(filters.kind)?.late ?? 0) : sum('late');
  return (
    <div className={styles.filters}>
      <nav aria-label={t('Kinds')} className={styles.kinds}>
        <Chip
          to={show({ kind: undefined })}
          isCurrent={!filters.kind}
          label={t('Everything')}
          count={counts && sum('total')}
        />
        {ALL_KINDS.filter((kind) => kind === filters.kind || counts?.get(kind)?.total !== 0).map((kind) => (
          <Chip
            key={kind}
            to={show({ kind })}
            isCurrent={filters.kind === kind}
            label={labelOf(kind)}
            count={counts?.get(kind)?.total}
            isAlarm={kind === 'questionnaire-alarm'}
          />
        ))}
      </nav>
      <div className={styles.who}>
        <Select
          id="who"
          label={t('Whose')}
          value={filters.who}
          onChange={(who) => void navigate(show({ who: who as Filters['who'] }))}
          options={[
            ['all', t('Everybody’s')] as const,
            ['mine', t('Mine')] as const,
            ['nobody', t('Nobody’s yet')] as const,
            ...colleagues.map(({ reference, name }) => [reference, name] as const),
            // Whoever works here no more still has what they had.
            ...(isLeft ? [[filters.who, t('A colleague')] as const] : []),
          ]}
        />
        {!isOwnPool && (
          <Select
            id="pool"
            label={t('Pool')}
            value={filters.pool ?? ''}
            onChange={(pool) => void navigate(show({ pool: pool === '' ? undefined : (pool as Pool) }))}
            options={[
              ['', t('All pools')] as const,
              ...Object.entries(POOLS).map(([pool, words]) => [pool, t(words)] as const),
            ]}
          />
        )}
        <Chip
          to={show({ isLate: !filters.isLate })}
          isCurrent={filters.isLate}
          label={t('Late')}
          count={counts && late}
          isAlarm={late > 0}
        />
        {(filters.isPutOff || (putOff ?? 0) > 0) && (
          <Chip
            to={show({ isPutOff: !filters.isPutOff })}
            isCurrent={filters.isPutOff}
            label={t('Put off')}
            count={putOff ?? undefined}
          />
        )}
      </div>
    </div>
  );
}

function Chip({
  to,
  isCurrent,
  label,
  count,
  isAlarm = false,
}: {
  readonly to: string;
  readonly isCurrent: boolean;
  readonly label: string;
  readonly count: number | undefined;
  readonly isAlarm?: boolean;
}) {
  return (
    <Link
      to={to}
      className={isAlarm ? styles.alarm : styles.chip}
      aria-current={isCurrent ? 'true' : undefined}
    >
      {label} {count !== undefined && <span className="number">{count}</span>}
    </Link>
  );
}
