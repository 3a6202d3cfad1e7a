/** Shares the health summary by a link: for whom, until when, with a passcode; and the links that are out, who opened them, and their end. */
import { useQuery } from '@tanstack/react-query';
import { useDraft } from '../../../device/drafts.ts';
import { formatDateTime } from '../../../format/date.ts';
import { requireRight } from '../../../format/field-problem.ts';
import { plural, type Text, t } from '../../../i18n/text.ts';
import { endLink, linksQuery, type OwnLink, shareSummary } from '../../../record/sharing/links.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction, useSend } from '../../../smart/use-send.ts';
import { AskedAction } from '../../../ui/asked.tsx';
import { BackLink } from '../../../ui/BackLink.tsx';
import { CopyField } from '../../../ui/CopyField.tsx';
import { ActionButton, Select, SendForm, TextField } from '../../../ui/form.tsx';
import styles from '../../../ui/list.module.css';
import { Card, EmptyState, Loaded, PageHead, Pill } from '../../../ui/parts.tsx';
import { QrCode } from '../../../ui/QrCode.tsx';

const LEAST_PASSCODE = 6;
const ENDS: readonly (readonly [hours: string, Text])[] = [
  ['1', 'In one hour'],
  ['24', 'In one day'],
  ['168', 'In one week'],
  ['720', 'In one month'],
];

export function SharePage() {
  const { fhir } = usePortal();
  const query = useQuery(linksQuery(fhir));
  return (
    <>
      <BackLink to="/summary">{t('Health summary')}</BackLink>
      <PageHead title={t('Share my summary')} />
      <p>
        {t(
          'Whoever has the link sees your health summary as it is now, until the link ends. It is sealed on this device: the clinic’s server keeps it without being able to read it.',
        )}
      </p>
      <Card title={t('A new link')}>
        <NewLinkForm />
      </Card>
      <Card title={t('Links that are out')}>
        <Loaded query={query}>
          {(links) =>
            links.length === 0 ? (
              <EmptyState>{t('None.')}</EmptyState>
            ) : (
              <ul className={styles.list}>
                {links.map((each) => (
                  <One key={each.id} link={each} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </Card>
    </>
  );
}

/** Characters, as fhir-server takes them (operations/share-link.ts). */
const MOST_OF_LABEL = 80;

function NewLinkForm() {
  const { config, fhir } = usePortal();
  const refresh = useRefresh();
  // With its passcode: without it the link would be made after a reload, and open to whoever has it.
  const [written, set, discard] = useDraft('share with', { label: '', hours: '24', passcode: '' });
  const { label, hours, passcode } = written;
  const make = useSend({
    form: 'share',
    what: { label, hours },
    send: async (identity) => {
      requireRight(
        'passcode',
        passcode !== '' && passcode.length < LEAST_PASSCODE && 'A passcode has six characters at least.',
      );
      const asked = { label, hours: Number(hours), passcode };
      return { link: await shareSummary(fhir, config.clinicName, asked, identity), passcode };
    },
    onSuccess: discard,
    onSettled: () => refresh('share-links'),
  });
  if (make.data)
    return (
      <>
        <CopyField
          id="link"
          label={t('The link: copy it now, it is shown only once')}
          value={make.data.link}
        />
        <p>{t('Whoever is with you can scan it instead:')}</p>
        <QrCode label={t('The link as a code')} code={make.data.link} />
        {make.data.passcode !== '' && (
          <p>{t('Tell the passcode in another way than the link: by phone, for example.')}</p>
        )}
        <p>
          <button type="button" className="button quiet" onClick={() => make.reset()}>
            {t('Make another link')}
          </button>
        </p>
      </>
    );
  return (
    <SendForm label={t('Make the link')} state={make} onSend={() => make.mutate()}>
      <TextField
        id="label"
        label={t('For whom? (optional)')}
        hint={t('For you to know it by.')}
        most={MOST_OF_LABEL}
        value={label}
        onChange={(next) => set({ ...written, label: next })}
      />
      <Select
        id="hours"
        label={t('When does it end?')}
        value={hours}
        onChange={(next) => set({ ...written, hours: next })}
        options={ENDS.map(([each, words]) => [each, t(words)] as const)}
      />
      <TextField
        id="passcode"
        label={t('Passcode (optional)')}
        hint={t('Six characters or more. After ten wrong ones the link is dead.')}
        value={passcode}
        onChange={(next) => set({ ...written, passcode: next })}
      />
    </SendForm>
  );
}

function One({ link }: { readonly link: OwnLink }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const end = useAction({
    act: () => endLink(fhir, link.id),
    onSettled: () => refresh('share-links'),
  });
  const isExpired = Date.parse(link.expires) <= Date.now();
  const isOver = link.isOver || isExpired;
  const name = link.label || t('Without a name');
  return (
    <li className={styles.item}>
      <h3>{name}</h3>
      <p className="muted">
        {isOver && !isExpired
          ? t('Ended before its time')
          : t(isOver ? 'Ended {time}' : 'Ends {time}', { time: formatDateTime(link.expires) })}
        {' · '}
        {plural(link.opened, 'opened once', 'opened {count} times')}
        {link.lastOpened &&
          ` · ${t('last {time} by {name}', { time: formatDateTime(link.lastOpened), name: link.lastRecipient || t('Somebody') })}`}
      </p>
      {link.madeBy && <p className="muted">{t('Made by {name}', { name: link.madeBy })}</p>}
      {link.hasPasscode && <Pill kind="plain">{t('With a passcode')}</Pill>}
      {isOver ? (
        <ActionButton action={end}>
          {t('Remove')}
          <span className="visually-hidden">: {name}</span>
        </ActionButton>
      ) : (
        <AskedAction
          action={end}
          label={t('End it now')}
          about={name}
          follows={t('Whoever has the link can open nothing by it any more. It can’t be had back.')}
        />
      )}
    </li>
  );
}
