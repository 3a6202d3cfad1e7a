/** What somebody sees who was sent a link: no account, no session; who they are, the passcode, then the summary. */
import type { Bundle } from '@medplum/fhirtypes';
import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { formatDateTime } from '../../../format/date.ts';
import { Explained } from '../../../format/explained.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { type Text, t } from '../../../i18n/text.ts';
import { linkOf, type SharedLink, unseal } from '../../../record/sharing/shlink.ts';
import { summaryOf } from '../../../record/summary/summary-document.ts';
import type { AppConfig } from '../../../smart/config.ts';
import { parseFhir } from '../../../smart/exact-json.ts';
import { queryClient } from '../../../smart/query-client.ts';
import { useAction } from '../../../smart/use-send.ts';
import { SendForm, TextField } from '../../../ui/form.tsx';
import { LanguageSwitch } from '../../../ui/LanguageSwitch.tsx';
import { Card, PageHead } from '../../../ui/parts.tsx';
import { SummaryHead, SummaryParts } from '../../../views/SummaryParts.tsx';
import styles from './sharing.module.css';

type Opened = NonNullable<ReturnType<typeof summaryOf>>;

export function SharedPage({ config }: { readonly config: AppConfig }) {
  useLanguage();
  const [link] = useState(() => linkOf(location.hash, config.fhirBaseUrl));
  const [opened, setOpened] = useState<Opened>();
  return (
    <div className={styles.page}>
      <main className={styles.main}>
        <PageHead title={t('A shared health summary')} />
        {!link && <p role="alert">{t(location.hash === '' ? ONCE_MORE : GONE)}</p>}
        {link && !opened && (
          <QueryClientProvider client={queryClient}>
            <Open link={link} onOpened={setOpened} />
          </QueryClientProvider>
        )}
        {opened && <Shown {...opened} />}
      </main>
      <footer>
        <LanguageSwitch />
      </footer>
    </div>
  );
}

/** Reloaded after it was opened, when the key is out of the address: the link itself may be as good as before. */
const ONCE_MORE: Text = 'To see it again, open the link from where you have it.';
const GONE: Text = 'This link does not work, or no longer. Ask whoever sent it for another.';

function Open({
  link,
  onOpened,
}: {
  readonly link: SharedLink;
  readonly onOpened: (opened: Opened) => void;
}) {
  const [recipient, setRecipient] = useState('');
  const [passcode, setPasscode] = useState('');
  // Each press is an opening that its owner is told of, or one of the tries that a passcode has.
  const open = useAction({ act: () => fetchShared(link, recipient, passcode), onSuccess: onOpened });
  return (
    <Card>
      <SendForm label={t('Open it')} state={open} onSend={() => open.mutate()}>
        <TextField
          id="recipient"
          label={t('Who are you?')}
          hint={t('Your name and where you work. Whoever shared this sees it.')}
          value={recipient}
          onChange={setRecipient}
          required
        />
        {link.flag?.includes('P') && (
          <TextField id="passcode" label={t('Passcode')} value={passcode} onChange={setPasscode} required />
        )}
      </SendForm>
    </Card>
  );
}

/** The manifest, then what is in it. Rejects with words for the reader. */
async function fetchShared(link: SharedLink, recipient: string, passcode: string): Promise<Opened> {
  const response = await fetch(link.url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ recipient: recipient.trim(), ...(passcode === '' ? {} : { passcode }) }),
  }).catch(() => {
    throw new Explained(t('The clinic’s servers can not be reached just now. Try again in a moment.'));
  });
  const answer = (await response.json()) as {
    remainingAttempts?: number;
    files?: readonly { embedded?: string }[];
  };
  if (response.status === 401)
    throw new Explained(
      t('The passcode is not right. Tries left: {count}.', { count: answer.remainingAttempts ?? 0 }),
    );
  const sealed = answer.files?.[0]?.embedded;
  if (!response.ok || sealed === undefined) throw new Explained(t(GONE));
  const text = await unseal(sealed, link.key).catch(() => {
    throw new Explained(t(GONE));
  });
  const opened = summaryOf(parseFhir(text) as Bundle);
  if (!opened) throw new Explained(t(GONE));
  return opened;
}

function Shown({ summary, composition }: Opened) {
  useEffect(() => {
    // The key stays out of the history, and of a picture of the screen.
    history.replaceState(null, '', '/shared');
  }, []);
  return (
    <>
      <SummaryHead
        summary={summary}
        clinic={composition.custodian?.display ?? composition.author[0]?.display ?? ''}
        asOf={formatDateTime(composition.date)}
      />
      <SummaryParts summary={summary} isWhole />
    </>
  );
}
