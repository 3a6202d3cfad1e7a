/** Times that the clinic proposed: one is taken by a press, or none of them suits and the clinic is asked again. */
import type { Appointment, Slot } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { formatDateTime } from '../../../format/date.ts';
import { failureWords } from '../../../format/explained.ts';
import { t } from '../../../i18n/text.ts';
import {
  type ProposedTime,
  proposedSlots,
  proposedTimesQuery,
  takeProposed,
} from '../../../record/visits/proposed-times.ts';
import { declineOffer } from '../../../record/visits/waiting-list.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';
import { AskedAction } from '../../../ui/asked.tsx';
import { Button } from '../../../ui/Button.tsx';
import { sayDone } from '../../../ui/done.tsx';
import styles from '../../../ui/list.module.css';
import { Loaded } from '../../../ui/parts.tsx';

export function ProposedTimes({ visit }: { readonly visit: Appointment }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const query = useQuery({
    ...proposedTimesQuery(fhir, visit),
    enabled: proposedSlots(visit).length > 0,
    staleTime: 0,
  });
  const decline = useAction({
    act: () => declineOffer(fhir, visit),
    onSettled: () => refresh('appointments', 'glance'),
  });
  if (proposedSlots(visit).length === 0) return null;
  return (
    <Loaded query={query} rows={2}>
      {(times) => (
        <>
          <p>
            {times.length > 0
              ? t('The clinic proposes these times. Whoever comes first has them.')
              : t('The times that the clinic proposed are taken meanwhile.')}
          </p>
          <ul className={styles.actions}>
            {times.map((time) => (
              <Time key={time.slot.id} visit={visit} time={time} />
            ))}
          </ul>
          <AskedAction
            action={decline}
            label={t('None of these, please propose others')}
            follows={t(
              'These times can’t be taken by you any more. You wait until the clinic proposes others.',
            )}
          />
        </>
      )}
    </Loaded>
  );
}

function Time({ visit, time: { slot, how } }: { readonly visit: Appointment; readonly time: ProposedTime }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const take = useAction({
    act: () => takeProposed(fhir, visit, slot as Slot),
    onSuccess: () => sayDone(t('Booked: {when}.', { when: formatDateTime(slot.start) }), '/appointments'),
    onSettled: () => refresh('appointments', 'glance'),
  });
  return (
    <li>
      <Button className="button secondary" isOff={take.isPending} onClick={() => take.mutate()}>
        {t('Take {when}', { when: formatDateTime(slot.start) })}
        {how && ` · ${how}`}
      </Button>
      {take.error && <p role="alert">{failureWords(take.error)}</p>}
    </li>
  );
}
