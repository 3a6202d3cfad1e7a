/** Alarming answers, documents that came in, bookings, and what colleagues ask of each other. */
import { useQuery } from '@tanstack/react-query';
import { useDraft } from '../../../device/drafts.ts';
import { t } from '../../../i18n/text.ts';
import { documentName } from '../../../record/documents/name.ts';
import { currentWays } from '../../../record/patient/contact-use.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import { answersOf } from '../../../record/work/answers.ts';
import { documentQuery, fileDocument, finishWithNote, responseQuery } from '../../../record/work/other.ts';
import { visitQuery } from '../../../record/work/visit.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { AskedAction } from '../../../ui/asked.tsx';
import { SendForm, TextArea } from '../../../ui/form.tsx';
import { useKeys } from '../../../ui/keys.ts';
import { Pill } from '../../../ui/parts.tsx';
import { AttachedFile } from '../../../views/AttachedFile.tsx';
import { About } from './About.tsx';
import styles from './inbox.module.css';
import { focusOn, type ItemProps, Key } from './parts.tsx';
import { Said } from './RefillItem.tsx';
import { useWork } from './use-work.ts';
import { VisitFacts } from './VisitItem.tsx';

/** PHQ-9's last question and its like: somebody may be in danger. It is done when somebody has said what was done. */
export function AlarmItem({ task, patient }: ItemProps) {
  const { fhir } = usePortal();
  const phones = currentWays(patient).filter(({ system }) => system === 'phone');
  return (
    <>
      <p>
        <Pill kind="bad">{t('Call now')}</Pill>{' '}
        {phones.map(({ value }) => (
          <a key={value} className="button secondary" href={`tel:${value?.replaceAll(/[^\d+]/g, '')}`}>
            {value}
          </a>
        ))}
      </p>
      <About
        task={task}
        query={useQuery(responseQuery(fhir, task))}
        rows={4}
        marked={(response) => response}
        hasAnswer
      >
        {({ item = [] }) => (
          <dl className={styles.answers}>
            {answersOf(item).map(({ linkId, question, words }) => (
              <div key={linkId}>
                <dt>{question}</dt>
                <dd>{words}</dd>
              </div>
            ))}
          </dl>
        )}
      </About>
      <Noted task={task} patient={patient} label={t('What was done?')} />
    </>
  );
}

/** Done, with a note for colleagues. */
function Noted({ task, label }: ItemProps & { readonly label: string }) {
  const { fhir } = usePortal();
  const by = useBy();
  const [done, setDone, discard] = useDraft(`done ${task.id}`, '');
  const id = `done-${task.id}`;
  const send = useWork(task, {
    name: 'done',
    what: done,
    words: t('Done'),
    act: (identity) => finishWithNote(fhir, task, { by, done, identity }),
    onDone: discard,
  });
  useKeys({ r: () => focusOn(id), a: () => focusOn(id) });
  return (
    <SendForm label={t('Finish')} state={send} onSend={() => send.mutate()}>
      <TextArea
        id={id}
        label={label}
        hint={t('For colleagues; the patient does not see it.')}
        rows={3}
        value={done}
        onChange={setDone}
        required
      />
    </SendForm>
  );
}

export function DocumentItem({ task }: ItemProps) {
  const { fhir } = usePortal();
  const by = useBy();
  const query = useQuery(documentQuery(fhir, task));
  const file = (isKept: boolean) => async (identity: string) => {
    if (query.data) await fileDocument(fhir, task, { by, document: query.data, isKept, identity });
  };
  const keep = useWork(task, { name: 'keep', words: t('Filed'), act: file(true) });
  const refuse = useWork(task, { name: 'refuse', words: t('Taken out'), act: file(false) });
  const id = `keep-${task.id}`;
  useKeys({ a: () => focusOn(id) });
  return (
    <About task={task} query={query} rows={3} marked={(document) => document}>
      {(document) => (
        <>
          <p>{documentName(document)}</p>
          {document.content.map(({ attachment }, i) => (
            <AttachedFile key={attachment.url ?? i} attachment={attachment} />
          ))}
          <SendForm
            label={t('File it in the record')}
            state={keep}
            onSend={() => keep.mutate()}
            submitId={id}
            submitHint={<Key of="a" />}
          >
            {null}
          </SendForm>
          <AskedAction
            action={refuse}
            label={t('It does not belong here: take it out')}
            follows={t(
              'It is marked as entered in error: it stands nowhere in the record any more, and the patient does not see it.',
            )}
          />
        </>
      )}
    </About>
  );
}

export function BookingItem({ task }: ItemProps) {
  const { fhir } = usePortal();
  return (
    <About task={task} query={useQuery(visitQuery(fhir, task))} rows={3} marked={(visit) => visit}>
      {(visit) => (
        <>
          <VisitFacts visit={visit} />
          <p className="muted">{t('Booked by the patient. Nothing needs to be answered.')}</p>
        </>
      )}
    </About>
  );
}

export function FollowUpItem(props: ItemProps) {
  return (
    <>
      <p className={styles.said}>{props.task.description}</p>
      <Said task={props.task} />
      <Noted {...props} label={t('What was done?')} />
    </>
  );
}
