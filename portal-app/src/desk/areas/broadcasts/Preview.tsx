/** What would happen, before it does; and the button that names the number. */
import type { CommunicationRequest } from '@medplum/fhirtypes';
import { useEffect, useRef } from 'react';
import { useClinic } from '../../../device/clinic.ts';
import { plural, t } from '../../../i18n/text.ts';
import { type Recipients, sendToAll, type Written } from '../../../record/broadcasts/broadcast.ts';
import type { Criteria } from '../../../record/broadcasts/criteria.ts';
import { asRead, leftOutText } from '../../../record/broadcasts/texts.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useSend } from '../../../smart/use-send.ts';
import { SendForm } from '../../../ui/form.tsx';
import styles from './broadcasts.module.css';

export interface Looked {
  readonly recipients: Recipients;
  readonly draft: CommunicationRequest;
  readonly who: string;
  /** What was looked at: of these words the draft is. */
  readonly written: Written;
  readonly criteria: Criteria;
}

export function Preview({
  looked: { recipients, draft, who, written },
  onBack,
  onSent,
}: {
  readonly looked: Looked;
  readonly onBack: () => void;
  readonly onSent: () => void;
}) {
  const { fhir } = useSignedIn();
  const refresh = useRefresh();
  const { count, most, first, leftOut } = recipients;
  const send = useSend({
    form: 'to many',
    what: { draft, count },
    send: (identity) => sendToAll(fhir, draft, count, identity),
    onSuccess: async () => {
      await refresh('broadcasts');
      onSent();
    },
  });
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const isSendable = count > 0 && count <= most;
  const title = plural(count, 'It goes to one patient', 'It goes to {count} patients');
  return (
    <div className={styles.preview}>
      <h3 ref={heading} tabIndex={-1}>
        {title}
      </h3>
      <p className={styles.who}>{who}</p>
      {leftOut.length > 0 && <p>{t('Left out are those {why}.', { why: leftOutText(leftOut) })}</p>}
      {first.length > 0 && (
        <>
          <p>{t(count > first.length ? 'The first of them by name:' : 'They are:')}</p>
          <ul className={styles.names}>
            {first.map((name, i) => (
              <li key={`${name} ${i}`}>{name}</li>
            ))}
          </ul>
        </>
      )}
      <Letter written={written} patient={first[0] ?? ''} />
      {count > most && (
        <p role="alert">{t('Your role sends to {count} patients at most.', { count: most })}</p>
      )}
      {isSendable ? (
        <SendForm
          label={plural(count, 'Send it to one patient', 'Send it to {count} patients')}
          state={send}
          onSend={() => send.mutate()}
          onCancel={onBack}
          cancelLabel={t('Change it')}
        >
          <p className="muted">
            {t(
              'It is sent in the background, and can be stopped while it goes. What was sent can’t be taken back.',
            )}
          </p>
        </SendForm>
      ) : (
        <p>
          <button type="button" className="button secondary" onClick={onBack}>
            {t('Change it')}
          </button>
        </p>
      )}
    </div>
  );
}

/** As one of them reads it. */
function Letter({ written, patient }: { readonly written: Written; readonly patient: string }) {
  const clinic = useClinic()?.name ?? '';
  const me = useBy().display ?? '';
  const read = (text: string): string => asRead(text, patient, clinic, me);
  const inSpanish = written.kind === 'message' ? written.spanishText : written.spanishTopic;
  return (
    <>
      <Text topic={read(written.topic)} text={written.kind === 'message' ? read(written.text) : undefined} />
      {inSpanish && (
        <Text
          lang="es"
          topic={read(written.spanishTopic || written.topic)}
          text={written.kind === 'message' ? read(written.spanishText) : undefined}
        />
      )}
    </>
  );
}

function Text({
  topic,
  text,
  lang,
}: {
  readonly topic: string;
  readonly text: string | undefined;
  readonly lang?: string;
}) {
  return (
    <blockquote className={styles.letter} lang={lang}>
      <strong>{topic}</strong>
      {text !== undefined && <p>{text}</p>}
    </blockquote>
  );
}
