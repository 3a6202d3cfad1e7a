/** One place for what is new, whatever it is. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { isNew, markSeen, useSeen } from '../../../device/seen.ts';
import { formatDistance } from '../../../format/date.ts';
import { type Text, t } from '../../../i18n/text.ts';
import { glanceQuery } from '../../../record/glance/queries.ts';
import { type News, type NewsKind, newsOf } from '../../../record/inbox/news.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { sayDone } from '../../../ui/done.tsx';
import { EmptyState, Loaded, PageHead, Pill } from '../../../ui/parts.tsx';
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
      <Loaded query={query}>{(glance) => <All news={newsOf(glance, fhir.self, isNew)} />}</Loaded>
    </>
  );
}

function All({ news }: { readonly news: readonly News[] }) {
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
            <Item news={each} />
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

function Item({ news: { kind, title, about, at, to, keys } }: { readonly news: News }) {
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
      <Pill kind={kind === 'task' ? 'warn' : 'info'}>{t(KINDS[kind])}</Pill>
    </Link>
  );
}
