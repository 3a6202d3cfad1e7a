/** What patients are told by mail and text message: the clinic's own words or the standard ones, in both languages, looked at as they are sent. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useChanges } from '../../../device/drafts.ts';
import { FieldProblem } from '../../../format/field-problem.ts';
import { type Text, t } from '../../../i18n/text.ts';
import {
  NOTICE_KINDS,
  type NoticeLanguage,
  type NoticeText,
  noticeTextsQuery,
  saveText,
  tryText,
} from '../../../record/administration/notice-texts.ts';
import { isAdministrator, ownRolesQuery } from '../../../record/staff/queries.ts';
import { type FhirApi, FhirFailure } from '../../../smart/fhir.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';
import { SendForm, TextArea } from '../../../ui/form.tsx';
import { Card, EmptyState, Loaded, Pill } from '../../../ui/parts.tsx';
import styles from './administration.module.css';

const LANGUAGES: Readonly<Record<NoticeLanguage, Text>> = { en: 'In English', es: 'In Spanish' };

/** Of the clinic at which the administrator is one. */
export function NoticesPart() {
  const roles = useQuery(ownRolesQuery(useSignedIn().fhir)).data;
  const organization = roles?.find(isAdministrator)?.organization?.reference?.split('/')[1];
  if (organization === undefined)
    return <EmptyState>{t('Your role names no clinic, so there are no words of its own.')}</EmptyState>;
  return <Texts organization={organization} />;
}

function Texts({ organization }: { readonly organization: string }) {
  const { fhir } = useSignedIn();
  return (
    <Card title={t('Notices to patients')}>
      <p className="muted">
        {t(
          'They say that there is something, and never what it is: whoever sees a telephone lie there reads them. {clinic} and {phone} stand for the clinic; nothing of the patient can be put in.',
          // Said as they are written.
          { clinic: '{clinic}', phone: '{phone}' },
        )}
      </p>
      <Loaded query={useQuery(noticeTextsQuery(fhir, organization))} rows={9}>
        {(all) => (
          <ul>
            {Object.entries(NOTICE_KINDS).map(([kind, label]) => (
              <Kind
                key={kind}
                label={t(label)}
                kind={kind}
                organization={organization}
                texts={all.filter((each) => each.kind === kind)}
              />
            ))}
          </ul>
        )}
      </Loaded>
    </Card>
  );
}

interface OfKind {
  readonly kind: string;
  readonly label: string;
  readonly organization: string;
  readonly texts: readonly NoticeText[];
}

function Kind(of: OfKind) {
  const { label, texts } = of;
  const [isChanging, setChanging] = useState(false);
  return (
    <li className={styles.person}>
      <div className={styles.head}>
        <h3>{label}</h3>
        {texts.some(({ own }) => own !== undefined) && <Pill kind="plain">{t('own words')}</Pill>}
        {!isChanging && (
          <button type="button" className="button quiet" onClick={() => setChanging(true)}>
            {t('Change')}
            <span className="visually-hidden">: {label}</span>
          </button>
        )}
      </div>
      {isChanging ? (
        <KindForm {...of} onDone={() => setChanging(false)} />
      ) : (
        texts.map(({ language, subject }) => (
          <span key={language} lang={language}>
            {subject}
          </span>
        ))
      )}
    </li>
  );
}

type Words = Readonly<Record<NoticeLanguage, string>>;

/** Empty is the standard text: so one goes back to it. */
function KindForm({ kind, organization, texts, onDone }: OfKind & { readonly onDone: () => void }) {
  const { fhir } = useSignedIn();
  const refresh = useRefresh();
  const of = (language: NoticeLanguage): NoticeText | undefined =>
    texts.find((each) => each.language === language);
  const own = { en: of('en')?.own ?? '', es: of('es')?.own ?? '' };
  const [words, setWords, discard, check] = useChanges<Words>(`notice ${kind} ${organization}`, own);
  const [shown, setShown] = useState<readonly NoticeText[]>();
  const idOf = (language: string): string => `notice-${kind}-${language}`;
  const look = useAction({
    act: () => lookAt(fhir, organization, { kind, words, texts, idOf }),
    onSuccess: setShown,
  });
  const save = useAction({
    act: async () => {
      await lookAt(fhir, organization, { kind, words, texts, idOf });
      await check({ en: idOf('en'), es: idOf('es') });
      await saveText(fhir, organization, kind, { words, before: own });
    },
    onError: () => refresh('notice-texts'),
    onSuccess: async () => {
      discard();
      await refresh('notice-texts');
      onDone();
    },
  });
  const change = (language: NoticeLanguage, text: string): void => {
    setShown(undefined);
    setWords({ [language]: text });
  };
  return (
    <SendForm
      label={t('Save')}
      state={{ isPending: save.isPending || look.isPending, error: save.error ?? look.error }}
      onSend={() => save.mutate()}
      onCancel={() => {
        discard();
        onDone();
      }}
    >
      {(['en', 'es'] as const).map((language) => (
        <TextArea
          key={language}
          id={idOf(language)}
          rows={2}
          label={t(LANGUAGES[language])}
          hint={t('Where it is empty: {text}', { text: of(language)?.standard ?? '' })}
          value={words[language]}
          onChange={(text) => change(language, text)}
        />
      ))}
      <p className={styles.found}>
        <button type="button" className="button secondary" onClick={() => look.mutate()}>
          {t('See how it is sent')}
        </button>
        {(words.en !== '' || words.es !== '') && (
          <button
            type="button"
            className="button quiet"
            onClick={() => {
              setShown(undefined);
              setWords({ en: '', es: '' });
            }}
          >
            {t('Back to the standard text')}
          </button>
        )}
      </p>
      <div aria-live="polite">
        {shown?.map((each) => (
          <Sent key={each.language} text={each} />
        ))}
      </div>
    </SendForm>
  );
}

/** What can't be used is said at its field. */
async function lookAt(
  fhir: FhirApi,
  organization: string,
  {
    kind,
    words,
    texts,
    idOf,
  }: {
    readonly kind: string;
    readonly words: Words;
    readonly texts: readonly NoticeText[];
    readonly idOf: (language: string) => string;
  },
): Promise<readonly NoticeText[]> {
  const found: NoticeText[] = [];
  for (const language of ['en', 'es'] as const) {
    const standard = texts.find((each) => each.language === language)?.standard ?? '';
    const text = words[language].trim() === '' ? standard : words[language];
    try {
      found.push(...[await tryText(fhir, organization, { kind, language, text })].filter((each) => !!each));
    } catch (error) {
      if (!(error instanceof FhirFailure) || error.status !== 422) throw error;
      throw new FieldProblem({ [idOf(language)]: t(CAN_NOT) });
    }
  }
  return found;
}

const CAN_NOT: Text =
  'One line of 160 characters at most, no address of a page, and in braces nothing but clinic or phone.';

function Sent({ text: { language, subject, email, sms } }: { readonly text: NoticeText }) {
  const { config } = useSignedIn();
  const withPortal = (text: string): string => text.replace('{portal}', config.portalUrl);
  return (
    <section className={styles.sent} lang={language} aria-label={t(LANGUAGES[language])}>
      <strong>{subject}</strong>
      <p>{withPortal(email)}</p>
      <p>
        <span className="muted">{t('As a text message:')}</span> {withPortal(sms)}
      </p>
    </section>
  );
}
