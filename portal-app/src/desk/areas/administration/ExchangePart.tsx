/** What passes between the clinic's server and others: subscriptions, exports and imports, whosever they are, and how they do. What was given up is sent again from here. */
import { useQuery } from '@tanstack/react-query';
import { formatDateTime } from '../../../format/date.ts';
import { plural, t } from '../../../i18n/text.ts';
import { thingsTitle } from '../../../record/access/things.ts';
import {
  type Exchange,
  exchangeQuery,
  JOB_MARKS,
  JOB_NAMES,
  type OverseenJob,
  type OverseenSubscription,
  SUBSCRIPTION_MARKS,
  sendAgain,
} from '../../../record/administration/exchange.ts';
import { practitionerNamesQuery } from '../../../record/staff/queries.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';
import { Each } from '../../../ui/Each.tsx';
import { Facts } from '../../../ui/Facts.tsx';
import { ActionButton } from '../../../ui/form.tsx';
import { Card, EmptyState, Loaded, Pill } from '../../../ui/parts.tsx';
import styles from './administration.module.css';

export function ExchangePart() {
  const { fhir } = useSignedIn();
  return (
    <Loaded query={useQuery({ ...exchangeQuery(fhir), refetchInterval: 10_000 })} rows={5}>
      {(exchange) => <Lists exchange={exchange} />}
    </Loaded>
  );
}

function Lists({ exchange: { subscriptions, jobs } }: { readonly exchange: Exchange }) {
  const { fhir } = useSignedIn();
  const users = [...subscriptions, ...jobs].map(({ user }) => user);
  const names = useQuery(practitionerNamesQuery(fhir, users)).data;
  const makerOf = ({ client, user }: OverseenSubscription | OverseenJob): string =>
    [client, user && (names?.get(user) ?? user)].filter(Boolean).join(' · ');
  return (
    <>
      <Card title={t('Subscriptions')}>
        <p className="muted">
          {t(
            'Whom this server tells by itself when something is new. What they hold is their makers’ alone.',
          )}
        </p>
        {subscriptions.length === 0 && <EmptyState>{t('None on record.')}</EmptyState>}
        <ul>
          <Each of={subscriptions}>
            {(each) => <SubscriptionLine key={each.id} subscription={each} maker={makerOf(each)} />}
          </Each>
        </ul>
      </Card>
      <Card title={t('Exports and imports')}>
        {jobs.length === 0 && <EmptyState>{t('None of the last days.')}</EmptyState>}
        <ul>
          <Each of={jobs}>{(each) => <JobLine key={each.id} job={each} maker={makerOf(each)} />}</Each>
        </ul>
      </Card>
    </>
  );
}

const named = ({ types }: OverseenSubscription): string =>
  thingsTitle(types) || t('Something that is not known here any more');

function SubscriptionLine({
  subscription,
  maker,
}: {
  readonly subscription: OverseenSubscription;
  readonly maker: string;
}) {
  const { status, channel, host, events, fault, givenUp } = subscription;
  const [kind, words] = SUBSCRIPTION_MARKS[status] ?? ['plain', undefined];
  const where = t(channel === 'email' ? 'By mail' : 'By a web call');
  return (
    <li className={styles.person}>
      <div className={styles.head}>
        <h3>{named(subscription)}</h3>
        <Pill kind={kind}>{words ? t(words) : status}</Pill>
      </div>
      <Facts
        facts={[
          [t('Where to'), [where, host].filter(Boolean).join(' · ')],
          [t('Made by'), maker],
          [t('Told of so far'), String(events)],
          [t('What goes wrong'), fault],
        ]}
      />
      {givenUp > 0 && <Again subscription={subscription} />}
    </li>
  );
}

function Again({ subscription }: { readonly subscription: OverseenSubscription }) {
  const { fhir } = useSignedIn();
  const refresh = useRefresh();
  const again = useAction({
    act: () => sendAgain(fhir, subscription),
    onSettled: () => refresh('exchange'),
  });
  const { givenUp, isReplaying, status } = subscription;
  return (
    <>
      <p>{plural(givenUp, '1 notification was given up.', '{count} notifications were given up.')}</p>
      {isReplaying ? (
        <p role="status">{t('They are being sent again.')}</p>
      ) : status === 'off' || status === 'error' ? (
        <p className="muted">
          {t('They can be sent again when its maker has mended it and asked for it anew.')}
        </p>
      ) : (
        <ActionButton action={again}>
          {t('Send them again')}
          <span className="visually-hidden">: {named(subscription)}</span>
        </ActionButton>
      )}
    </>
  );
}

function JobLine({ job, maker }: { readonly job: OverseenJob; readonly maker: string }) {
  const { kind, status, types, begun, ended, expires, progress, resources, fault } = job;
  const [mark, words] = JOB_MARKS[status] ?? ['plain', undefined];
  const time = (instant: string | undefined) => instant && formatDateTime(instant);
  return (
    <li className={styles.person}>
      <div className={styles.head}>
        <h3>{t(JOB_NAMES[kind] ?? 'Export')}</h3>
        <Pill kind={mark}>{words ? t(words) : status}</Pill>
      </div>
      <Facts
        facts={[
          [
            t('Of what'),
            types.length > SHOWN ? t('{count} types', { count: String(types.length) }) : thingsTitle(types),
          ],
          [t('Resources so far'), String(resources)],
          [t('Made by'), maker],
          [t('Begun'), time(begun)],
          [t('Over since'), time(ended)],
          [t('Kept until'), time(expires)],
          [t('How far'), status === 'open' ? progress : undefined],
          [t('What goes wrong'), fault],
        ]}
      />
    </li>
  );
}

/** More are a number. */
const SHOWN = 6;
