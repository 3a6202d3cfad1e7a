/** A visit request: what for, when it suits, and the free times; one press books. */
import type { Appointment } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { reason, withWhom } from '../../../format/appointment.ts';
import { formatDateTime } from '../../../format/date.ts';
import { Explained, failureWords } from '../../../format/explained.ts';
import { plural, t } from '../../../i18n/text.ts';
import { useBy } from '../../../record/staff/use-by.ts';
import { when } from '../../../record/visits/words.ts';
import {
  bookRequest,
  declineVisit,
  type FreeTime,
  firstDay,
  freeTimesQuery,
  isOutsideAsked,
  proposeTimes,
  visitQuery,
  whoAndWhere,
  withWhomAsked,
} from '../../../record/work/visit.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Facts } from '../../../ui/Facts.tsx';
import { SendForm, TextField } from '../../../ui/form.tsx';
import { useKeys } from '../../../ui/keys.ts';
import { EmptyState, Loaded, Pill } from '../../../ui/parts.tsx';
import { About } from './About.tsx';
import { AtAnotherTime } from './AtAnotherTime.tsx';
import styles from './inbox.module.css';
import { Decline, focusOn, type ItemProps, Key } from './parts.tsx';
import { ToWaitingList } from './ToWaitingList.tsx';
import { useWork } from './use-work.ts';

export function VisitItem({ task, patient }: ItemProps) {
  const { fhir } = usePortal();
  return (
    <About task={task} query={useQuery(visitQuery(fhir, task))} rows={3} marked={(visit) => visit}>
      {(visit) => (
        <>
          <VisitFacts visit={visit} />
          <Times task={task} patient={patient} visit={visit}>
            <AtAnotherTime task={task} visit={visit} />
            <ToWaitingList task={task} visit={visit} />
            <VisitDecline task={task} patient={patient} visit={visit} />
          </Times>
        </>
      )}
    </About>
  );
}

export function VisitFacts({ visit }: { readonly visit: Appointment }) {
  return (
    <Facts
      facts={[
        [t('What for'), reason(visit)],
        [t('When'), when(visit)],
        [t('With whom?'), withWhom(visit) || t('Whoever is free')],
        [t('Remark'), visit.comment],
      ]}
    />
  );
}

interface Props extends ItemProps {
  readonly visit: Appointment;
}

function VisitDecline({ visit, ...props }: Props) {
  const { fhir } = usePortal();
  const by = useBy();
  return (
    <Decline
      {...props}
      about="visit-no"
      label="Decline"
      words="Declined"
      decline={(why, identity) => declineVisit(fhir, props.task, { by, visit, reason: why, identity })}
    />
  );
}

/** `children`: what else can be done. It comes with the times, which would push it away from below a finger. */
function Times({ task, visit, children }: Props & { readonly children: ReactNode }) {
  const { fhir } = usePortal();
  const by = useBy();
  const [chosenDay, setDay] = useState<string>();
  const day = chosenDay ?? firstDay(visit);
  const [anybody, setAnybody] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const [several, setSeveral] = useState<readonly string[]>([]);
  const query = useQuery(freeTimesQuery(fhir, visit, { day, anybody }));
  // One that was chosen and is gone is followed by none: only a person chooses another.
  const time = query.data?.find(({ slot }, i) => (chosen === undefined ? i === 0 : slot.id === chosen));
  const look = (): void => setChosen(undefined);
  const [wereThere, setThere] = useState(false);
  if (!wereThere && !query.isPending) setThere(true);
  const id = `book-${task.id}`;
  const send = useWork(task, {
    name: 'book',
    what: time?.slot.id,
    words: t('Booked'),
    act: async (identity) => {
      if (!time) throw new Explained(t('This time is no longer free. Please choose another.'));
      await bookRequest(fhir, task, { by, visit, time, identity });
    },
  });
  const proposed = query.data?.filter(({ slot }) => several.includes(slot.id ?? '')) ?? [];
  const propose = useWork(task, {
    name: 'propose',
    what: several,
    words: t('Proposed to the patient'),
    act: (identity) => proposeTimes(fhir, task, { by, visit, times: proposed, identity }),
  });
  useKeys({ a: () => focusOn(id) });
  return (
    <>
      <div className={styles.when}>
        <TextField
          id={`day-${task.id}`}
          type="date"
          label={t('From')}
          value={day}
          onChange={(next) => {
            setDay(next);
            look();
          }}
        />
        {withWhomAsked(visit) && (
          <label className={styles.check}>
            <input
              type="checkbox"
              checked={anybody}
              onChange={({ target }) => {
                setAnybody(target.checked);
                look();
              }}
            />
            {t('With anybody who is free')}
          </label>
        )}
      </div>
      <Loaded query={query} rows={2}>
        {(times) =>
          times.length === 0 ? (
            <EmptyState>{t('No time is free from that day on.')}</EmptyState>
          ) : (
            <SendForm
              label={time ? t('Book {when}', { when: formatDateTime(time.slot.start) }) : t('Book')}
              state={send}
              onSend={() => {
                setChosen(time?.slot.id ?? chosen);
                send.mutate();
              }}
              submitId={id}
              submitHint={<Key of="a" />}
            >
              <fieldset className={styles.times}>
                <legend>{t('Free times')}</legend>
                {times.map((each) => (
                  <Time
                    key={each.slot.id}
                    time={each}
                    visit={visit}
                    isChosen={each === time}
                    name={`time-${task.id}`}
                    onChoose={() => setChosen(each.slot.id)}
                    isProposed={proposed.includes(each)}
                    onPropose={(isOne) => setSeveral(withOr(several, each.slot.id ?? '', isOne))}
                  />
                ))}
              </fieldset>
              {proposed.length > 0 && (
                <Button
                  className="button secondary"
                  isOff={propose.isPending}
                  onClick={() => propose.mutate()}
                >
                  {plural(
                    proposed.length,
                    'Propose this time to the patient',
                    'Propose these {count} times to the patient',
                  )}
                </Button>
              )}
              {propose.error && <p role="alert">{failureWords(propose.error)}</p>}
            </SendForm>
          )
        }
      </Loaded>
      {wereThere && children}
    </>
  );
}

/** So many at a time are a choice, and no list to read. */
const MOST_PROPOSED = 5;

function withOr(list: readonly string[], id: string, isIn: boolean): readonly string[] {
  const others = list.filter((each) => each !== id);
  return isIn ? [...others, id].slice(-MOST_PROPOSED) : others;
}

function Time({
  time: { slot, schedule },
  visit,
  isChosen,
  name,
  onChoose,
  isProposed,
  onPropose,
}: {
  readonly time: FreeTime;
  readonly visit: Appointment;
  readonly isChosen: boolean;
  readonly name: string;
  readonly onChoose: () => void;
  readonly isProposed: boolean;
  readonly onPropose: (isOne: boolean) => void;
}) {
  const where = whoAndWhere(schedule, slot);
  const words = formatDateTime(slot.start);
  return (
    <div className={styles.time}>
      <label className={styles.check}>
        <input type="radio" name={name} checked={isChosen} onChange={onChoose} />
        <span>
          {words}
          {where && <span className="muted"> · {where}</span>}{' '}
          {isOutsideAsked(visit, slot) && <Pill kind="warn">{t('Outside what suits')}</Pill>}
        </span>
      </label>
      <label className={styles.check}>
        <input type="checkbox" checked={isProposed} onChange={({ target }) => onPropose(target.checked)} />
        {t('propose')}
        <span className="visually-hidden">: {[words, where].filter(Boolean).join(' · ')}</span>
      </label>
    </div>
  );
}
