/** Accounts of patients and colleagues: found, and helped in or kept out. Each act is asked once more and is in the sign-in service's log. */
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { formatDate, formatDateTime } from '../../../format/date.ts';
import { plural, t } from '../../../i18n/text.ts';
import {
  ACTS,
  type AccountAct,
  accountsQuery,
  actOnAccount,
  type FoundAccount,
  LEAST_LETTERS,
  ROLE_WORDS,
} from '../../../record/administration/accounts.ts';
import { type Administration, administrationOf } from '../../../smart/administration.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';
import { Asked } from '../../../ui/asked.tsx';
import { Each } from '../../../ui/Each.tsx';
import { Facts } from '../../../ui/Facts.tsx';
import { TextField } from '../../../ui/form.tsx';
import { Card, EmptyState, Loaded, Pill } from '../../../ui/parts.tsx';
import styles from './administration.module.css';
import { SignInFirst } from './SignInFirst.tsx';

export function AccountsPart() {
  const { session } = useSignedIn();
  const administration = useMemo(() => administrationOf(session), [session]);
  return (
    <>
      {administration ? (
        <Search administration={administration} />
      ) : (
        <EmptyState>{t('The sign-in service of this server does not tell of its accounts.')}</EmptyState>
      )}
      {session.appsUrl && (
        <Card title={t('The sign-in service')}>
          <p className="muted">
            {t(
              'Signing keys, secrets of apps and codes to sign up with are made on its own page, by who administers it.',
            )}
          </p>
          <p>
            <a className="button secondary" href={new URL('/admin', session.appsUrl).href}>
              {t('Open the sign-in service’s page')}
            </a>
          </p>
        </Card>
      )}
    </>
  );
}

function Search({ administration }: { readonly administration: Administration }) {
  const [text, setText] = useState('');
  const [query, setQuery] = useState('');
  return (
    <>
      <Card title={t('Accounts')}>
        <search>
          <form
            className={styles.asked}
            onSubmit={(event) => {
              event.preventDefault();
              setQuery(text.trim());
            }}
          >
            <TextField
              id="account-query"
              label={t('Find an account')}
              hint={t('A part of the name, the username or the e-mail')}
              value={text}
              onChange={setText}
            />
            <p className={styles.found}>
              <button type="submit" className="button">
                {t('Search')}
              </button>
            </p>
          </form>
        </search>
        {query !== '' && query.length < LEAST_LETTERS && (
          <p className="muted" role="status">
            {t('Please type two letters or more.')}
          </p>
        )}
      </Card>
      {query.length >= LEAST_LETTERS && <Found key={query} administration={administration} query={query} />}
    </>
  );
}

function Found({
  administration,
  query,
}: {
  readonly administration: Administration;
  readonly query: string;
}) {
  return (
    <Loaded query={useQuery(accountsQuery(administration, query))} rows={4}>
      {({ needs, accounts, isMore }) => (
        <>
          <SignInFirst needs={needs} />
          <Card title={t('Found')}>
            <p role="status" className="muted">
              {isMore
                ? t('More than these fit: type more of the name.')
                : plural(accounts.length, '1 account', '{count} accounts')}
            </p>
            <ul>
              <Each of={accounts}>
                {(account) => (
                  <AccountLine
                    key={account.id}
                    account={account}
                    administration={administration}
                    canAct={needs === 'nothing'}
                  />
                )}
              </Each>
            </ul>
          </Card>
        </>
      )}
    </Loaded>
  );
}

function AccountLine({
  account,
  administration,
  canAct,
}: {
  readonly account: FoundAccount;
  readonly administration: Administration;
  readonly canAct: boolean;
}) {
  const [act, setAct] = useState<AccountAct>();
  const [said, setSaid] = useState('');
  const { name, isDisabled, isLocked, can } = account;
  return (
    <li className={styles.person}>
      <div className={styles.head}>
        <h3>{name}</h3>
        {isDisabled && <Pill kind="bad">{t('closed')}</Pill>}
        {isLocked && <Pill kind="warn">{t('slowed down')}</Pill>}
      </div>
      <AccountFacts account={account} />
      <p role="status">{said}</p>
      {can.length === 0 && (
        <p className="muted">
          {t('Your own account, and those of the sign-in service, are not changed here.')}
        </p>
      )}
      {canAct && act === undefined && (
        <div className={styles.found}>
          {can.map((each) => (
            <button key={each} type="button" className="button secondary" onClick={() => setAct(each)}>
              {t(ACTS[each][0])}
              <span className="visually-hidden">: {name}</span>
            </button>
          ))}
        </div>
      )}
      {act && (
        <ActForm
          account={account}
          act={act}
          administration={administration}
          onDone={(words = '') => {
            setAct(undefined);
            setSaid(words);
          }}
        />
      )}
    </li>
  );
}

function AccountFacts({ account }: { readonly account: FoundAccount }) {
  const { username, email, role, sessions, hasSecondFactor, secondFactorRequired, createdAt } = account;
  const step = t(hasSecondFactor ? 'set up' : 'not set up');
  return (
    <Facts
      facts={[
        [t('Username'), username],
        [t('E-mail'), email],
        [t('Kind of account'), t(ROLE_WORDS[role])],
        [t('Second step'), secondFactorRequired ? `${step} · ${t('required')}` : step],
        [
          t('Signed in'),
          sessions.length === 0
            ? t('nowhere')
            : sessions.map(({ device, lastSeen }) => `${device}, ${formatDateTime(lastSeen)}`).join('; '),
        ],
        [t('Since'), formatDate(createdAt)],
      ]}
    />
  );
}

function ActForm({
  account,
  act,
  administration,
  onDone,
}: {
  readonly account: FoundAccount;
  readonly act: AccountAct;
  readonly administration: Administration;
  readonly onDone: (said?: string) => void;
}) {
  const refresh = useRefresh();
  const [label, follows] = ACTS[act];
  const done = useAction({
    act: () => actOnAccount(administration, account, act),
    onError: () => refresh('accounts'),
    // First what can be done now: the focus goes back to what stands there then.
    onSuccess: async () => {
      await refresh('accounts');
      onDone(t('Done: {what} ({name})', { what: t(label), name: account.name }));
    },
  });
  return (
    <Asked label={t(label)} action={done} onCancel={() => onDone()}>
      {t(follows)}
    </Asked>
  );
}
