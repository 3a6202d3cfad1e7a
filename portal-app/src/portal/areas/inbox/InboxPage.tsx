/** One place for what is new, whatever it is. */
import type { Goal, Observation } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { isNew, markSeen, useSeen } from '../../../device/seen.ts';
import { formatDistance } from '../../../format/date.ts';
import { isOutside } from '../../../format/flag.ts';
import { flagOf } from '../../../format/flag-of.ts';
import { type Text, t } from '../../../i18n/text.ts';
import { type Glance, glanceQuery } from '../../../record/glance/queries.ts';
import { linesOf } from '../../../record/inbox/lines.ts';
import { type News, type NewsKind, newOrders, newsOf } from '../../../record/inbox/news.ts';
import { isMetGoal } from '../../../record/results/goal.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { sayDone } from '../../../ui/done.tsx';
import { EmptyState, FlagPill, Loaded, PageHead, Pill } from '../../../ui/parts.tsx';
import rows from '../../../ui/rows.module.css';

const KINDS: Readonly<Record<NewsKind, Text>> = {
  message: 'Message',
  result: 'Result',
  visit: 'Visit',
  answer: 'Answer of the clinic',
  document: 'New document',
  task: 'For you to do',
};

export function InboxPage() {
  const { fhir } = usePortal();
  const query = useQuery(glanceQuery(fhir));
  useSeen();
  return (
    <>
      <PageHead title={t('What is new')} />
      <Loaded query={query}>{(glance) => <All glance={glance} />}</Loaded>
    </>
  );
}

function All({ glance }: { readonly glance: Glance }) {
  const news = newsOf(glance, usePortal().fhir.self, isNew);
  const orders = newOrders(glance, isNew);
  if (news.length === 0)
    return (
      <EmptyState>
        {t('Nothing is new. What the clinic sends you, and asks of you, is shown here first.')}
      </EmptyState>
    );
  const keys = news.flatMap((each) => each.keys);
  return (
    <>
      <ul className={rows.list}>
        {news.map((each) => (
          <li key={[each.kind, each.to, each.at, ...each.keys].join(' ')}>
            <Item news={each} lines={linesOf(orders, each)} goals={glance.goals} />
          </li>
        ))}
      </ul>
      {keys.length > 0 && (
        <p>
          <button
            type="button"
            className="button secondary"
            onClick={() => {
              markSeen(...keys);
              sayDone(t('Seen. What comes next is shown here.'));
            }}
          >
            {t('Mark all as seen')}
          </button>
        </p>
      )}
      <p className="muted">
        {t('Messages count as read when you open them; what there is to do stays until it is done.')}
      </p>
    </>
  );
}

/** Of results that came together: the one's flag, or how many are outside their range. What the care team agreed on is as it should be. */
function Outside({
  lines,
  goals,
}: {
  readonly lines: readonly Observation[];
  readonly goals: readonly Goal[];
}) {
  const off = lines.filter((each) => isOutside(flagOf(each)) && !isMetGoal(each, goals));
  const [only] = off;
  if (!only) return null;
  if (lines.length === 1) return <FlagPill flag={flagOf(only)} />;
  return (
    <Pill kind="warn">
      {t('{count} of {all} outside the range', { count: off.length, all: lines.length })}
    </Pill>
  );
}

function Item({
  news: { kind, title, about, at, to, keys },
  lines,
  goals,
}: {
  readonly news: News;
  readonly lines: readonly Observation[];
  readonly goals: readonly Goal[];
}) {
  return (
    <Link className={rows.row} to={to} onClick={() => markSeen(...keys)}>
      <span className={rows.name}>
        <strong>{title ?? t(KINDS[kind])}</strong>
        <span className="muted">
          {[about, Number.isNaN(at) ? '' : formatDistance(new Date(at).toISOString())]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </span>
      <Outside lines={lines} goals={goals} />
      <Pill kind={kind === 'task' ? 'warn' : 'info'}>{t(KINDS[kind])}</Pill>
    </Link>
  );
}
