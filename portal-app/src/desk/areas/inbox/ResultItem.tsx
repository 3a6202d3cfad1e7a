/** A result that waits: the values with what went before; released with or without words, or withheld for a lawful reason. */
import type { Observation } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useDraft } from '../../../device/drafts.ts';
import { dayLater, today } from '../../../format/clinic-clock.ts';
import { clinicalName } from '../../../format/clinical.ts';
import { formatDate } from '../../../format/date.ts';
import { flagOf } from '../../../format/flag.ts';
import { valueText } from '../../../format/value.ts';
import { t } from '../../../i18n/text.ts';
import { keyOf, sameTestsQuery } from '../../../record/results/queries.ts';
import { inReportOrder } from '../../../record/results/sections.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import {
  REASONS,
  releaseLater,
  releaseQuery,
  releaseResult,
  withholdResult,
} from '../../../record/work/result.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Select, SendForm, TextArea } from '../../../ui/form.tsx';
import { useKeys } from '../../../ui/keys.ts';
import { EmptyState, FlagPill, Loaded, Pill } from '../../../ui/parts.tsx';
import styles from './inbox.module.css';
import { focusItem, focusOn, type ItemProps, Key, openAt, QuickTexts } from './parts.tsx';
import { useWork } from './use-work.ts';

type Found = NonNullable<Awaited<ReturnType<NonNullable<ReturnType<typeof releaseQuery>['queryFn']>>>>;

export function ResultItem(props: ItemProps) {
  const { fhir } = usePortal();
  const query = useQuery(releaseQuery(fhir, props.task));
  if (query.isSuccess && !query.data)
    return <EmptyState>{t('The report is not there any more.')}</EmptyState>;
  return (
    <Loaded query={query} rows={5}>
      {(found) => (
        <>
          <Values found={found} />
          <Release {...props} found={found} />
          <Withhold {...props} found={found} />
        </>
      )}
    </Loaded>
  );
}

function Values({ found: { report, results } }: { readonly found: Found }) {
  const { fhir } = usePortal();
  const ordered = inReportOrder(report, results);
  const before = useQuery(sameTestsQuery(fhir, ordered)).data?.resources ?? [];
  return (
    <>
      <h3>{clinicalName(report.code)}</h3>
      <div className={styles.scroll}>
        <table className={styles.values}>
          <thead>
            <tr>
              <th scope="col">{t('Test')}</th>
              <th scope="col">{t('Value')}</th>
              <th scope="col">{t('Before')}</th>
            </tr>
          </thead>
          <tbody>
            {ordered.map((each) => (
              <tr key={each.id}>
                <th scope="row">{clinicalName(each.code)}</th>
                <td>
                  <span className="number">{valueText(each)}</span> <FlagPill flag={flagOf(each)} />
                </td>
                <td className="number">{earlier(each, before)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {report.conclusion && <p>{report.conclusion}</p>}
    </>
  );
}

function earlier(observation: Observation, all: readonly Observation[]): string {
  const key = keyOf(observation);
  const found = all.find((each) => each.id !== observation.id && keyOf(each) === key);
  return found ? valueText(found) : '–';
}

interface Props extends ItemProps {
  readonly found: Found;
}

const dayFromNow = (days: number): string => dayLater(today(), days);

function Release({ task, patient, found }: Props) {
  const { fhir } = usePortal();
  const by = useBy();
  const [day, setDay] = useState('');
  const [comment, setComment, discard] = useDraft(`comment ${task.id}`, '');
  const id = `release-${task.id}`;
  const send = useWork(task, {
    name: 'release',
    what: [comment, day],
    words: day ? t('Will be released on {date}', { date: formatDate(day) }) : t('Released'),
    act: (identity) =>
      day
        ? releaseLater(fhir, task, { by, found, comment, day, identity })
        : releaseResult(fhir, task, { by, found, comment, identity }),
    onDone: discard,
  });
  useKeys({ a: () => focusOn(id), r: () => focusOn(`comment-${task.id}`) });
  return (
    <SendForm
      label={day ? t('Release on {date}', { date: formatDate(day) }) : t('Release to the patient')}
      state={send}
      onSend={() => send.mutate()}
      submitId={id}
      submitHint={<Key of="a" />}
    >
      {task.status === 'on-hold' && (
        <p>
          <Pill kind="info">
            {t('Will be released on {date}', { date: formatDate(task.executionPeriod?.start) })}
          </Pill>
        </p>
      )}
      <QuickTexts about="result" patient={patient} onChoose={setComment} />
      <TextArea
        id={`comment-${task.id}`}
        label={t('Comment for the patient (optional)')}
        rows={3}
        value={comment}
        onChange={setComment}
      />
      <Select
        id={`when-${task.id}`}
        label={t('When?')}
        value={day}
        onChange={setDay}
        options={[
          ['', t('Now')] as const,
          ...[1, 2, 3, 7].map((days) => [dayFromNow(days), formatDate(dayFromNow(days))] as const),
        ]}
      />
    </SendForm>
  );
}

function Withhold({ task, found }: Props) {
  const { fhir } = usePortal();
  const by = useBy();
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('harm');
  const send = useWork(task, {
    name: 'withhold',
    what: reason,
    words: t('Withheld'),
    act: (identity) =>
      withholdResult(fhir, task, {
        by,
        found,
        comment: '',
        reason: t(REASONS[reason] ?? 'Decline'),
        identity,
      }),
  });
  const open = (): void => openAt(() => setOpen(true), `withhold-${task.id}`);
  useKeys({ d: open });
  if (!isOpen)
    return (
      <button type="button" className="button secondary" aria-keyshortcuts="d" onClick={open}>
        {t('Withhold')} <Key of="d" />
      </button>
    );
  return (
    <SendForm
      label={t('Withhold from the patient')}
      state={send}
      onSend={() => send.mutate()}
      onCancel={() => {
        setOpen(false);
        focusItem();
      }}
    >
      <p>{t('A result may be kept from a patient for one of these reasons only. Colleagues see it.')}</p>
      <Select
        id={`withhold-${task.id}`}
        label={t('Reason')}
        value={reason}
        onChange={setReason}
        options={Object.entries(REASONS).map(([code, words]) => [code, t(words)] as const)}
      />
    </SendForm>
  );
}
