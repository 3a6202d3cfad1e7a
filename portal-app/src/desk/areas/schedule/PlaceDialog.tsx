/** Asked once more before a visit has its new time, for the patient is told of it; or a new visit of a patient who is known. */
import type { Schedule, Slot } from '@medplum/fhirtypes';
import { formatDateTime } from '../../../format/date.ts';
import { Explained } from '../../../format/explained.ts';
import { t } from '../../../i18n/text.ts';
import { placeVisit } from '../../../record/schedule/changes.ts';
import { minutesOf } from '../../../record/schedule/day.ts';
import { patientName } from '../../../record/schedule/words.ts';
import { when } from '../../../record/visits/words.ts';
import { isOutsideAsked, whoAndWhere } from '../../../record/work/visit.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';
import { Dialog } from '../../../ui/Dialog.tsx';
import { SendForm } from '../../../ui/form.tsx';
import { Pill } from '../../../ui/parts.tsx';
import { BookForm } from './BookForm.tsx';
import type { Placing } from './placing.ts';
import { useRun } from './use-run.ts';

interface Props {
  readonly placing: Placing;
  readonly schedule: Schedule;
  readonly first: Slot;
  readonly slots: readonly Slot[];
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function PlaceDialog(props: Props) {
  const { placing, first, slots, onDone, onClose } = props;
  return (
    <Dialog title={formatDateTime(first.start)} onClose={onClose}>
      {placing.kind === 'patient' ? (
        <BookForm first={first} slots={slots} patient={placing.patient} onDone={onDone} />
      ) : (
        <Confirm {...props} visit={placing.visit} />
      )}
    </Dialog>
  );
}

function Confirm({
  visit,
  schedule,
  first,
  slots,
  onDone,
  onClose,
}: Props & { readonly visit: Extract<Placing, { kind: 'visit' }>['visit'] }) {
  const { fhir } = useSignedIn();
  const refresh = useRefresh();
  const runOf = useRun(slots, first);
  const place = useAction({
    act: async () => {
      const run = runOf(minutesOf(visit));
      if (!run) throw new Explained(t('There is not enough free time here. Please choose another.'));
      await placeVisit(fhir, visit, schedule, run);
    },
    onSettled: () => refresh('schedule', 'appointments'),
    onSuccess: onDone,
  });
  return (
    <SendForm
      label={t(visit.status === 'booked' ? 'Move the visit' : 'Book')}
      state={place}
      onSend={() => place.mutate()}
      onCancel={onClose}
      cancelLabel={t('Another time')}
    >
      <p>
        {t('{name}: {before} → {after}', {
          name: patientName(visit),
          before: when(visit),
          after: formatDateTime(first.start),
        })}
      </p>
      {/* It may be another's schedule. */}
      <p>{whoAndWhere(schedule, first)}</p>
      {isOutsideAsked(visit, first) && (
        <p>
          <Pill kind="warn">{t('Outside what suits')}</Pill>
        </p>
      )}
      <p className="muted">{t('The patient is told.')}</p>
    </SendForm>
  );
}
