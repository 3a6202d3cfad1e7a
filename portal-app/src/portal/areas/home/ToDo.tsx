/** What there is to do, what is under way, and what the clinic answered. */
import type { Task } from '@medplum/fhirtypes';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { formatDistance } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import { taskPlace } from '../../../record/inbox/news.ts';
import { taskTitle } from '../../../record/inbox/task-title.ts';
import { isTheirsToDo } from '../../../record/inbox/theirs.ts';
import { answerOf } from '../../../record/medicines/refills.ts';
import { Each } from '../../../ui/Each.tsx';
import { EmptyState, Pill } from '../../../ui/parts.tsx';
import styles from './home.module.css';

export function ToDo({
  tasks,
  self,
  answered,
  wantsContact,
}: {
  readonly tasks: readonly Task[];
  /** Who is signed in. */
  readonly self: string;
  readonly answered: readonly Task[];
  readonly wantsContact: boolean;
}) {
  // What waits for the person is not pushed out by what waits for the clinic.
  const isTheirs = (task: Task): boolean => isTheirsToDo(task, self);
  const byTurn = tasks.toSorted((a, b) => Number(isTheirs(b)) - Number(isTheirs(a)));
  if (tasks.length === 0 && answered.length === 0 && !wantsContact)
    return <EmptyState>{t('Nothing to do. What the clinic asks of you is shown here.')}</EmptyState>;
  return (
    <ul className={styles.messages}>
      {wantsContact && (
        <li>
          <p>
            <strong>
              <Link to="/profile">{t('Are your phone, e-mail and address still right?')}</Link>
            </strong>{' '}
            <Pill kind="warn">{t('For you to do')}</Pill>
          </p>
        </li>
      )}
      <Each of={answered.slice(0, 3)}>
        {(task) => (
          <TaskItem
            key={task.id}
            task={task}
            state={
              <Pill kind={task.status === 'completed' ? 'ok' : 'plain'}>
                {t(task.status === 'completed' ? 'Done' : 'Declined')}
              </Pill>
            }
          >
            <p>{answerOf(task)}</p>
          </TaskItem>
        )}
      </Each>
      <Each of={byTurn.slice(0, 5)}>
        {(task) => (
          <TaskItem
            key={task.id}
            task={task}
            state={
              <Pill kind={isTheirs(task) ? 'warn' : 'info'}>
                {t(isTheirs(task) ? 'For you to do' : 'Waits for the clinic')}
              </Pill>
            }
          />
        )}
      </Each>
    </ul>
  );
}

/** What the patient is asked to fill in is one click away. */
function TaskItem({
  task,
  state,
  children,
}: {
  readonly task: Task;
  readonly state: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <li>
      <p>
        <strong>
          <TaskLink task={task} />
        </strong>{' '}
        {state}
      </p>
      {children}
      <p className="muted">
        {[task.focus?.display, formatDistance(task.lastModified ?? task.authoredOn ?? '')]
          .filter(Boolean)
          .join(' · ')}
      </p>
    </li>
  );
}

function TaskLink({ task }: { readonly task: Task }) {
  const words = taskTitle(task);
  const place = taskPlace(task);
  return place ? <Link to={place}>{words}</Link> : words;
}
