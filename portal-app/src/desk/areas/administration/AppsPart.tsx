/** Apps that registered themselves: what each asks for, in words; approved, refused or withdrawn here, with the reason. */
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useDraft } from '../../../device/drafts.ts';
import { formatDate } from '../../../format/date.ts';
import { plural, type Text, t } from '../../../i18n/text.ts';
import {
  type AppState,
  appsQuery,
  decideApp,
  type RegisteredApp,
  type Verdict,
} from '../../../record/administration/apps.ts';
import { scopeWords } from '../../../record/administration/scope-words.ts';
import { type Administration, administrationOf } from '../../../smart/administration.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';
import { Each } from '../../../ui/Each.tsx';
import { Facts } from '../../../ui/Facts.tsx';
import { SendForm, TextArea } from '../../../ui/form.tsx';
import { Card, EmptyState, Loaded, Pill } from '../../../ui/parts.tsx';
import styles from './administration.module.css';
import { ScopeDeeds } from './ScopeDeeds.tsx';
import { SignInFirst } from './SignInFirst.tsx';

export function AppsPart() {
  const { session } = useSignedIn();
  const administration = useMemo(() => administrationOf(session), [session]);
  if (!administration)
    return (
      <EmptyState>{t('The sign-in service of this server does not tell which apps there are.')}</EmptyState>
    );
  return <Apps administration={administration} />;
}

function Apps({ administration }: { readonly administration: Administration }) {
  const query = useQuery(appsQuery(administration));
  return (
    <Loaded query={query} rows={6}>
      {({ needs, apps }) => {
        const waiting = apps.filter(({ state }) => state === 'waiting');
        const others = apps.filter(({ state }) => state !== 'waiting');
        const of = (some: readonly RegisteredApp[], none: Text) =>
          some.length === 0 ? (
            <EmptyState>{t(none)}</EmptyState>
          ) : (
            <ul>
              <Each of={some}>
                {(app) => (
                  <AppLine
                    key={app.id}
                    app={app}
                    administration={administration}
                    canDecide={needs === 'nothing'}
                  />
                )}
              </Each>
            </ul>
          );
        return (
          <>
            <SignInFirst needs={needs} />
            <Card title={t('Apps that wait for approval')}>
              <p className="muted">
                {t(
                  'An app that asks for more than patients’ own data has none of it before it is approved. Ask its maker who uses it here, and what for.',
                )}
              </p>
              {of(waiting, 'Nothing waits.')}
            </Card>
            <Card title={t('Other registered apps')}>{of(others, 'None on record.')}</Card>
          </>
        );
      }}
    </Loaded>
  );
}

const STATES: Readonly<Record<AppState, readonly [Text, 'warn' | 'plain' | 'ok' | 'bad']>> = {
  waiting: ['Waits', 'warn'],
  open: ['patients’ own data only', 'plain'],
  approved: ['approved', 'ok'],
  refused: ['refused', 'bad'],
  withdrawn: ['withdrawn', 'bad'],
};

const VERDICTS: Readonly<Record<AppState, readonly Verdict[]>> = {
  waiting: ['approve', 'refuse'],
  open: ['withdraw'],
  approved: ['withdraw'],
  refused: ['approve'],
  withdrawn: ['approve'],
};

const LABELS: Readonly<Record<Verdict, Text>> = {
  approve: 'Approve the app',
  refuse: 'Refuse the app',
  withdraw: 'Withdraw the app',
};

const PROOFS: Readonly<Record<RegisteredApp['provesItselfBy'], Text>> = {
  public: 'It runs on people’s own devices and can’t keep a secret.',
  secret: 'It proves who it is by a secret.',
  key: 'It proves who it is by a key of its own.',
};

function AppLine({
  app,
  administration,
  canDecide,
}: {
  readonly app: RegisteredApp;
  readonly administration: Administration;
  readonly canDecide: boolean;
}) {
  const [verdict, setVerdict] = useState<Verdict>();
  const [words, kind] = STATES[app.state];
  return (
    <li className={styles.person}>
      <div className={styles.head}>
        <h3>{app.name}</h3>
        <Pill kind={kind}>{t(words)}</Pill>
        {canDecide && verdict === undefined && (
          <span className={styles.acts}>
            {VERDICTS[app.state].map((each) => (
              <button
                key={each}
                type="button"
                className={each === 'approve' ? 'button secondary' : 'button quiet'}
                onClick={() => setVerdict(each)}
              >
                {t(LABELS[each])}
                <span className="visually-hidden">: {app.name}</span>
              </button>
            ))}
          </span>
        )}
      </div>
      <AppFacts app={app} />
      {verdict && (
        <DecisionForm
          app={app}
          verdict={verdict}
          administration={administration}
          onDone={() => setVerdict(undefined)}
        />
      )}
    </li>
  );
}

/** Nothing of it is a link: all of it was written by who made the app. */
function AppFacts({ app }: { readonly app: RegisteredApp }) {
  const { decision } = app;
  const who = [...app.contacts, app.website].filter(Boolean).join(', ');
  const rows: readonly (readonly [Text, string | undefined])[] = [
    ['Registered by', who === '' ? t('It does not say.') : who],
    ['Since', app.registeredAt && formatDate(app.registeredAt)],
    ['Leads back to', app.redirectUris.join(', ') || undefined],
    ['Opened at', app.launchUrl],
    ['Privacy policy', app.privacyPolicy],
    ['Proof', t(PROOFS[app.provesItselfBy])],
    ['Connected now', plural(app.connected, '1 person', '{count} people')],
    [
      'Decided',
      decision &&
        [formatDate(decision.at), decision.by ?? t('by the command line'), decision.reason]
          .filter(Boolean)
          .join(' · '),
    ],
  ];
  return (
    <>
      <Facts facts={rows.map(([label, value]) => [t(label), value] as const)} />
      <p>
        <strong>{t('Asks for')}</strong>
      </p>
      {scopeWords(app.scope).map(({ heading, deeds, lines }) => (
        <div key={heading} className={styles.scopes}>
          <span>{heading}</span>
          <ScopeDeeds deeds={deeds} />
          {lines.length > 0 && (
            <ul>
              {lines.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          )}
        </div>
      ))}
    </>
  );
}

const HINTS: Readonly<Record<Verdict, Text>> = {
  approve: 'Kept with the decision, for colleagues.',
  refuse: 'Kept with the decision, for colleagues. The app can do nothing then.',
  withdraw:
    'Kept with the decision, for colleagues. Whoever uses the app is signed out of it within a minute.',
};

function DecisionForm({
  app,
  verdict,
  administration,
  onDone,
}: {
  readonly app: RegisteredApp;
  readonly verdict: Verdict;
  readonly administration: Administration;
  readonly onDone: () => void;
}) {
  const refresh = useRefresh();
  const [reason, setReason, discard] = useDraft(`${verdict} ${app.id}`, '');
  const id = `reason-${app.id}`;
  const decide = useAction({
    act: () => decideApp(administration, app, verdict, reason),
    onError: () => refresh('registered-apps'),
    // First what can be decided now: the focus goes back to what stands there then.
    onSuccess: async () => {
      discard();
      await refresh('registered-apps');
      onDone();
    },
  });
  return (
    <SendForm label={t(LABELS[verdict])} state={decide} onSend={() => decide.mutate()} onCancel={onDone}>
      <TextArea
        id={id}
        label={t('Reason')}
        hint={t(HINTS[verdict])}
        rows={2}
        most={MOST}
        required={verdict !== 'approve'}
        value={reason}
        onChange={setReason}
      />
    </SendForm>
  );
}

const MOST = 500;
