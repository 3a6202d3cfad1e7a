/** A private address that the person's own calendar subscribes to: made, replaced, ended. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { formatDate } from '../../../format/date.ts';
import { type Text, t } from '../../../i18n/text.ts';
import { endFeed, feedQuery, makeFeed, type OtherFeed, readFeed } from '../../../record/sharing/links.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';
import { AskedAction } from '../../../ui/asked.tsx';
import { CopyField } from '../../../ui/CopyField.tsx';
import { Select, SendForm } from '../../../ui/form.tsx';
import styles from '../../../ui/list.module.css';
import { Card, Loaded } from '../../../ui/parts.tsx';

export function CalendarFeed() {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const query = useQuery(feedQuery(fhir));
  const [detail, setDetail] = useState<'busy' | 'full'>('busy');
  const onSettled = () => refresh('calendar-feed');
  const make = useAction({
    // One that another tab has made is in use, and stays; one whose address was lost on the way is nobody's.
    act: async (): Promise<string | undefined> =>
      make.error || !(await readFeed(fhir)).isActive ? await makeFeed(fhir, detail) : undefined,
    onSettled,
  });
  const end = useAction({
    act: () => endFeed(fhir),
    onSettled: () => {
      make.reset();
      return onSettled();
    },
  });
  return (
    <Card title={t('In my own calendar, always up to date')}>
      <Loaded query={query}>
        {({ isActive, since, others }) => (
          <>
            {make.data && (
              <CopyField
                id="feed"
                label={t('Subscribe to this address in your calendar. It is shown only once.')}
                value={make.data}
              />
            )}
            {isActive && !make.data && (
              <p>{t('A calendar address is in use, made {date}.', { date: formatDate(since) })}</p>
            )}
            {isActive && (
              <AskedAction action={end} label={t('End this calendar address')} follows={t(NOT_HAD_BACK)} />
            )}
            {/* Made, and its address lost on the way: nobody has that one, and another takes its place. */}
            {(!isActive || make.error) && (
              <SendForm
                isAside
                label={t('Make a calendar address')}
                state={make}
                onSend={() => make.mutate()}
              >
                <Select
                  id="detail"
                  label={t('What does it show?')}
                  hint={t('Whoever has the address can see it.')}
                  value={detail}
                  onChange={(value) => setDetail(value as 'busy' | 'full')}
                  options={[
                    ['busy', t('Only when I am busy')],
                    ['full', t('What the visit is about, with whom and where')],
                  ]}
                />
              </SendForm>
            )}
            {others.length > 0 && (
              <>
                <h3>{t('Made by others for this record')}</h3>
                <ul className={styles.list}>
                  {others.map((each) => (
                    <Other key={each.id} feed={each} />
                  ))}
                </ul>
              </>
            )}
          </>
        )}
      </Loaded>
    </Card>
  );
}

const NOT_HAD_BACK: Text =
  'Calendars that subscribe to it are told of no visit any more. The same address can’t be had back.';

function Other({ feed }: { readonly feed: OtherFeed }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const end = useAction({
    act: () => endFeed(fhir, feed.id),
    onSettled: () => refresh('calendar-feed'),
  });
  const words = t('{name}, made {date}', { name: feed.by, date: formatDate(feed.made) });
  return (
    <li className={styles.item}>
      <p>{words}</p>
      <AskedAction action={end} label={t('End it now')} about={words} follows={t(NOT_HAD_BACK)} />
    </li>
  );
}
