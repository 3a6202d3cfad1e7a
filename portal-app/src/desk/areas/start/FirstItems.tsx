/** The first items of the inbox, as they stand there: what alarms, what is urgent, what waits longest. */
import type { Patient, Task } from '@medplum/fhirtypes';
import { useInfiniteQuery } from '@tanstack/react-query';
import { formatWait } from '../../../format/wait.ts';
import { nameText, officialName } from '../../../format/words.ts';
import { t } from '../../../i18n/text.ts';
import { oneOf } from '../../../record/work/kind-words.ts';
import { isLate, kindOf } from '../../../record/work/kinds.ts';
import { filtersOf, queueOf, queueQuery } from '../../../record/work/queue.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useLive } from '../../../smart/use-live.ts';
import { type LinkRow, LinkRows } from '../../../ui/LinkRows.tsx';
import { Card, Pill } from '../../../ui/parts.tsx';

const SHOWN = 5;

export function FirstItems() {
  const { fhir } = useSignedIn();
  useLive(['Task'], ['queue']);
  const { data } = useInfiniteQuery(queueQuery(fhir, filtersOf(new URLSearchParams())));
  const { tasks, patients } = queueOf(data?.pages ?? []);
  if (tasks.length === 0) return null;
  return (
    <Card title={t('First in line')}>
      <LinkRows
        places={tasks.slice(0, SHOWN).map((task) => rowOf(task, patients.get(task.for?.reference ?? '')))}
      />
    </Card>
  );
}

function rowOf(task: Task, patient: Patient | undefined): LinkRow {
  const kind = kindOf(task);
  return [
    `/inbox/${task.id}`,
    patient ? nameText(officialName(patient)) : (task.for?.display ?? t('Patient')),
    [kind ? oneOf(kind) : t('Task'), formatWait(task.authoredOn ?? '')].join(' · '),
    <Marks key="marks" task={task} />,
  ];
}

function Marks({ task }: { readonly task: Task }) {
  const isUrgent = task.priority !== undefined && task.priority !== 'routine';
  return (
    <>
      {isUrgent && <Pill kind="bad">{t('Urgent')}</Pill>}
      {isLate(task) && <Pill kind="warn">{t('Late')}</Pill>}
    </>
  );
}
