/** One item, open: whose record it is, who has it, what it is about, what can be done; and what is on record beside it. */

import type { Patient, Task } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { cameAgainAt } from '@wellspring/profiles/put-off';
import { type ComponentType, Suspense, useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { formatClock, formatDate, formatDateTime, timeOf } from '../../../format/date.ts';
import { failureWords } from '../../../format/explained.ts';
import { idOf } from '../../../format/reference.ts';
import { t } from '../../../i18n/text.ts';
import { patientQuery } from '../../../record/patient/use-patient.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import { useOwnerNames } from '../../../record/staff/use-owner-names.ts';
import { claim, finish } from '../../../record/work/decide.ts';
import { oneOf } from '../../../record/work/kind-words.ts';
import { canBeFinished, isLate, isOpen, kindOf, POOLS, poolOf } from '../../../record/work/kinds.ts';
import { bringBack, canBePutOff, isPutOff } from '../../../record/work/put-off.ts';
import { taskQuery } from '../../../record/work/queue.ts';
import type { Kind } from '../../../record/work/service-levels.ts';
import { RecordProvider, usePortal, useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useLive } from '../../../smart/use-live.ts';
import { Button } from '../../../ui/Button.tsx';
import { useKeys } from '../../../ui/keys.ts';
import { later } from '../../../ui/later.tsx';
import { EmptyState, Loaded, Pill, Skeleton } from '../../../ui/parts.tsx';
import { PatientBanner } from '../../../views/PatientBanner.tsx';
import { FollowUp, HandOver } from './HandOver.tsx';
import styles from './inbox.module.css';
import { MessageItem, Said } from './MessageItem.tsx';
import { PutOff } from './PutOff.tsx';
import { firstDayId } from './PutOffForm.tsx';
import { focusItem, ITEM_HEADING, type ItemProps, Key, openAt } from './parts.tsx';
import { RefillItem } from './RefillItem.tsx';
import { Unsent } from './Unsent.tsx';
import { MATTERS, useSeen } from './use-seen.ts';
import { useInbox, useWork } from './use-work.ts';

// The inbox is there before their forms are: messages and refills, which are most of a day's work and answered in seconds, come with it.
const InsuranceItem = later(async () => (await import('./InsuranceItem.tsx')).InsuranceItem);
const LetterItem = later(async () => (await import('./LetterItem.tsx')).LetterItem);
const VisitItem = later(async () => (await import('./VisitItem.tsx')).VisitItem);
// The item is decided without these, where they can't be fetched.
const nothing = () => () => null;
const Aside = later(() => import('./Aside.tsx').then((each) => each.Aside, nothing));
const DueNow = later(() => import('./DueNow.tsx').then((each) => each.DueNow, nothing));
const ResultItem = later(async () => (await import('./ResultItem.tsx')).ResultItem);
const NewResultItem = later(async () => (await import('./NewResultItem.tsx')).NewResultItem);
const AlarmItem = later(async () => (await import('./OtherItems.tsx')).AlarmItem);
const BookingItem = later(async () => (await import('./OtherItems.tsx')).BookingItem);
const DocumentItem = later(async () => (await import('./OtherItems.tsx')).DocumentItem);
const FollowUpItem = later(async () => (await import('./OtherItems.tsx')).FollowUpItem);
const ContactItem = later(async () => (await import('./PersonItems.tsx')).ContactItem);
const CorrectionItem = later(async () => (await import('./PersonItems.tsx')).CorrectionItem);

const ITEMS: Readonly<Record<Kind, ComponentType<ItemProps>>> = {
  'questionnaire-alarm': AlarmItem,
  message: MessageItem,
  refill: RefillItem,
  'visit-request': VisitItem,
  booking: BookingItem,
  'result-release': ResultItem,
  result: NewResultItem,
  insurance: InsuranceItem,
  'profile-correction': CorrectionItem,
  'contact-changed': ContactItem,
  document: DocumentItem,
  letter: LetterItem,
  'follow-up': FollowUpItem,
};

/** Of which records items are about. */
const MATTERS_OF = [
  'Appointment',
  'Communication',
  'Coverage',
  'DiagnosticReport',
  'DocumentReference',
  'MedicationRequest',
  'Observation',
  'QuestionnaireResponse',
] as const;

/** What opens something to write in or to press, once the item is there. */
const KEYS_OF_BODY = 'a d r w';

export function ItemPanel({ id, back }: { readonly id: string; readonly back: string }) {
  const { fhir } = useSignedIn();
  const query = useQuery(taskQuery(fhir, id));
  useLive(['Task'], ['task']);
  // What it is about may change by itself: a prescription, a visit, what was handed in.
  useLive(MATTERS_OF, MATTERS);
  return (
    <section
      className={styles.panel}
      aria-labelledby={ITEM_HEADING}
      data-keys={query.data ? undefined : `${KEYS_OF_BODY} h t s`}
    >
      <p className={styles.back}>
        <Link to={back}>{t('Back to the list')}</Link>
      </p>
      <Loaded query={query} rows={6}>
        {(task) => <Opened task={task} readAt={query.dataUpdatedAt} key={task.id} />}
      </Loaded>
    </section>
  );
}

function Opened({ task: read, readAt }: { readonly task: Task; readonly readAt: number }) {
  const task = useSeen(read, readAt);
  const patient = idOf(task.for, 'Patient');
  if (patient === undefined) return <EmptyState>{t('This names no patient.')}</EmptyState>;
  return (
    <RecordProvider patient={patient}>
      <Head task={task} />
      <PatientBanner title={(name) => <Link to={`/patients/${patient}`}>{name}</Link>} />
      {isOpen(task) && <Holding task={task} />}
      <div className={styles.besides}>
        <div className={styles.work} data-keys={KEYS_OF_BODY}>
          <CameAgain task={task} />
          {isOpen(task) ? <Body task={task} /> : <Over task={task} />}
        </div>
        <Suspense fallback={<aside className={styles.aside} />}>
          <Aside>{kindOf(task) === 'refill' && <DueNow />}</Aside>
        </Suspense>
      </div>
    </RecordProvider>
  );
}

function Head({ task }: { readonly task: Task }) {
  const kind = kindOf(task);
  const { takesFocus } = useInbox();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // Where the list gives way to the item, as on a phone, what had the focus is gone.
    if (!takesFocus.current && document.activeElement !== document.body) return;
    takesFocus.current = false;
    heading.current?.focus();
  }, [takesFocus]);
  return (
    <header className={styles.itemHead}>
      <h2 id={ITEM_HEADING} tabIndex={-1} ref={heading}>
        {kind ? oneOf(kind) : (task.description ?? t('Task'))}
      </h2>
      <span className="muted">{formatDateTime(task.authoredOn)}</span>
      {task.priority !== undefined && task.priority !== 'routine' && <Pill kind="bad">{t('Urgent')}</Pill>}
      {isOpen(task) && isLate(task) && <Pill kind="warn">{t('Late')}</Pill>}
    </header>
  );
}

