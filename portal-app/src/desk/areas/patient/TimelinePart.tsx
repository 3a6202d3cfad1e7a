/** What happened, the newest first, month by month; any kinds of it alone. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { formatMonth } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import { useFinds } from '../../../record/staff/use-finds.ts';
import {
  type Happening,
  TIMELINE_KINDS,
  type TimelineKind,
  timelineQuery,
} from '../../../record/timeline/timeline.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { CheckList } from '../../../ui/form.tsx';
import { Card, EmptyState, Loaded } from '../../../ui/parts.tsx';
import { ShowOlder } from '../../../ui/ShowOlder.tsx';
import { Happenings } from './Happenings.tsx';
import own from './patient.module.css';

const FIRST = 40;
const MOST = 400;
const KINDS = Object.entries(TIMELINE_KINDS) as [TimelineKind, (typeof TIMELINE_KINDS)[TimelineKind]][];

export function TimelinePart() {
  const { fhir } = usePortal();
  const [each, setEach] = useState(FIRST);
  const [only, setOnly] = useState<readonly string[]>([]);
  const query = useQuery(timelineQuery(fhir, each));
  return (
    <Card title={t('Timeline')}>
      <div className={own.inRow}>
        <CheckList
          legend={t('Show only')}
          options={KINDS.map(([kind, { title }]) => [kind, t(title)] as const)}
          chosen={only}
          onChange={setOnly}
        />
      </div>
      <Loaded query={query} rows={8}>
        {({ happenings, missing, isCut }) => (
          <>
            <Unread kinds={missing} />
            <Months happenings={happenings.filter(({ kind }) => only.length === 0 || only.includes(kind))} />
            {isCut && each < MOST && (
              <ShowOlder isLoading={query.isFetching} onPress={() => setEach(each * 3)} />
            )}
          </>
        )}
      </Loaded>
    </Card>
  );
}

/** What is not for one's role is simply not there. */
function Unread({ kinds }: { readonly kinds: readonly TimelineKind[] }) {
  const missing = kinds.filter(useFinds());
  if (missing.length === 0) return null;
  return (
    <p className="muted">
      {t('Could not be read: {kinds}', {
        kinds: missing.map((kind) => t(TIMELINE_KINDS[kind].title)).join(', '),
      })}
    </p>
  );
}

function Months({ happenings }: { readonly happenings: readonly Happening[] }) {
  if (happenings.length === 0) return <EmptyState>{t('None on record.')}</EmptyState>;
  return [...Map.groupBy(happenings, ({ date }) => formatMonth(date))].map(([month, list]) => (
    <section key={month} aria-label={month}>
      <h3>{month}</h3>
      <Happenings of={list} />
    </section>
  ));
}
