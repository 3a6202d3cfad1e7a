/** Time that nobody can book: a meeting, an afternoon off. Visits that are in it stay, and are named. */
import type { Schedule, Slot } from '@medplum/fhirtypes';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { dayOf, dayText, instantOf } from '../../../format/clinic-clock.ts';
import { timeOf } from '../../../format/date.ts';
import { Explained } from '../../../format/explained.ts';
import { requireRight } from '../../../format/field-problem.ts';
import { plural, t } from '../../../i18n/text.ts';
import { blockSlots } from '../../../record/schedule/changes.ts';
import { isFree, itemsOf } from '../../../record/schedule/day.ts';
import { type Days, daysQuery } from '../../../record/schedule/queries.ts';
import { patientName } from '../../../record/schedule/words.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';
import { Dialog } from '../../../ui/Dialog.tsx';
import { SendForm, TextField } from '../../../ui/form.tsx';

export function BlockForm({
  schedule,
  day,
  onClose,
}: {
  readonly schedule: Schedule;
  /** Midnight of the first day that is shown. */
  readonly day: number;
  readonly onClose: () => void;
}) {
  const { fhir } = useSignedIn();
  const refresh = useRefresh();
  const queries = useQueryClient();
  const [date, setDate] = useState(dayText(Math.max(day, Date.now())));
  const [from, setFrom] = useState('08:00');
  const [until, setUntil] = useState('18:00');
  const [why, setWhy] = useState('');
  const [begin, end] = [instantOf(date, from), instantOf(date, until)];
  const isIn = (start: string | undefined, last: string | undefined): boolean =>
    timeOf(start) < end && begin < timeOf(last);
  // Of the day that is chosen here, which need not be one of those that are shown.
  const midnight = dayOf(Number.isNaN(begin) ? day : begin);
  const ofDay = daysQuery(fhir, schedule, {
    from: new Date(midnight).toISOString(),
    until: new Date(dayOf(midnight, 1)).toISOString(),
  });
  const { data, isPlaceholderData } = useQuery(ofDay);
  const isKnown = data !== undefined && !isPlaceholderData;
  const freeOf = ({ slots }: Days): readonly Slot[] =>
    slots.filter((slot) => isFree(slot) && isIn(slot.start, slot.end));
  const open = isKnown ? freeOf(data) : [];
  const staying = itemsOf([], isKnown ? data.visits : []).flatMap((item) =>
    item.kind === 'visit' && isIn(item.visit.start, item.visit.end) ? [patientName(item.visit)] : [],
  );
  const block = useAction({
    act: async () => {
      requireRight('block-until', until <= from && 'This must be later than the beginning.');
      const free = freeOf(await queries.ensureQueryData(ofDay));
      if (free.length === 0) throw new Explained(t('Nothing is free then.'));
      await blockSlots(fhir, free, why);
    },
    onSettled: () => refresh('schedule'),
    onSuccess: onClose,
  });
  return (
    <Dialog title={t('Block time')} onClose={onClose}>
      <SendForm
        label={
          isKnown ? plural(open.length, 'Block one free time', 'Block {count} free times') : t('Block time')
        }
        state={block}
        onSend={() => block.mutate()}
      >
        <TextField id="block-day" type="date" label={t('Day')} required value={date} onChange={setDate} />
        <TextField id="block-from" type="time" label={t('From')} required value={from} onChange={setFrom} />
        <TextField
          id="block-until"
          type="time"
          label={t('Until')}
          required
          value={until}
          onChange={setUntil}
        />
        <TextField id="block-why" label={t('What for')} value={why} onChange={setWhy} />
        {staying.length > 0 && (
          <p role="status">
            {t('These visits stay: {names}. Please move them.', { names: staying.join(', ') })}
          </p>
        )}
      </SendForm>
    </Dialog>
  );
}
