/** What was pressed on the schedule, and what can be done with it: a visit, a free time, a blocked one. */
import type { Appointment, Schedule, Slot } from '@medplum/fhirtypes';
import { useState } from 'react';
import { Link } from 'react-router';
import { useDraft } from '../../../device/drafts.ts';
import { place, reason, withWhom } from '../../../format/appointment.ts';
import { formatDateTime, timeOf } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import { blockSlots, openSlot, setStatus } from '../../../record/schedule/changes.ts';
import type { Item } from '../../../record/schedule/day.ts';
import { patientId, patientName } from '../../../record/schedule/words.ts';
import { useNamed } from '../../../record/use-named.ts';
import { giveBack } from '../../../record/visits/booking.ts';
import { statusWords } from '../../../record/visits/status.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';
import { Dialog } from '../../../ui/Dialog.tsx';
import { ActionButton, SendForm, TextField } from '../../../ui/form.tsx';
import { Pill } from '../../../ui/parts.tsx';
import { KeptPill } from '../../../views/KeptPill.tsx';
import { BookForm } from './BookForm.tsx';
import { CheckedIn } from './CheckedIn.tsx';
import styles from './schedule.module.css';

interface Props {
  readonly item: Item;
  readonly schedule: Schedule;
  readonly slots: readonly Slot[];
  readonly onMove: (visit: Appointment) => void;
  readonly onClose: () => void;
}

export function ItemDialog({ item, slots, onMove, onClose }: Props) {
  const title = formatDateTime(new Date(item.from).toISOString());
  return (
    <Dialog title={title} onClose={onClose}>
      {item.kind === 'visit' && <Visit visit={item.visit} onMove={onMove} onClose={onClose} />}
      {item.kind === 'free' && <Free slot={item.slot} slots={slots} onClose={onClose} />}
      {item.kind === 'blocked' && <Blocked slot={item.slot} onClose={onClose} />}
    </Dialog>
  );
}

/** Saved, shown anew whatever became of it, and closed where it went well. */
function useChange(act: () => Promise<unknown>, onDone: () => void) {
  const refresh = useRefresh();
  return useAction({
    act,
    onSettled: () => refresh('schedule', 'appointments'),
    onSuccess: onDone,
  });
}

/** What one press said of a visit, and another takes back. */
const SAID: readonly string[] = ['arrived', 'fulfilled', 'noshow'];

function Visit({
  visit,
  onMove,
  onClose,
}: { readonly visit: Appointment } & Pick<Props, 'onMove' | 'onClose'>) {
  const { fhir } = useSignedIn();
  const named = useNamed(visit);
  const [isCancelling, setCancelling] = useState(false);
  const arrive = useChange(() => setStatus(fhir, visit, 'arrived'), onClose);
  const finish = useChange(() => setStatus(fhir, visit, 'fulfilled'), onClose);
  const miss = useChange(() => setStatus(fhir, visit, 'noshow'), onClose);
  const undo = useChange(() => setStatus(fhir, visit, 'booked'), onClose);
  const id = patientId(visit);
  const isBooked = visit.status === 'booked';
  const hasBegun = timeOf(visit.start) <= Date.now();
  return (
    <>
      <div className={styles.facts}>
        <p>
          {id ? <Link to={`/patients/${id}`}>{patientName(visit)}</Link> : patientName(visit)}{' '}
          <Pill kind="info">{statusWords(visit.status)}</Pill> <KeptPill of={visit} />
        </p>
        <p>{reason(visit)}</p>
        <p className="muted">{[withWhom(named), place(named), visit.comment].filter(Boolean).join(' · ')}</p>
        {visit.id && id && <CheckedIn visit={visit.id} patient={id} />}
      </div>
      {isCancelling ? (
        <CancelForm visit={visit} onKeep={() => setCancelling(false)} onDone={onClose} />
      ) : (
        <div className={styles.actions}>
          {isBooked && !hasBegun && (
            <button type="button" className="button" onClick={() => onMove(visit)}>
              {t('Move')}
            </button>
          )}
          <ActionButton action={arrive} isOffered={isBooked}>
            {t('Has arrived')}
          </ActionButton>
          <ActionButton action={finish} isOffered={hasBegun && visit.status !== 'fulfilled'}>
            {t('Took place')}
          </ActionButton>
          <ActionButton action={miss} isOffered={isBooked && hasBegun}>
            {t('Did not come')}
          </ActionButton>
          <ActionButton action={undo} isOffered={SAID.includes(visit.status)}>
            {t('Back to booked')}
          </ActionButton>
          {isBooked && (
            <button type="button" className="button quiet" onClick={() => setCancelling(true)}>
              {t('Cancel this visit')}
            </button>
          )}
        </div>
      )}
    </>
  );
}

function CancelForm({
  visit,
  onKeep,
  onDone,
}: {
  readonly visit: Appointment;
  readonly onKeep: () => void;
  readonly onDone: () => void;
}) {
  const { fhir } = useSignedIn();
  const [why, setWhy, discard] = useDraft(`cancel ${visit.id}`, '');
  // Another time that it is given meanwhile was not looked at.
  const [opened] = useState(visit);
  const cancel = useChange(
    () => giveBack(fhir, opened, why),
    () => {
      discard();
      onDone();
    },
  );
  return (
    <SendForm
      label={t('Cancel this visit')}
      state={cancel}
      onSend={() => cancel.mutate()}
      onCancel={onKeep}
      cancelLabel={t('Keep it')}
    >
      <TextField
        id="cancel-why"
        label={t('Why')}
        hint={t('The patient can read it.')}
        required
        value={why}
        onChange={setWhy}
      />
    </SendForm>
  );
}

function Free({ slot, slots, onClose }: { readonly slot: Slot } & Pick<Props, 'slots' | 'onClose'>) {
  const { fhir } = useSignedIn();
  const block = useChange(() => blockSlots(fhir, [slot], ''), onClose);
  return (
    <>
      <BookForm first={slot} slots={slots} onDone={onClose} />
      <ActionButton action={block}>{t('Block this time')}</ActionButton>
    </>
  );
}

function Blocked({ slot, onClose }: { readonly slot: Slot; readonly onClose: () => void }) {
  const { fhir } = useSignedIn();
  const open = useChange(() => openSlot(fhir, slot), onClose);
  return (
    <>
      <p>{slot.comment ?? t('Nobody can book this time.')}</p>
      <ActionButton action={open}>{t('Open it again')}</ActionButton>
    </>
  );
}
