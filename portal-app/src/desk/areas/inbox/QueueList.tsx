/** The list: who, what, since when, and who has it; what is chosen of it, to act on several at once. */
import type { Patient, Task } from '@medplum/fhirtypes';
import { Link } from 'react-router';
import { formatDate } from '../../../format/date.ts';
import { formatWait } from '../../../format/wait.ts';
import { nameText, officialName } from '../../../format/words.ts';
import { plural, t } from '../../../i18n/text.ts';
import { useOwnerNames } from '../../../record/staff/use-owner-names.ts';
import { oneOf } from '../../../record/work/kind-words.ts';
import { isLate, kindOf } from '../../../record/work/kinds.ts';
import { Each } from '../../../ui/Each.tsx';
import { EmptyState, Pill } from '../../../ui/parts.tsx';
import styles from './inbox.module.css';
import type { Chosen } from './use-chosen.ts';

export const rowId = (id: string): string => `row-${id}`;

interface Props {
  readonly tasks: readonly Task[];
  readonly patients: ReadonlyMap<string, Patient>;
  /** By what a task is about. */
  readonly excerpts: ReadonlyMap<string, string>;
  readonly total: number | undefined;
  readonly current: string | undefined;
  readonly search: string;
  readonly isPutOff: boolean;
  readonly chosen: Chosen;
  /** Fetches the next page; undefined: there is none. */
  readonly more: (() => void) | undefined;
}

export function QueueList({
  tasks,
  patients,
  excerpts,
  total,
  current,
  search,
  isPutOff,
  chosen,
  more,
}: Props) {
  const ownerOf = useOwnerNames(tasks);
  if (tasks.length === 0)
    return <EmptyState>{t(isPutOff ? 'Nothing is put off.' : 'Nothing waits. Well done.')}</EmptyState>;
  return (
    <>
      {total !== undefined && (
        <p className="muted">
          {isPutOff
            ? plural(total, '1 item is put off', '{count} items are put off')
            : plural(total, '1 item waits', '{count} items wait')}
        </p>
      )}
      <ol className={styles.list}>
        <Each of={tasks}>
          {(task) => (
            <li key={task.id} className={styles.item}>
              <Row
                task={task}
                patient={patients.get(task.for?.reference ?? '')}
                excerpt={excerptOf(task) ?? excerpts.get(task.focus?.reference ?? '')}
                owner={ownerOf(task)}
                isCurrent={task.id === current}
                search={search}
                isChosen={chosen.has(task.id ?? '')}
                onChoose={() => chosen.toggle(task.id ?? '')}
              />
            </li>
          )}
        </Each>
      </ol>
      {more && (
        <button type="button" className="button secondary" onClick={more}>
          {t('Show more')}
        </button>
      )}
    </>
  );
}

function Row({
  task,
  patient,
  excerpt,
  owner,
  isCurrent,
  search,
  isChosen,
  onChoose,
}: {
  readonly task: Task;
  readonly patient: Patient | undefined;
  readonly excerpt: string | undefined;
  readonly owner: string | undefined;
  readonly isCurrent: boolean;
  readonly search: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}) {
  const kind = kindOf(task);
  const isUrgent = task.priority !== undefined && task.priority !== 'routine';
  const name = patient ? nameText(officialName(patient)) : (task.for?.display ?? t('Patient'));
  const what = kind ? oneOf(kind) : t('Task');
  const until = task.status === 'on-hold' ? task.executionPeriod?.start : undefined;
  return (
    <>
      <label className={styles.choose}>
        <input type="checkbox" checked={isChosen} onChange={onChoose} />
        <span className="visually-hidden">{t('Choose {what}', { what: `${name}, ${what}` })}</span>
      </label>
      <Link
        id={rowId(task.id ?? '')}
        className={styles.row}
        to={`/inbox/${task.id}${search}`}
        aria-current={isCurrent ? 'true' : undefined}
      >
        <span className={styles.line}>
          <strong>{name}</strong>
          <span className="muted">{formatWait(task.authoredOn ?? '')}</span>
        </span>
        <span className={styles.line}>
          <span>{what}</span>
          <span className={styles.pills}>
            {isUrgent && <Pill kind="bad">{t('Urgent')}</Pill>}
            {until ? (
              <Pill kind="info">{t('until {end}', { end: formatDate(until) })}</Pill>
            ) : (
              isLate(task) && <Pill kind="warn">{t('Late')}</Pill>
            )}
          </span>
        </span>
        {excerpt && <span className={styles.excerpt}>{excerpt}</span>}
        {owner && <span className="muted">{t('{name} has it', { name: owner })}</span>}
      </Link>
    </>
  );
}

/** What the task says itself: what a patient asked by it, or a colleague. */
function excerptOf(task: Task): string | undefined {
  const kind = kindOf(task);
  if (kind === 'refill') return [task.focus?.display, task.note?.[0]?.text].filter(Boolean).join(' · ');
  if (kind === 'profile-correction') return task.note?.[0]?.text;
  if (kind === 'letter') return [task.description, task.note?.[0]?.text].filter(Boolean).join(' · ');
  return kind === 'follow-up' ? task.description : undefined;
}