/** What came while it was open: whoever writes below may not have looked up. */
function CameAgain({ task }: { readonly task: Task }) {
  const at = cameAgainAt(task);
  const [before] = useState(at);
  return (
    <div role="status">
      {at !== before && at !== undefined && (
        <Pill kind="warn">
          {t('Something new came to this at {time}.', { time: formatClock(timeOf(at)) })}
        </Pill>
      )}
    </div>
  );
}

function Body({ task }: { readonly task: Task }) {
  const { fhir } = usePortal();
  const kind = kindOf(task);
  const Item = kind && ITEMS[kind];
  return (
    <Loaded query={useQuery(patientQuery(fhir))} rows={4}>
      {(patient: Patient) =>
        Item ? (
          <Suspense fallback={<Skeleton rows={4} />}>
            <Item task={task} patient={patient} />
          </Suspense>
        ) : (
          <p>{task.description}</p>
        )
      }
    </Loaded>
  );
}

/** Answered meanwhile, here or elsewhere. */
function Over({ task }: { readonly task: Task }) {
  const { status, statusReason, lastModified, note = [] } = task;
  const owner = useOwnerNames([task])(task);
  return (
    <>
      <p role="status">
        <Pill kind={status === 'completed' ? 'ok' : 'plain'}>
          {t(status === 'completed' ? 'Done' : status === 'cancelled' ? 'Taken back' : 'Declined')}
        </Pill>{' '}
        {[owner, lastModified && formatDateTime(lastModified)].filter(Boolean).join(' · ')}
      </p>
      {statusReason?.text && <p>{statusReason.text}</p>}
      {note.map(({ text, time }) => (
        <p key={`${time} ${text}`} className={styles.said}>
          {text}
        </p>
      ))}
      <Unsent task={task} />
      {kindOf(task) === 'message' && <Said task={task} />}
    </>
  );
}

