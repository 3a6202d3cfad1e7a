/** What was sent to many: how far it is, and the button that stops it. */
import { useQuery } from '@tanstack/react-query';
import { formatDateTime } from '../../../format/date.ts';
import { type Text, t } from '../../../i18n/text.ts';
import {
  type Broadcast,
  broadcastsQuery,
  isUnderWay,
  stopSending,
} from '../../../record/broadcasts/broadcast.ts';
import { leftOutText } from '../../../record/broadcasts/texts.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';
import { AskedAction } from '../../../ui/asked.tsx';
import { Each } from '../../../ui/Each.tsx';
import { EmptyState, Loaded, Pill } from '../../../ui/parts.tsx';
import styles from './broadcasts.module.css';

export function SentList() {
  const { fhir } = useSignedIn();
  return (
    <Loaded query={useQuery(broadcastsQuery(fhir))} rows={4}>
      {(all) =>
        all.length === 0 ? (
          <EmptyState>{t('Nothing was sent to many patients yet.')}</EmptyState>
        ) : (
          <ul>
            <Each of={all}>{(each) => <Line key={each.id} broadcast={each} />}</Each>
          </ul>
        )
      }
    </Loaded>
  );
}

function Line({ broadcast }: { readonly broadcast: Broadcast }) {
  const { topic, who, kind, by, at, recipients, done, sent, leftOut, why } = broadcast;
  return (
    <li className={styles.line}>
      <div className={styles.head}>
        <strong>{topic}</strong>
        <State broadcast={broadcast} />
      </div>
      <p className="muted">
        {[
          t(kind === 'questionnaire' ? 'A questionnaire to fill in' : 'A message'),
          by,
          at && formatDateTime(at),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      <p className={styles.who}>{who}</p>
      <p>
        {t('Sent to {sent} of {count} patients.', { sent, count: recipients })}
        {leftOut.length > 0 && ` ${t('Left out are those {why}.', { why: leftOutText(leftOut) })}`}
      </p>
      {why !== undefined && why !== 'Stopped' && <p>{t(REASONS[why] ?? 'It could not be finished.')}</p>}
      {isUnderWay(broadcast) && (
        <>
          <progress aria-label={t('How far it is')} max={recipients} value={done} />
          <Stop broadcast={broadcast} />
        </>
      )}
    </li>
  );
}

/** As the server says them. */
const REASONS: Readonly<Record<string, Text>> = {
  'The access of whoever sent it has ended.': 'The access of whoever sent it has ended.',
};

function State({ broadcast: { status } }: { readonly broadcast: Broadcast }) {
  if (status === 'active') return <Pill kind="info">{t('Is being sent')}</Pill>;
  if (status === 'completed') return <Pill kind="ok">{t('All sent')}</Pill>;
  return <Pill kind="warn">{t('Stopped')}</Pill>;
}

function Stop({ broadcast: { id, topic } }: { readonly broadcast: Broadcast }) {
  const { fhir } = useSignedIn();
  const refresh = useRefresh();
  const stop = useAction({
    act: () => stopSending(fhir, id),
    onSettled: () => refresh('broadcasts'),
  });
  return (
    <AskedAction
      action={stop}
      label={t('Stop it')}
      about={topic}
      follows={t('Nobody else gets it, and it is not gone on with. Who has it keeps it.')}
    />
  );
}
