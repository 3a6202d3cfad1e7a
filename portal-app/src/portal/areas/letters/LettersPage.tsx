/** Letters and forms: asked of the clinic, and handed in to it; how each stands. */
import type { DocumentReference, Task } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { formatDate } from '../../../format/date.ts';
import { type Text, t } from '../../../i18n/text.ts';
import {
  answerTo,
  handedInQuery,
  isAsked,
  letterName,
  lettersQuery,
  paperState,
  papersOf,
  takeLetterBack,
} from '../../../record/letters/letters.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useLive } from '../../../smart/use-live.ts';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';
import { Each } from '../../../ui/Each.tsx';
import { ActionButton } from '../../../ui/form.tsx';
import styles from '../../../ui/list.module.css';
import { Card, EmptyState, Loaded, PageHead, Pill } from '../../../ui/parts.tsx';
import { Ask } from './Ask.tsx';
import { HandIn } from './HandIn.tsx';

export function LettersPage() {
  const { fhir } = usePortal();
  const letters = useQuery(lettersQuery(fhir));
  const papers = useQuery(handedInQuery(fhir));
  useLive(['Task', 'DocumentReference'], ['letters']);
  return (
    <>
      <PageHead title={t('Letters and forms')} />
      <Card title={t('What you asked for')}>
        <Loaded query={letters}>
          {({ resources }) =>
            resources.length === 0 ? (
              <EmptyState>{t('You have asked for nothing yet.')}</EmptyState>
            ) : (
              <ul className={styles.list}>
                <Each of={resources}>{(task) => <Letter key={task.id} task={task} />}</Each>
              </ul>
            )
          }
        </Loaded>
        {fhir.offers('Task', 'create') && <Ask />}
      </Card>
      <Card title={t('What you handed in')}>
        <Loaded query={papers}>
          {(documents) =>
            documents.length === 0 ? (
              <EmptyState>
                {t(
                  'You have handed in nothing yet. Forms of a school, a job or an insurance can be handed in here, for the clinic to fill in or keep.',
                )}
              </EmptyState>
            ) : (
              <ul className={styles.list}>
                <Each of={documents}>{(document) => <Paper key={document.id} document={document} />}</Each>
              </ul>
            )
          }
        </Loaded>
        {fhir.offers('DocumentReference', 'create') && <HandIn />}
      </Card>
    </>
  );
}

function stateOf(task: Task): readonly [words: Text, kind: 'info' | 'ok' | 'warn' | 'plain'] {
  if (task.status === 'completed') return ['Ready', 'ok'];
  if (task.status === 'cancelled') return ['Taken back by you', 'plain'];
  if (!isAsked(task)) return ['Declined', 'warn'];
  return task.status === 'requested' ? ['Waits for the clinic', 'info'] : ['The clinic is at it', 'info'];
}

function Letter({ task }: { readonly task: Task }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const back = useAction({
    act: () => takeLetterBack(fhir, task),
    onSettled: () => refresh('letters', 'glance'),
  });
  const [words, kind] = stateOf(task);
  const name = letterName(task);
  const title = name ? t(name) : (task.description ?? t('Letter'));
  return (
    <li className={styles.item}>
      <h3>{title}</h3>
      <p>
        <Pill kind={kind}>{t(words)}</Pill>{' '}
        <span className="muted">{t('Asked for on {date}', { date: formatDate(task.authoredOn) })}</span>
      </p>
      <p>{task.note?.[0]?.text}</p>
      {answerTo(task).map((text) => (
        <p key={text}>
          <strong>{t('The clinic:')}</strong> {text}
        </p>
      ))}
      {papersOf(task).map((id) => (
        <p key={id}>
          <Link className="button" to={`/records/DocumentReference/${id}`}>
            {t('Open the letter')}
            <span className="visually-hidden">: {title}</span>
          </Link>
        </p>
      ))}
      <ActionButton action={back} isOffered={isAsked(task)}>
        {t('Take it back')}
        <span className="visually-hidden">: {title}</span>
      </ActionButton>
    </li>
  );
}

const PAPER_WORDS: Readonly<
  Record<ReturnType<typeof paperState>, readonly [words: Text, kind: 'info' | 'ok' | 'plain']>
> = {
  waits: ['Waits for the clinic', 'info'],
  kept: ['In your record', 'ok'],
  'not kept': ['Not kept by the clinic', 'plain'],
};

function Paper({ document }: { readonly document: DocumentReference }) {
  const state = paperState(document);
  const [words, kind] = PAPER_WORDS[state];
  const title = document.description ?? t('Form');
  return (
    <li className={styles.item}>
      <h3>
        {state === 'not kept' ? title : <Link to={`/records/DocumentReference/${document.id}`}>{title}</Link>}
      </h3>
      <p>
        <Pill kind={kind}>{t(words)}</Pill>{' '}
        <span className="muted">{t('Handed in on {date}', { date: formatDate(document.date) })}</span>
      </p>
    </li>
  );
}