type Form = 'over' | 'task' | 'later';

/** What of it takes the focus: its id. */
const FIRST_OF: Readonly<Record<Form, (id: string) => string>> = {
  over: (id) => `to-${id}`,
  task: (id) => `what-${id}`,
  later: firstDayId,
};

/** Who has it, and to whom it goes from here. */
function Holding({ task }: { readonly task: Task }) {
  const { fhir } = useSignedIn();
  const { say, chosen } = useInbox();
  const by = useBy();
  const [open, setOpen] = useState<Form>();
  const id = task.id ?? '';
  const show = (which: Form): void => openAt(() => setOpen(which), FIRST_OF[which](id));
  const isMine = task.owner?.reference === fhir.self;
  const owner = useOwnerNames([task])(task);
  const take = useWork(task, {
    name: 'claim',
    words: t('It is yours now'),
    canBeUndone: true,
    stays: true,
    act: (identity) => claim(fhir, task, by, identity),
  });
  const end = useWork(task, {
    name: 'finish',
    words: t('Done'),
    canBeUndone: true,
    act: (identity) => finish(fhir, task, by, identity),
  });
  const isPlain = canBeFinished(task);
  const isLater = isPutOff(task);
  const back = useWork(task, {
    name: 'bring back',
    words: t('Back in the queue'),
    canBeUndone: true,
    stays: true,
    act: (identity) => bringBack(fhir, task, identity),
  });
  const later = (): void => {
    if (isLater) back.mutate();
    else if (canBePutOff(task)) show('later');
    else say(t('This can’t be put off.'));
  };
  useKeys({
    ...(chosen > 0
      ? {}
      : {
          e: () => (isPlain ? end.mutate() : say(t('This wants a decision: a to say yes, d to say no.'))),
          s: later,
        }),
    c: () => (isMine ? say(t('It is yours already')) : take.mutate()),
    h: () => show('over'),
    t: () => show('task'),
  });
  const close = (): void => {
    setOpen(undefined);
    focusItem();
  };
  const pool = poolOf(task);
  const error = take.error ?? end.error ?? back.error;
  return (
    <>
      <div className={styles.holding}>
        <span>
          {isMine
            ? t('Yours')
            : task.owner
              ? t('{name} has it', { name: owner ?? t('A colleague') })
              : t('Nobody has it yet')}
          {pool && <span className="muted"> · {t(POOLS[pool])}</span>}
          {isLater && (
            <>
              {' '}
              <Pill kind="info">
                {t('Put off until {date}', { date: formatDate(task.executionPeriod?.start) })}
              </Pill>
            </>
          )}
        </span>
        {!isMine && (
          <Button
            className="button secondary"
            aria-keyshortcuts="c"
            isOff={take.isPending}
            onClick={() => take.mutate()}
          >
            {t('Claim')} <Key of="c" />
          </Button>
        )}
        <button type="button" className="button quiet" aria-keyshortcuts="h" onClick={() => show('over')}>
          {t('Hand over')} <Key of="h" />
        </button>
        <button type="button" className="button quiet" aria-keyshortcuts="t" onClick={() => show('task')}>
          {t('Make a task')} <Key of="t" />
        </button>
        {(isLater || canBePutOff(task)) && (
          <Button
            className="button quiet"
            aria-keyshortcuts={chosen === 0 ? 's' : undefined}
            isOff={back.isPending}
            onClick={later}
          >
            {t(isLater ? 'Bring it back' : 'Later')} {chosen === 0 && <Key of="s" />}
          </Button>
        )}
        {isPlain && (
          <Button
            className="button quiet"
            aria-keyshortcuts={chosen === 0 ? 'e' : undefined}
            isOff={end.isPending}
            onClick={() => end.mutate()}
          >
            {t('Finish')} {chosen === 0 && <Key of="e" />}
          </Button>
        )}
      </div>
      {error && <p role="alert">{failureWords(error)}</p>}
      {open === 'over' && <HandOver task={task} onClose={close} />}
      {open === 'task' && <FollowUp task={task} onClose={close} />}
      {open === 'later' && <PutOff task={task} onClose={close} />}
    </>
  );
}
